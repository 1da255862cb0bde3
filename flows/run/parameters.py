"""What runs are started with, as kinds of values: what the form of the Prefect UI says of each stands with its kind."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Any

from pydantic import AfterValidator, Field


def told(description: str) -> Any:  # noqa: ANN401 - pydantic's own word for what Field gives
    """What the form says of a parameter, for `Annotated[..., told("...")]`.

    Prefect puts a description of its own, None, in the place of a field's; what stands in the field's extra part
    comes through.
    """
    return Field(json_schema_extra={"description": description})


def _in_utc(moment: dt.datetime | None) -> dt.datetime | None:
    return moment.replace(tzinfo=dt.UTC) if moment and moment.tzinfo is None else moment


AsOf = Annotated[
    dt.datetime | None,
    AfterValidator(_in_utc),
    told("The moment (UTC) that the run takes for now, for a rehearsal. None: the clock."),
]
Sources = Annotated[
    list[str] | None,
    told("Which sites to read, of those that PAPERROUND_SOURCES names, such as arxiv. None: all of them."),
]
Date = Annotated[
    dt.date | None,
    told("Only the listings of this one date. None: whatever is due, missing, or to be read once more."),
]
UnsettledOnly = Annotated[
    bool,
    told("Leave out what a reading has settled: when all is there, the sites are asked for nothing."),
]
NoMail = Annotated[bool, told("Send no digests. They have a run of their own each hour.")]
FirstDate = Annotated[dt.date, told("The first date to read.")]
LastDate = Annotated[dt.date, told("The last date to read; the day itself is read, too.")]
