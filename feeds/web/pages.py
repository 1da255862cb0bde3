"""Pages that the app makes, in the frame of the site, with the search form in its header, and the way to digests."""

from __future__ import annotations

from functools import cache

from feeds.rendering import render
from feeds.site.frame import Framed, Site

SLOT = b"<!--search-->"
"""Where the header of every page has room for the form."""


@cache
def search_form(site: Site) -> bytes:
    """The form for the header of every page, in UTF-8."""
    subscribe = f"{site.root_path}subscribe" if site.offers_mail else ""
    return render("web/form.html", {"action": search_url(site), "subscribe": subscribe}).encode()


def search_url(site: Site) -> str:
    """The address of the search, on the site's own host."""
    return f"{site.root_path}search"


def page(template: str, values: Framed, site: Site) -> bytes:
    """A page of the folder `web/` with these values, in UTF-8."""
    return with_form(render(f"web/{template}", values).encode(errors="replace"), site)


def with_form(html: bytes, site: Site) -> bytes:
    """A page with the form in its place."""
    return html.replace(SLOT, search_form(site), 1)
