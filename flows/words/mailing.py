"""What a run did with the digests, in Markdown and in the fewest words."""

from __future__ import annotations

from collections.abc import Sequence

from flows.mail.digesting import Digested
from flows.words.markdown import as_text, table
from models.mail.outbox import Uncertain

_RESEND = "`paperround digest status --resend-uncertain` sends them once more, under the same Message-ID."


def briefly(done: Digested) -> str:
    """`15 sent, 1 uncertain`, `nothing sent`, `nothing sent, stopped`: the end of a run's name."""
    tally = done.tally
    sent = f"{tally.sent:,} sent" if tally.sent else "nothing sent"
    others = ((tally.deferred, "deferred"), (tally.failed, "failed"), (tally.uncertain, "uncertain"))
    told = [f"{number:,} {what}" for number, what in others if number]
    return ", ".join([sent, *told, *(["stopped"] if done.failures else [])])


def in_words(done: Digested) -> str:
    """What a run did with the digests, for someone who looks in once a day: what failed first."""
    failed = [f"- **{as_text(sentence)}**" for sentence in done.failures] or ["Nothing failed."]
    parts = {"Failures": "\n".join(failed), "This run": f"{done.tally.in_words()}."}
    if done.states:
        parts["All letters"] = _states(done)
    if done.uncertain:
        parts["May have been sent: for a person to decide"] = _uncertain(done.uncertain)
    return "\n\n".join(f"## {title}\n\n{text}" for title, text in parts.items())


def _states(done: Digested) -> str:
    rows = [(kind, state, f"{number:,}") for (kind, state), number in done.states.items()]
    return table(("letter", "state", "count"), rows, numbers=("count",))


def _uncertain(letters: Sequence[Uncertain]) -> str:
    named = [
        f"- {as_text(each.address)}, {each.kind} of {each.period}: {as_text(each.answer)}" for each in letters
    ]
    return "\n".join([*named, "", _RESEND])
