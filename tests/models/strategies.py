"""Any records, for hypothesis."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import strategies as st

from models.records import PaperRecord
from models.text import clean
from tests.models.invented import MORNING

# Few different texts, so that many of them meet, among them some that a reader cannot tell apart.
WORDS = st.sampled_from(["a lamp", r"a\,lamp", "the lamp", "$ x $", "$x$"]) | st.text(max_size=6).map(
    lambda text: clean(text) or "a lamp"
)
TEXTS = st.just("") | WORDS
NAMES = st.lists(WORDS, max_size=3).map(tuple)
COUNTS = st.none() | st.integers(0, 3)
TIMES = st.integers(-50, 50).map(lambda hours: MORNING + timedelta(hours=hours))
MOMENTS = st.none() | TIMES

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
    versions=st.lists(TIMES, max_size=2).map(tuple),
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
