"""One entry of Hugging Face: when it is refused, and what each field becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.sources.hf_pages import made, parse_api, record_of, without


def problem_of(entry: object) -> str:
    """The sentence about a broken entry; the entry beside it is kept."""
    found = parse_api([made(5), entry])
    assert [record.id for record in found.records] == ["2603.00005"]
    assert found.declared == 2
    (problem,) = found.problems
    return problem


@pytest.mark.parametrize(
    "paper_id",
    [
        *(2503.0213, None, "", ["2603.00001"], "2503.0213", "https://arxiv.org/abs/2603.00001"),
        "trending",
    ],
    ids=repr,
)
def test_an_id_that_is_no_arxiv_id_as_text_is_refused(paper_id: object) -> None:
    problem = problem_of(made(paper={"id": paper_id}))
    assert problem.startswith("entry 2 has no arXiv id as text in `paper.id` (it is ")


@pytest.mark.parametrize("entry", [None, 3, "text", [], {}, {"paper": None}, {"paper": "2603.00001"}])
def test_what_is_no_entry_is_refused(entry: object) -> None:
    assert "`paper.id`" in problem_of(entry)


def test_a_hostile_id_is_named_short_and_harmless() -> None:
    assert len(problem_of(made(paper={"id": "\ud800<script>\n" * 1000}))) < 150
    assert "class 'list'" in problem_of(made(paper={"id": [[[]]]}))


@pytest.mark.parametrize("title", [None, "", " \n ", 7, "\x00"])
def test_an_entry_without_a_title_is_refused(title: object) -> None:
    assert problem_of(made(paper={"title": title})) == "entry 2 (2603.00001) has no `title`"


@pytest.mark.parametrize("authors", [None, "Ada", {}, 3])
def test_an_entry_without_the_list_of_authors_is_refused(authors: object) -> None:
    assert "list `paper.authors`" in problem_of(made(paper={"authors": authors}))


def test_authors_under_other_names_are_refused() -> None:
    assert "`name` among its 2 authors" in problem_of(made(paper={"authors": [{"fullname": "Ada"}, "Bo"]}))


@pytest.mark.parametrize(
    ("given", "paper_id", "version"),
    [
        ("2503.02130", "2503.02130", None),
        ("2603.00001v12", "2603.00001", 12),
        ("math.GT/0309136v2", "math/0309136", 2),
    ],
)
def test_an_id_is_kept_as_text_without_its_version(given: str, paper_id: str, version: int | None) -> None:
    record = record_of(made(paper={"id": given}))
    assert (record.id, record.version) == (paper_id, version)


def test_all_authors_are_kept_in_order_the_hidden_ones_too() -> None:
    names = [f"Author {n}" for n in range(671)]
    listed: list[Any] = [{"name": name, "hidden": n % 3 == 0} for n, name in enumerate(names)]
    listed[10:10] = [{"name": "  "}, {"hidden": True}, None]
    assert record_of(made(paper={"authors": listed})).authors == tuple(names)


def test_an_empty_list_of_authors_is_a_list() -> None:
    assert record_of(made(paper={"authors": []})).authors == ()


@pytest.mark.parametrize("keys", [("title",), ("summary",)])
def test_title_and_abstract_may_stand_at_either_level(keys: tuple[str, ...]) -> None:
    entry = made()
    inner = {**entry, "paper": without(entry, *keys)["paper"]}
    outer = {key: value for key, value in entry.items() if key not in keys}
    assert record_of(inner) == record_of(outer) == record_of(entry)


def test_an_entry_without_an_abstract_is_kept() -> None:
    assert record_of(without(made(), "summary")).abstract == ""


def test_text_is_one_line_and_otherwise_the_authors_own() -> None:
    record = record_of(
        made(
            paper={
                "title": "A <think>\n  &quot;B&quot;\x00",
                "summary": "One\nline of $\\alpha\\,x$ 5\\% \ud800.",
            }
        )
    )
    assert record.title == "A <think> &quot;B&quot;"
    assert record.abstract == "One line of $\\alpha\\,x$ 5\\% \ufffd."


@pytest.mark.parametrize(
    ("field", "name"), [("upvotes", "votes"), ("numComments", "comments"), ("githubStars", "stars")]
)
@pytest.mark.parametrize(
    ("value", "kept"),
    [(0, 0), (62246, 62246), (True, None), (1.0, None), ("3", None), (-1, None), (2**31, None), (None, None)],
)
def test_a_counter_is_a_whole_number_and_0_is_one(
    field: str, name: str, value: object, kept: int | None
) -> None:
    entry = made(numComments=value) if field == "numComments" else made(paper={field: value})
    assert getattr(record_of(entry), name) == kept


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("https://git.example/a/b", "https://git.example/a/b"),
        (" https://git.example/a ", "https://git.example/a"),
        ("https://git.example/\na.git", "https://git.example/a.git"),
        ("/spaces/ada/demo", "http://hf.example/spaces/ada/demo"),
        ("//git.example/x", "http://git.example/x"),
        ("javascript:alert(1)", None),
        ("ftp://git.example/a", None),
        ("mailto:ada@git.example", None),
        ("https://", None),
        ("https://[bad", None),
        ("https://git.example/a b", None),
        ("https://git.example/\u202e", None),
        ("https://git.example/\ud800", None),
        ("", None),
        (7, None),
    ],
)
def test_a_link_is_an_absolute_web_address_or_dropped(text: object, url: str | None) -> None:
    links = record_of(made(paper={"githubRepo": text, "projectPage": text})).links
    assert links == ({"code": url, "project": url} if url else {})


@pytest.mark.parametrize(
    "text", ["soon", "2026-03-09", "2026-03-09T17:00:00", 1, None, "9999-12-31T23:59:59-23:00"]
)
def test_an_unreadable_time_is_none(text: object) -> None:
    record = record_of(made(paper={"publishedAt": text, "submittedOnDailyAt": text}))
    assert (record.published_at, record.listed_at) == (None, None)


def test_times_are_the_papers_own_and_never_the_entrys() -> None:
    record = record_of(made(publishedAt="2026-03-09T13:00:00.000Z"))
    assert record.published_at == datetime(2026, 3, 9, 17, tzinfo=UTC)
    assert record.listed_at == datetime(2026, 3, 10, 1, 2, 3, tzinfo=UTC)
    assert record_of(without(made(), "publishedAt")).published_at is None


GROUP = {"name": "inventors", "fullname": "The Inventors"}


@pytest.mark.parametrize(
    ("entry", "organization"),
    [
        (made(organization=GROUP), "The Inventors"),
        (made(paper={"organization": GROUP}), "The Inventors"),
        (made(submitterOrganization=GROUP), "The Inventors"),
        (made(organization={"name": "inventors"}), "inventors"),
        (made(organization={"fullname": " "}), ""),
        (made(organization="inventors"), ""),
        (made(), ""),
    ],
)
def test_the_organization_has_had_several_places(entry: object, organization: str) -> None:
    assert record_of(entry).organization == organization


@pytest.mark.parametrize(
    ("entry", "login"),
    [
        (made(submittedBy={"name": "ada", "fullname": "Ada E."}), "ada"),
        (made(paper={"submittedOnDailyBy": {"user": "ada", "fullname": "Ada E."}}), "ada"),
        (made(paper={"submittedOnDailyBy": {"name": "ada"}}), "ada"),
        (made(submittedBy={"fullname": "Ada E."}), ""),
        (made(submittedBy=None), ""),
        (made(), ""),
    ],
)
def test_the_submitter_is_a_login_and_may_be_absent(entry: object, login: str) -> None:
    assert record_of(entry).submitter == login


def test_summary_and_keywords_of_the_site_are_kept_apart_from_the_papers() -> None:
    record = record_of(made(paper={"ai_summary": "In\nshort.", "ai_keywords": ["Agents", " ", 3, "a\nb"]}))
    assert (record.summary, record.keywords) == ("In short.", ("Agents", "a b"))
    assert record_of(made(paper={"ai_keywords": "agents"})).keywords == ()


def test_only_a_notice_says_that_a_paper_is_withdrawn_and_nothing_says_that_it_is_not() -> None:
    notice = made(paper={"summary": "This paper has been withdrawn by the authors."})
    assert record_of(notice).withdrawn is True
    assert record_of(made()).withdrawn is None
