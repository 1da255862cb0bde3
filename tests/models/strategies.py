"""Any records, for hypothesis."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from models.records import PaperRecord
from models.text import clean
from tests.models.invented import MORNING

# Few different texts, so that many of them meet, among them some that a reader cannot tell apart.
TEXTS = st.sampled_from(["", "a lamp", r"a\,lamp", "the lamp", "$ x $", "$x$"]) | st.text(max_size=6).map(
    clean
)
NAMES = st.lists(TEXTS.filter(bool), max_size=3).map(tuple)
COUNTS = st.none() | st.integers(0, 3)
MOMENTS = st.none() | st.integers(-50, 50).map(lambda hours: MORNING + timedelta(hours=hours))

RECORDS = st.builds(
    PaperRecord,
    id=st.sampled_from(["2510.00010", "2510.00020", "2510.00030"]),
    title=TEXTS,
    abstract=TEXTS,
    authors=NAMES,
    rank=st.integers(1, 5),
    categories=NAMES,
    part=st.sampled_from(["", "new", "cross", "replacement"]),
    version=COUNTS,
    versions=st.lists(MOMENTS.filter(bool), max_size=2).map(tuple),
    comment=TEXTS,
    journal_ref=TEXTS,
    doi=TEXTS,
    license=TEXTS,
    withdrawn=st.none() | st.booleans(),
    links=st.dictionaries(st.sampled_from(["code", "project"]), TEXTS, max_size=2),
    published_at=MOMENTS,
    listed_at=MOMENTS,
    summary=TEXTS,
    keywords=NAMES,
    organization=TEXTS,
    submitter=TEXTS,
    votes=COUNTS,
    comments=COUNTS,
    stars=COUNTS,
)
