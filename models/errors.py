"""Every error that Paper Round raises on purpose.

PaperRoundError
├── UsageError            what was asked for makes no sense: exit code 2
│   ├── SettingsError     a setting is missing or wrong
│   ├── TopicsError       topics.toml or one of its rules is wrong
│   └── AddressError      a text is no mail address that we can use
├── FetchError            a site did not give an answer; says whether to try again
├── ParseError            an answer is not what its source promises; a person has to look
├── ArchiveError          a snapshot is missing or damaged
├── MailError             the mail server cannot be reached or refuses us; says what to do
└── DatabaseError         the database is not there, or not of this version
"""

from __future__ import annotations

from dataclasses import dataclass

from models.records import Answer


class PaperRoundError(Exception):
    """Any failure that Paper Round names; its text is one line that says what to do."""


class UsageError(PaperRoundError):
    """What was asked for makes no sense; nothing was done."""


class SettingsError(UsageError):
    """A setting is missing or wrong."""


class TopicsError(UsageError):
    """A topic cannot be used; the text names the topic and the place in its rule."""


class AddressError(UsageError):
    """A text is no mail address, or none that we can use; the error does not hold it."""


@dataclass(eq=False)
class FetchError(PaperRoundError):
    """A site gave no usable answer.

    `answer` is what came, or the lack of one, with the reason in `answer.error`; `retryable` says
    whether the same request may succeed later; `retry_after_seconds` is the wait the site asked for.
    After one that `ends_visit` the site is asked for nothing more for a while.
    """

    answer: Answer
    retryable: bool = False
    retry_after_seconds: float | None = None
    ends_visit: bool = False

    def __str__(self) -> str:
        return f"{self.answer.url}: {self.answer.error}"


@dataclass(eq=False)
class ParseError(PaperRoundError):
    """An answer does not hold what its source promises; `missing` names what was not there."""

    source: str
    missing: str

    def __str__(self) -> str:
        return f"{self.source}: no {self.missing}"


class ArchiveError(PaperRoundError):
    """A snapshot is missing from the archive or does not match its hash."""


class MailError(PaperRoundError):
    """The mail server cannot be reached, or refuses us: nothing more is sent until someone has looked."""


class DatabaseError(PaperRoundError):
    """The database cannot be reached, or is not at the version of this program."""
