"""Names of works: what is no name, and which ways of writing one are the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.identity import arxiv_id, paper_id

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))
NEAR_NAMES = st.lists(
    st.sampled_from(
        (
            *("arXiv:", "ARXIV.", "oai:arXiv.org:", "https://", "http://", "arxiv.org/", "abs/", "pdf/"),
            *("doi:", "DOI.org/", "10.48550/", "10.1101/", "10.", "%2F", "%25", "%20", "?a", "#b", "/", " "),
            *("2503.02130", "0704.0001", "math", ".CA", ".ca", "/0611800", "v2", "v0", ".pdf", "[cs.CL]"),
            *("Å", "\u0130", "\u212a", "\ud800", "\n", "(", "<"),
        )
    ),
    max_size=8,
).map("".join)
ANYTHING = ANY_TEXT | NEAR_NAMES | st.none() | st.integers() | st.floats() | st.binary() | st.lists(st.text())

NO_ARXIV_IDS = (
    *(2503.0213, 2603, None, True, "", ["2603.00001"], {"id": "2603.00001"}),
    "2503.0213",  # five digits since 2015: this one has lost its 0
    "1412.00001",
    "2613.00001",
    "0703.0001",
    "2603.00001v0",
    "2603.0000\uff11",
    "math.Ca/0611800",
    "math/611800",
    "trending",
)


@pytest.mark.parametrize("read", [arxiv_id, paper_id])
@pytest.mark.parametrize("text", NO_ARXIV_IDS, ids=repr)
def test_what_is_no_id_as_text_is_refused(read: Callable[[object], object], text: object) -> None:
    assert read(text) is None


@pytest.mark.parametrize("text", ["2603.00001 ", "arXiv:2603.00001", "https://arxiv.org/abs/2603.00001"])
def test_arxiv_id_refuses_what_stands_around_an_id(text: str) -> None:
    assert arxiv_id(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "see arXiv:2503.02130",
        "arXiv:2503.02130 and more",
        "https://arxiv.org/list/cs.CL/new",
        "https://arxiv.org.example/abs/2503.02130",
        "https://example.org/arxiv.org/abs/2503.02130",
        "https://doi.org/2503.02130",
        "https://doi.org/",
        "10.1101",
        "10.1101/",
        "10.11/short",
        "10.1101/with a blank",
        "https://doi.org/10.1101/with%20a%20blank",
        "10.1101/nul\x00",
        "11.1101/2026.01.01",
        "10.48550/arXiv.2503.0213",
        "10.48550/arXiv.trending",
    ],
)
def test_paper_id_refuses_what_names_no_work(text: str) -> None:
    assert paper_id(text) is None


@pytest.mark.parametrize("read", [arxiv_id, paper_id])
@pytest.mark.parametrize(
    ("text", "named", "version"),
    [
        ("2503.02130", "2503.02130", None),
        ("2603.00001v12", "2603.00001", 12),
        ("1412.0001", "1412.0001", None),
        ("0704.0001v1", "0704.0001", 1),
        ("math.CA/0611800v2", "math/0611800", 2),
        ("hep-th/9901001", "hep-th/9901001", None),
    ],
)
def test_an_id_stays_text_and_its_version_stands_apart(
    read: Callable[[object], object], text: str, named: str, version: int | None
) -> None:
    assert read(text) == (named, version)


@pytest.mark.parametrize(
    "text",
    [
        "arXiv:2503.02130v2",
        "arxiv: 2503.02130v2",
        "arXiv:2503.02130v2 [cs.CL]",
        "oai:arXiv.org:2503.02130v2",
        " https://arxiv.org/abs/2503.02130v2\n",
        "http://www.arXiv.org/abs/2503.02130v2/",
        "https://export.arxiv.org/abs/2503.02130v2?context=cs",
        "arxiv.org/pdf/2503.02130v2",
        "https://arxiv.org/pdf/2503.02130v2.pdf#page=3",
        "https://arxiv.org/html/2503.02130v2",
        "https://doi.org/10.48550/arXiv.2503.02130v2",
        "10.48550/ARXIV.2503.02130V2",
        "doi:10.48550/arXiv.2503.02130v2",
    ],
)
def test_what_people_write_of_an_arxiv_paper_folds_to_its_id(text: str) -> None:
    assert paper_id(text) == ("2503.02130", 2)


@pytest.mark.parametrize(
    "text",
    [
        "arXiv:math.CA/0611800",
        "https://arxiv.org/abs/math/0611800",
        "https://arxiv.org/pdf/math%2F0611800",
        "https://doi.org/10.48550/arXiv.math.CA/0611800",
        "10.48550/arxiv.math.ca/0611800",
    ],
)
def test_an_old_id_folds_with_or_without_its_subject_class(text: str) -> None:
    assert paper_id(text) == ("math/0611800", None)


@pytest.mark.parametrize(
    "text",
    [
        "10.1000/J.Made(20)3-x%3c",
        "doi:10.1000/j.made(20)3-X%3C",
        "DOI: 10.1000/j.made(20)3-x%3c",
        "https://doi.org/10.1000/j.made(20)3-x%253C",
        "http://dx.doi.org/10.1000/J.MADE(20)3-X%253C?from=page",
    ],
)
def test_any_other_doi_is_kept_in_lower_case(text: str) -> None:
    assert paper_id(text) == ("10.1000/j.made(20)3-x%3c", None)


@given(ANYTHING)
def test_no_name_raises_and_none_folds_twice(text: object) -> None:
    found = paper_id(text)
    assert found is None or paper_id(found[0]) == (found[0], None)


@given(ANYTHING)
def test_an_arxiv_id_is_the_same_for_both(text: object) -> None:
    found = arxiv_id(text)
    assert found is None or paper_id(text) == found
