"""Under which address the app is asked."""

from __future__ import annotations

import re

from starlette.requests import Request

from feeds.site.frame import Site

_HOST = re.compile(r"[A-Za-z0-9.-]{1,255}(?::\d{1,5})?|\[[0-9A-Fa-f:.]{2,45}\](?::\d{1,5})?")


def origin(request: Request, site: Site) -> str:
    """The root of the site as this client reaches it, with a slash: so that a link to the next page works.

    By the Host field, which a proxy has to pass on; the public address where that is none.
    """
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        return site.url("")
    return f"{request.url.scheme}://{host}{site.root_path}"
