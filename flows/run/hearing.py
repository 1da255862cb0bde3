"""What is heard in the log of a run: what the steps say, and no traceback where nothing was raised."""

from __future__ import annotations

import logging

from prefect.settings import get_current_settings

from flows.run.outcomes import Unfinished

_PREFECTS = ("prefect.engine", "prefect.flow_runs", "prefect.task_runs")


def open_ears() -> None:
    """Lets what the steps say into the log of the run that is running, and leaves out what Prefect says in vain.

    Prefect hears the loggers that PREFECT_LOGGING_EXTRA_LOGGERS names, and leaves them the level of the root: warnings.
    """
    for name in get_current_settings().logging.extra_loggers or ():
        logger = logging.getLogger(name)
        if logger.level == logging.NOTSET:
            logger.setLevel(logging.INFO)
    for name in _PREFECTS:
        logging.getLogger(name).addFilter(says_something)  # which it does once, however often it is asked to


def says_something(record: logging.LogRecord) -> bool:
    """Whether a record of Prefect's adds to the state of a run that failed for named reasons; its own trace does not.

    Of a task that returned such a state it tells an exception that there is not, as `NoneType: None`.
    """
    kind = record.exc_info[0] if record.exc_info else None
    if kind is None:
        record.exc_info = None
    return kind is None or not issubclass(kind, Unfinished)
