"""Invented answers of arXiv's interfaces for programs, made to be right or wrong in one place."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape, quoteattr

import pytest

from flows.sources.arxiv_api import parse_api
from flows.sources.arxiv_oai import parse_oai
from flows.sources.arxiv_rss import parse_rss
from models.records import Answer, Listing, ParsedPage

OAI = "http://oai.example/oai"
API = "http://api.example/api"
RSS = "http://rss.example"
AT = datetime(2026, 3, 13, 12, tzinfo=UTC)
FRIDAY = Listing("arxiv", "cs.CV", date(2026, 3, 13))
SHARED = Path(__file__).parents[2] / ".." / "shared"

DATES = ("Mon, 09 Mar 2026 17:59:01 GMT", "Tue, 10 Mar 2026 08:00:00 GMT", "Thu, 12 Mar 2026 00:00:59 GMT")
PAPER: Mapping[str, str] = {
    "title": "On an Invented Thing",
    "authors": "Ada Example, Bo Example",
    "categories": "cs.CV cs.LG",
    "comments": "4 pages",
    "journal-ref": "J. Inv. 1, 2 (2026)",
    "doi": "10.1234/Inv.1",
    "license": "http://creativecommons.org/licenses/by/4.0/",
    "abstract": "  We invent a thing.",
}


def element(name: str, text: str, **attributes: str) -> str:
    given = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{given}>{escape(text)}</{name}>"


def version(number: int, came: str = "", *more: str) -> str:
    """A version as OAI-PMH gives it; unasked it came at the date of its number."""
    return f'<version version="v{number}"><date>{came or DATES[number - 1]}</date>{"".join(more)}</version>'


def raw(paper_id: str = "2603.00001", versions: str = "", header: str = "<header>", **fields: str) -> str:
    """A record of OAI-PMH; `fields` replace what it holds ("" takes it out), `_` standing for `-`."""
    given = {**PAPER, **{name.replace("_", "-"): text for name, text in fields.items()}}
    inner = "".join(element(name, text) for name, text in given.items() if text)
    return (
        f"<record>{header}{element('identifier', f'oai:arXiv.org:{paper_id}')}</header><metadata>"
        f'<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">{element("id", paper_id)}'
        f"{versions or version(1)}{inner}</arXivRaw></metadata></record>"
    )


def deleted(paper_id: str) -> str:
    return f'<record><header status="deleted">{element("identifier", paper_id)}</header></record>'


def oai(*inner: str, token: str | None = None) -> str:
    """A page of ListRecords, without a resumption token unasked."""
    end = "" if token is None else element("resumptionToken", token)
    return _oai(f"<ListRecords>{''.join(inner)}{end}</ListRecords>")


def oai_error(code: str, text: str = "Said so.") -> str:
    return _oai(element("error", text, code=code))


def _oai(inner: str) -> str:
    return f'<?xml version="1.0"?>\n<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{inner}</OAI-PMH>'


def entry(paper_id: str = "2603.00001v1", **fields: Any) -> str:
    """An entry of the query API as of 2026; `fields` replace what it holds ("" takes it out)."""
    given = {
        "id": f"http://arxiv.org/abs/{paper_id}",
        "title": PAPER["title"],
        "updated": "2026-03-12T00:00:59Z",
        "summary": "We invent a thing.",
        "published": "2026-03-09T17:59:01Z",
        "arxiv:comment": PAPER["comments"],
        "arxiv:journal_ref": PAPER["journal-ref"],
        "arxiv:doi": PAPER["doi"],
        **fields,
    }
    inner = "".join(element(name, text) for name, text in given.items() if text)
    return f"<entry>{inner}{AUTHORS}{CATEGORIES}</entry>"


AUTHORS = "<author><name>Ada Example</name></author><author><name>Bo Example</name></author>"
CATEGORIES = '<category term="cs.LG"/><category term="cs.CV"/><arxiv:primary_category term="cs.CV"/>'


def atom(*entries: str, total: object = None, start: object = 0, size: object = 100) -> str:
    """A feed of the query API; unasked it promises what it gives."""
    counts = {"totalResults": len(entries) if total is None else total, "startIndex": start}
    counts["itemsPerPage"] = size
    inner = "".join(element(f"opensearch:{name}", str(count)) for name, count in counts.items())
    return (
        '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
        'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
        f"<title>arXiv Query</title>{inner}{''.join(entries)}</feed>"
    )


def item(paper_id: str = "2603.00001v1", **fields: str) -> str:
    """An item of a feed; `fields` replace what it holds ("" takes it out), `_` standing for `:`."""
    given = {
        "title": PAPER["title"],
        "description": f"arXiv:{paper_id} Announce Type: new \nAbstract: We invent a thing.",
        "guid": f"oai:arXiv.org:{paper_id}",
        "pubDate": "Fri, 13 Mar 2026 00:00:00 -0400",
        "arxiv:announce_type": "new",
        "dc:rights": PAPER["license"],
        "arxiv:DOI": PAPER["doi"],
        "arxiv:journal_reference": PAPER["journal-ref"],
        "dc:creator": "Ada Example, Bo Example",
    }
    given |= {name.replace("_", ":", 1): text for name, text in fields.items()}
    inner = "".join(element(name, text) for name, text in given.items() if text)
    return f"<item>{inner}<category>cs.CV</category><category>cs.LG</category></item>"


def feed(*items: str, title: str = "cs.CV updates on arXiv.org", day: str = "") -> str:
    """A feed of a category, of Friday 2026-03-13 unasked."""
    about = element("title", title) + element("description", "Said so.")
    published = element("pubDate", day or "Fri, 13 Mar 2026 00:00:00 -0400")
    return (
        '<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/" '
        f'version="2.0"><channel>{about}{published}{"".join(items)}</channel></rss>'
    )


def answer(body: str | bytes, url: str = OAI) -> Answer:
    return Answer(url, AT, 200, body=body.encode() if isinstance(body, str) else body)


def read_oai(body: str | bytes, url: str = OAI) -> ParsedPage:
    return parse_oai(answer(body, url), OAI)


def read_api(body: str | bytes) -> ParsedPage:
    return parse_api(answer(body, API))


def read_rss(body: str | bytes, listing: Listing = FRIDAY) -> ParsedPage:
    return parse_rss(listing, answer(body, RSS))


def recorded(name: str) -> bytes:
    """A recorded answer of arXiv; skips the test where there are none."""
    path = SHARED / "upstream" / "data" / "arxiv" / f"{name}.gz"
    if not path.exists():
        pytest.skip("the recorded answers of arXiv are not here")
    return gzip.decompress(path.read_bytes())


def recorded_file(url: str) -> str:
    """The file that answers an address, as the recording names it; "" for an address that it does not have."""
    index = SHARED / "upstream" / "data" / "arxiv" / "index.json"
    if not index.exists():
        pytest.skip("the recorded answers of arXiv are not here")
    files = {_address(known): answers for known, answers in json.loads(index.read_text()).items()}
    found = files.get(_address(url), "")
    return found if isinstance(found, str) else str(found[-1]["file"])


def _address(url: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    parts = urlsplit(url)
    return parts.path, tuple(sorted(parse_qsl(parts.query)))
