"""When a run of mail stops because of what the mail server says. A value; it touches nothing."""

from __future__ import annotations

from dataclasses import dataclass

from feeds.digests.post import Outcome

IN_A_ROW = 5
WINDOW = 20
MOST_IN_WINDOW = 10

_AGAINST_US = frozenset({Outcome.OURS, Outcome.UNCERTAIN})
_NOT_NOW = _AGAINST_US | {Outcome.RETRY}


@dataclass(frozen=True, slots=True)
class Breaker:
    """What became of the last letters of a run, the latest last.

    It opens where going on would only burn the list: a server that refuses us, or that ends the connection when
    it has a letter, does so with the next one too. That one mailbox is not there says nothing of the others;
    that twenty are not, one after another, says that something else is wrong.
    """

    last: tuple[Outcome, ...] = ()

    def after(self, outcome: Outcome) -> Breaker:
        """The breaker when one letter more has had its answer."""
        return Breaker((*self.last, outcome)[-WINDOW:])

    @property
    def trouble(self) -> str:
        """Why it is open, as half a sentence; "" while it is closed."""
        row = self.last[-IN_A_ROW:]
        if len(row) == IN_A_ROW and _AGAINST_US.issuperset(row):
            return f"none of {IN_A_ROW} letters one after another was taken"
        if sum(outcome in _NOT_NOW for outcome in self.last) >= MOST_IN_WINDOW:
            return f"{MOST_IN_WINDOW} of the last {len(self.last)} letters were not taken"
        if len(self.last) == WINDOW and Outcome.SENT not in self.last:
            return f"none of {WINDOW} letters one after another was taken"
        return ""
