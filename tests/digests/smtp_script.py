"""What an SMTP server of the tests does, and where: rules that a test lays down, the first that fits is followed."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from threading import Event, Lock

PATIENCE = 20.0
"""Seconds that a test waits for what should come at once, before it fails."""


class Phase(StrEnum):
    """Where in a conversation the server looks whether it shall do something else."""

    GREETING = "greeting"
    EHLO = "ehlo"
    STARTTLS = "starttls"
    AUTH = "auth"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    TEXT = "text"  # it has said 354
    DOT = "dot"  # the whole message is there, and not stored
    STORED = "stored"  # it is stored, and not answered
    RSET = "rset"
    NOOP = "noop"
    QUIT = "quit"


@dataclass(frozen=True)
class Say:
    """Answers so: a code and text, `\\n` between the lines. After 421 the server hangs up."""

    answer: str


@dataclass(frozen=True)
class Raw:
    """Writes these bytes for an answer, and goes on as if it had accepted the command, or had not."""

    content: bytes
    is_accepted: bool = False


@dataclass(frozen=True)
class Drop:
    """Hangs up; at TEXT after so many bytes of it."""

    after: int = 0


@dataclass(frozen=True)
class Stall:
    """Does nothing until a test sets `released`, then goes on as ever."""

    reached: Event = field(default_factory=Event)
    released: Event = field(default_factory=Event)

    def wait_until_reached(self) -> None:
        """Waits until a conversation stands here."""
        assert self.reached.wait(PATIENCE), "nobody came so far"


Act = Say | Raw | Drop | Stall


@dataclass
class Rule:
    """An act at a phase: for one recipient or for all, not the first `skip` times, then so many times or always.

    Before RCPT no recipient is known: rules for one are not asked there.
    """

    phase: Phase
    act: Act
    recipient: str | None = None
    skip: int = 0
    times: int | None = None


class Script:
    """The rules of a server, asked by all its conversations."""

    def __init__(self) -> None:
        self._rules: list[Rule] = []
        self._lock = Lock()

    def add(self, rule: Rule) -> None:
        """Puts a rule behind the others."""
        with self._lock:
            self._rules.append(rule)

    def act(self, phase: Phase, recipient: str = "") -> Act | None:
        """What is to be done here; None: what a server does that is well."""
        with self._lock:
            for rule in self._rules:
                if rule.phase == phase and rule.recipient in (None, recipient) and _is_due(rule):
                    return rule.act
        return None

    def release(self) -> None:
        """Ends every stall."""
        for rule in self._rules:
            if isinstance(rule.act, Stall):
                rule.act.released.set()


def _is_due(rule: Rule) -> bool:
    if rule.skip > 0:
        rule.skip -= 1
        return False
    if rule.times is None:
        return True
    rule.times -= 1
    return rule.times >= 0


def parse_rule(text: str) -> Rule:
    """A rule of a command line: `PHASE[:RECIPIENT][*TIMES]=drop`, `...=CODE TEXT`."""
    where, _, what = text.partition("=")
    where, _, times = where.partition("*")
    phase, _, recipient = where.partition(":")
    act = Drop() if what == "drop" else Say(what)
    return Rule(Phase(phase), act, recipient or None, times=int(times) if times else None)
