"""A paper in a digest says the same as text and as HTML, and nothing from outside acts in either."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from feeds.digests.digest import SectionKind, Told
from feeds.digests.papers import ABSTRACT, fragment, later
from models.mail.letters import CONFIRM, LEAVE, MANAGE, Fragment
from models.papers import Paper
from tests.digests.letters import NOW, SINCE, SITE, paper, revision

MARKS = re.compile(f"[{LEAVE}{MANAGE}{CONFIRM}]")


def made(of: Paper | Told, kind: SectionKind = "topic") -> Fragment:
    told = of if isinstance(of, Told) else Told(of)
    return fragment(kind, told, later(told.paper, told.since or SINCE), SITE)


def words(text: str) -> str:
    """A text without its URLs, which stand on lines of their own."""
    return " ".join(" ".join(each for each in text.splitlines() if not each.startswith("  http")).split())


def said(html: str) -> str:
    """What a browser shows, but for the names of links."""
    tree = LexborHTMLParser(html)
    for node in tree.css("p.w"):
        node.decompose()
    return " ".join(tree.text(separator=" ").split())


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "</div></td></table><style>*{display:none}</style>",
        "{{7*7}} {% raw %}",
        "&#xe000; &amp; &lt;",
        "a\r\nBcc: eve@other.example",
        "--=_zyxwvutsrqponmlkjihgfedcba",
        "\u202egnp.exe",
        "javascript:alert(1)",
    ],
)
def test_nothing_from_outside_acts(hostile: str) -> None:
    told = Told(
        paper(
            title=hostile,
            authors=(hostile,),
            abstract=hostile,
            organization=hostile,
            links={"code": hostile, "project": f"javascript:{hostile}"},
        ),
        why=hostile,
        also=(hostile,),
    )
    found = made(told)
    tree = LexborHTMLParser(found.html)
    assert not tree.css("script, img, style:not(:empty), iframe, form, [onerror]")
    assert all(node.attributes["href"].startswith("https://") for node in tree.css("a"))  # type: ignore[union-attr]
    assert said(found.html).replace(" ", "") == words(found.text).replace(" ", "")
    assert "\u202e" not in found.html + found.text
    assert "\r" not in found.html + found.text


@given(st.text(alphabet=st.characters(categories=["L", "P", "Cs", "Co", "Cc", "Z", "S"]), max_size=500))
def test_no_text_can_become_a_link_of_its_reader(text: str) -> None:
    hostile = f"{LEAVE}{text}{MANAGE}{CONFIRM}"
    values: dict[str, Any] = dict.fromkeys(
        ("title", "abstract", "summary", "organization", "comment"), hostile
    )
    given_paper = paper(
        **values, id=hostile, authors=(hostile,), links={"code": f"https://code.example/{hostile}"}
    )
    for kind in ("topic", "revised", "withdrawn"):
        changed = revision("title", hostile, text)
        told = Told(Paper(**{**_fields(given_paper), "revisions": (changed,)}), hostile, (hostile,))
        found = made(told, kind)
        assert not MARKS.search(found.text + found.html)
        assert (found.text + found.html).encode()
        assert found.text.endswith("\n")
        assert found.html.endswith("</div>\n")


def _fields(of: Paper) -> dict[str, Any]:
    return {name: getattr(of, name) for name in Paper.__slots__}


@pytest.mark.parametrize(
    "huge",
    [
        paper(title="A very long title " * 30),
        paper(title="x" * 100_000, abstract="y" * 100_000, authors=("z" * 1_000,) * 3_000),
        paper(links={"code": f"https://code.example/{'a' * 20_000}"}, summary="word " * 10_000),
        paper(title="&" * 400, abstract='"' * 400, organization="<" * 400, authors=("'" * 400,) * 9),
        paper(title="🌊" * 400, abstract="🌊" * 400, organization="🌊" * 400),
    ],
    ids=["title", "everything", "links", "escaped", "four bytes each"],
)
def test_no_paper_takes_more_than_its_share(huge: Paper) -> None:
    found = made(Told(huge, "why " * 1_000, ("topic " * 100,) * 100))
    assert len(found.html.encode()) < 12_000
    assert max(len(each) for each in found.text.splitlines() if "http" not in each) <= 72


@pytest.mark.parametrize("empty", ["", " ", "\x00", LEAVE])
def test_a_paper_without_a_title_has_one(empty: str) -> None:
    assert made(paper(title=empty)).text.startswith("2611.00001\n")


def test_it_says_all_that_helps_to_choose() -> None:
    told = Told(paper(), "“sampler” in the abstract", ("Agents", "Vision"))
    found = made(told)
    assert found.text == (
        "Tidepool 1: Spending Steps Where the Image Moves\n"
        "  Ingrid Vassmoen, Paweł Brzostowski, Meera Thoppil-Nair\n"
        "  31 votes · 20 Nov 2026 · Lumen Fjord Lab · also in Agents, Vision\n"
        "\n"
        "  A sampler that looks at what is already visible in a half-finished\n"
        "  image. It gives the remaining steps to the regions that are still\n"
        "  uncertain, and it halves the time of generation at equal preference.\n"
        "\n"
        "  Why it is here: “sampler” in the abstract\n"
        "  https://papers.example/papers/2611.00001/\n"
        "  https://arxiv.org/pdf/2611.00001\n"
        "  https://code.example/tidepool-1\n"
        "\n"
    )


@pytest.mark.parametrize("kind", ["topic", "trending", "revised", "withdrawn"])
def test_text_and_html_say_the_same(kind: SectionKind) -> None:
    revisions = (revision("title", "An older title", "x"), revision("withdrawn", False, True))
    told = Told(paper(revisions=revisions, comment="An error in Section 4"), "tidepools", ("Agents",))
    found = made(told, kind)
    assert said(found.html) == words(found.text)
    hrefs = [node.attributes["href"] for node in LexborHTMLParser(found.html).css("a")]
    assert list(dict.fromkeys(hrefs)) == [each.strip() for each in found.text.splitlines() if "://" in each]


def test_many_authors_are_counted() -> None:
    authors = tuple(f"Author {number}" for number in range(3_000))
    assert "Author 3 and 2,996 more\n" in made(paper(authors=authors)).text


def test_a_summary_goes_before_the_abstract_and_says_whose_it_is() -> None:
    text = words(made(paper(summary="It halves the time.")).text)
    assert "In short, by a model: It halves the time." in text
    assert "A sampler" not in text


def test_a_long_abstract_is_cut_behind_a_sentence() -> None:
    sentence = "This is what we have found out so far. "
    shown = words(made(paper(abstract=sentence * 30)).text)
    assert shown.count("This is") == ABSTRACT // len(sentence)


def test_a_revised_paper_tells_what_changed_since_then_and_leads_to_it() -> None:
    told = Told(
        paper(
            revisions=(
                revision("title", "The oldest title", "An older title", SINCE - timedelta(hours=1)),
                revision("title", "An older title", "Tidepool", NOW),
                revision("version", 1, 2, NOW),
                revision("comment", "", "9 pages", NOW),
            )
        ),
        since=SINCE,
    )
    found = made(told, "revised")
    assert "  Title, before: “An older title”\n  Version 1 → 2\n  Comment\n" in found.text
    assert "oldest" not in found.text
    assert 'href="https://papers.example/papers/2611.00001/#changes"' in found.html


def test_what_changed_and_changed_back_is_said_too() -> None:
    there = revision("title", "One", "Two")
    back = revision("title", "Two", "One")
    assert "Changed, and changed back" in made(paper(revisions=(there, back)), "revised").text


def test_a_withdrawn_paper_is_plainly_so() -> None:
    gone = paper(
        withdrawn=True, comment="An error in Section 4", revisions=(revision("withdrawn", False, True),)
    )
    text = made(gone, "withdrawn").text
    assert text.startswith("[withdrawn] Tidepool 1")
    assert "  Withdrawn, seen on 20 Nov 2026.\n  The authors say: An error in Section 4\n" in text
    assert "arxiv.org/pdf" not in text
