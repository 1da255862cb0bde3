"""Puts styles into tags, since many mail programs drop a style sheet: the only user of css-inline."""

from __future__ import annotations

from functools import cache

from css_inline import CSSInliner

from feeds.rendering import TEMPLATES


def inlined(html: str) -> str:
    """A piece of HTML, whole elements, with the styles of letters in its tags; it ends with a line feed."""
    return f"{_inliner().inline_fragment(html.strip(), '')}\n"


def inlined_document(html: str) -> str:
    """A whole document with the styles of letters in its tags; it keeps the style sheets that are marked for that."""
    return f"{_inliner().inline(html).strip()}\n"


@cache
def _inliner() -> CSSInliner:
    css = (TEMPLATES / "mail" / "style.css").read_text(encoding="utf-8")
    return CSSInliner(extra_css=css, load_remote_stylesheets=False, minify_css=True)
