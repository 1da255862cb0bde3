"""Makes text from outside fit to leave: what XML forbids or what deceives the eye is gone (rule 14).

Nothing is escaped here: that is done once, by the template or the writer that the text goes to.
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from models.text import clean

# Outside of the production Char of XML 1.0 (section 2.2) beside what `clean` removes; and the bidi
# embeddings, overrides and isolates (UAX 9), which reorder what stands after them. The plain marks U+200E,
# U+200F and U+061C move nothing but themselves and stay.
_UNFIT = re.compile(r"[\ufffe\uffff\u202a-\u202e\u2066-\u2069]")
# What RFC 3986 does not allow in a URI, and the percent signs that encode nothing.
_NOT_OF_A_URI = re.compile(r"%(?![0-9A-Fa-f]{2})|[^A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]")


def one_line(text: str) -> str:
    """The text as one line, without characters that XML forbids or that reorder other text."""
    return " ".join(_UNFIT.sub("", clean(text)).split())


def web_address(url: str) -> str:
    """The http or https URL with all that RFC 3986 forbids encoded; empty for anything else."""
    url = one_line(url)
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return _NOT_OF_A_URI.sub(lambda found: quote(found[0], safe=""), url)
