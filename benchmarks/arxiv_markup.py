"""Invented papers as arXiv shows them: the page of a mailing, the list of a month, an answer of OAI-PMH."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from html import escape

from benchmarks.invented_arxiv import CATEGORIES, Paper, parts

_VERSION_DATES = tuple(f"{day} Jan 2026 17:59:{day:02} GMT" for day in range(2, 7))
_NAMESPACE = "http://arxiv.org/OAI/arXivRaw/"


def mailing_page(category: str, day: date, papers: Sequence[Paper]) -> bytes:
    """`/list/<category>/new` with those of the papers that are in the category; up to 2,000 stand on a page."""
    found = parts(category, papers)
    sections, first = [], 1
    for part, listed in found.items():
        if listed:
            heading = f"<h3>{part} submissions (showing {len(listed)} of {len(listed)} entries)</h3>"
            sections.append(_list(heading, part, listed, first))
            first += len(listed)
    heading = f"<h3>Showing new listings for {day:%A}, {day.day} {day:%B %Y}</h3>"
    return _page(category, heading, f"Total of {first - 1} entries", sections)


def month_page(category: str, month: date, papers: Sequence[Paper], skip: int, show: int = 2_000) -> bytes:
    """`/list/<category>/<month>` from an entry on, with these papers in all."""
    total, shown = len(papers), papers[skip : skip + show]
    places = [(first, min(first + show, total)) for first in range(0, total, show)]
    row = " ".join(
        _place(category, month, first, last, show, is_here=first == skip) for first, last in places
    )
    heading = f"<h2>Authors and titles for {month:%B %Y} </h2>"
    listed = _list("", "", shown, skip + 1)
    return _page(category, heading, f"Total of {total} entries : {row}", [listed])


def oai_answer(papers: Sequence[Paper], token: str = "") -> bytes:
    """An answer to ListRecords in arXiv's raw format, which goes on at a resumption token."""
    records = "\n".join(map(_record, papers))
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        f"<ListRecords>{records}<resumptionToken>{escape(token)}</resumptionToken></ListRecords></OAI-PMH>"
    ).encode()


def _page(category: str, heading: str, total: str, sections: Sequence[str]) -> bytes:
    paging = f"<div class='paging'>{total}</div>"
    return (
        f'<!DOCTYPE html>\n<html lang="en"><head><title>{CATEGORIES[category]}</title></head>\n<body>'
        f"<div id='content'><div id='dlpage'>\n<h1>{CATEGORIES[category]}</h1>\n{heading}\n{paging}\n"
        f"{''.join(sections)}{paging}\n</div></div></body></html>"
    ).encode()


def _place(category: str, month: date, first: int, last: int, show: int, *, is_here: bool) -> str:
    text = f"{first + 1}-{last}"
    href = f"/list/{category}/{month:%Y-%m}?skip={first}&amp;show={show}"
    return f"<span>{text}</span>" if is_here else f"<a href={href}>{text}</a>"


def _list(heading: str, part: str, listed: Sequence[Paper], first: int) -> str:
    entries = (_entry(part, each, number) for number, each in enumerate(listed, first))
    return f"<dl id='articles'>\n    {heading}\n{''.join(entries)}</dl>\n"


def _entry(part: str, paper: Paper, number: int) -> str:
    """Blanks and line ends are where arXiv has them, since they cost time too."""
    said = {"Cross": f"(cross-list from {paper.categories[0]})", "Replacement": "(replaced)"}
    identity = f'id="{{}}-{paper.id}" aria-labelledby="{{}}-{paper.id}"'
    pdf, html, other = (identity.format(name, name) for name in ("pdf", "html", "oth"))
    return f"""
    <dt>
      <a name='item{number}'>[{number}]</a>
      <a href ="/abs/{paper.id}" title="Abstract" id="{paper.id}">
        arXiv:{paper.id}
      </a>
      {said.get(part, "")}
        [<a href="/pdf/{paper.id}" title="Download PDF" {pdf}>pdf</a>, \
<a href="https://arxiv.org/html/{paper.id}v{paper.versions}" title="View HTML" {html} \
rel="noopener noreferrer" target="_blank">html</a>, \
<a href="/format/{paper.id}" title="Other formats" {other}>other</a>]
    </dt>
    <dd>
      <div class='meta'>
        <div class='list-title mathjax'><span class='descriptor'>Title:</span>
          {escape(paper.title)}
        </div>
        <div class='list-authors'>{", ".join(map(_author, paper.authors))}</div>

        {_comment(paper)}

        <div class='list-subjects'><span class='descriptor'>Subjects:</span>
          {_subjects(paper)}
        </div>

        {_abstract(paper) if part else ""}
      </div>
    </dd>"""


def _author(name: str) -> str:
    first, _, last = name.partition(" ")
    href = f"https://arxiv.org/search/cs?searchtype=author&amp;query={last},+{first[0]}"
    return f'<a href="{href}">{name}</a>'


def _comment(paper: Paper) -> str:
    if not paper.comment:
        return ""
    name = "<span class='descriptor'>Comments:</span>"
    return f"<div class='list-comments mathjax'>{name}\n          {escape(paper.comment)}\n        </div>"


def _subjects(paper: Paper) -> str:
    first, *others = (f"{CATEGORIES[code]} ({code})" for code in paper.categories)
    return "; ".join((f'<span class="primary-subject">{first}</span>', *others))


def _abstract(paper: Paper) -> str:
    link = f'<a href="{paper.link}" rel="external noopener nofollow" class="link-external link-https">'
    address = f". Code: {link}this https URL</a>" if paper.link else ""
    return f"<p class='mathjax'>\n          {escape(paper.abstract)}{address}\n        </p>"


def _record(paper: Paper) -> str:
    versions = "".join(
        f'<version version="v{number}"><date>{came}</date><size>97kb</size></version>'
        for number, came in enumerate(_VERSION_DATES[: paper.versions], 1)
    )
    address = f". Code: {paper.link}" if paper.link else ""
    comments = f"<comments>{escape(paper.comment)}</comments>" if paper.comment else ""
    return f"""<record>
  <header><identifier>oai:arXiv.org:{paper.id}</identifier><datestamp>2026-01-08</datestamp></header>
  <metadata><arXivRaw xmlns="{_NAMESPACE}">
    <id>{paper.id}</id><submitter>Paper Lark</submitter>{versions}
    <title>{escape(paper.title)}</title>
    <authors>{", ".join(paper.authors)}</authors>
    <categories>{" ".join(paper.categories)}</categories>{comments}
    <license>http://creativecommons.org/licenses/by/4.0/</license>
    <abstract>{escape(paper.abstract)}{address}</abstract>
  </arXivRaw></metadata>
</record>"""
