"""The console of Prefect's processes: what a person wants to read of the runs, in the form that is set."""

from __future__ import annotations

import logging
import re
from typing import TextIO

from flows.log_lines import PLAIN, PLAIN_TIME, JsonLines
from flows.settings import load_settings
from models.errors import SettingsError

_OURS = ("flows", "models", "feeds")
_RUNS, _TASKS = "prefect.flow_runs", "prefect.task_runs"
_SERVER = "prefect.server"
_TOLD_OF_RUNS = ("Beginning flow run", "Finished in state")

_OF_THIS_MACHINE = r"(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?(?![\w@:%-]|\.\w)"
_HOST = r"\[[^\]\s]+\]|[^\s/?#:'\"`<>(){}\[\],;\\]+"
_ADDRESS = re.compile(
    rf"(?P<scheme>[a-z][a-z0-9+.-]{{0,30}}://)(?!{_OF_THIS_MACHINE})(?:[^\s/?#]*@)?(?P<host>{_HOST})(?P<rest>\S*)",
    re.IGNORECASE,
)
"""An address of another machine, or one with a password. Up to the next space: a secret may hold any character."""
_BEHIND_AN_ADDRESS = "'\"`<>(){}[],;:.!"


def is_told(record: logging.LogRecord) -> bool:
    """Whether a record is for the console: what we say, warnings of anybody, the beginning and the end of a run.

    The UI has all the rest: of each task its end, of each run where it is seen.
    """
    if record.levelno >= logging.WARNING or _is_ours(record):
        return True
    return record.name == _RUNS and record.getMessage().startswith(_TOLD_OF_RUNS)


def _is_ours(record: logging.LogRecord) -> bool:
    return record.name.partition(".")[0] in _OURS


class RunLines(logging.StreamHandler[TextIO]):
    """Takes the place of the console in Prefect's logging; an object a line where the setting `log` says `json`.

    PREFECT_LOGGING_HANDLERS_CONSOLE_CLASS names it to any program of Prefect.
    """

    def __init__(self, stream: TextIO | None = None, **_: object) -> None:
        """Takes what Prefect gives its own console, and needs no colours."""
        super().__init__(stream)
        self._json = JsonLines() if _is_json() else None
        self._plain = logging.Formatter(PLAIN, PLAIN_TIME)
        self.addFilter(is_told)

    def format(self, record: logging.LogRecord) -> str:
        """The record as a line in the form that is set; as text, ours as in a terminal, others as Prefect has them."""
        if _is_ours(record):
            return (self._json or self._plain).format(record)
        if record.name in (_RUNS, _TASKS):  # what is said of a run, our flows say
            return self._json.format(record) if self._json else super().format(record)
        return self._json.format(_bare(record)) if self._json else super().format(_bare(_shortened(record)))


def _shortened(record: logging.LogRecord) -> logging.LogRecord:
    """A record of Prefect's server with what went wrong in the place of a traceback through its depths.

    On SQLite it finds its database locked now and then, and tries again.
    """
    error = record.exc_info[1] if record.exc_info else None
    if error is None or not record.name.startswith(_SERVER):
        return record
    first_line = next(iter(str(error).splitlines()), "")
    told = f"{record.getMessage()}: {type(error).__name__}: {first_line}"
    return logging.makeLogRecord(
        {**record.__dict__, "msg": told, "args": (), "exc_info": None, "exc_text": None}
    )


def _bare(record: logging.LogRecord) -> logging.LogRecord:
    """A record without what others shall not know: the address of a webhook is its password.

    Whoever speaks of an address that failed, as Prefect's server does, tells all of it.
    """
    trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else record.exc_text
    texts = {"msg": record.getMessage(), "exc_text": trace, "stack_info": record.stack_info}
    bare = {name: _without_paths(text) if text else text for name, text in texts.items()}
    return logging.makeLogRecord({**record.__dict__, **bare, "args": (), "exc_info": None})


def _without_paths(text: str) -> str:
    """A text whose addresses have scheme and host alone, but for those of this machine: they lead to the UI."""
    return _ADDRESS.sub(_scheme_and_host, text)


def _scheme_and_host(found: re.Match[str]) -> str:
    rest = found["rest"].rstrip(_BEHIND_AN_ADDRESS)
    behind = found["rest"][len(rest) :]
    return f"{found['scheme']}{found['host']}{'/...' if rest.strip('/') else rest}{behind}"


def _is_json() -> bool:
    try:
        return load_settings().log == "json"
    except SettingsError:  # who needs the settings says what is wrong with them
        return False
