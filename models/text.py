"""Text from outside: what is kept of it, when two texts are the same, and what a withdrawal reads like."""

from __future__ import annotations

import re
import unicodedata

_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f]")  # C0 and C1 but for their white space
_PRINTABLE_ASCII = bytes(range(0x20, 0x7F))
_LONG = 200
_SURROGATE = re.compile(r"[\ud800-\udfff]")
# Beside a blank `~` is no tie but a tilde that a reader sees ("takes ~10 minutes").
_TEX_SPACE = re.compile(
    r"~(?<=[^ \\]~)(?=[^ ])|\\(?<!\\\\)(?:[,;:! ]|(?:q?quad|(?:en|thin)space)(?![A-Za-z]))"
)
_MATH = re.compile(r"(?<!\\)\$ ?([^$]*?) ?(?<!\\)\$")
_ARXIV_LETTERS = "AA AE DH DJ ETH L NG O oe OE TH aa ae dh dj eth i l ng o ss th"
_ARXIV_GREEK = (
    "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega alpha beta gamma delta epsilon zeta eta theta "
    "iota kappa lambda mu nu xi omicron pi rho varsigma sigma tau upsilon varphi phi chi psi omega"
)
_ARXIV_SIGNS = "P S copyright guillemotleft guillemotright pounds dag ddag div deg"
ARXIV_CHARACTERS = dict(
    zip(
        f"{_ARXIV_LETTERS} {_ARXIV_GREEK} {_ARXIV_SIGNS}".split(),
        "ÅÆÐĐÐŁŊØœŒÞåæðđðıłŋøßþΓΔΘΛΞΠΣΥΦΨΩαβγδεζηθικλμνξοπρςστυφϕχψω¶§©«»£†‡÷°",
        strict=True,
    )
)
"""The TeX commands that arXiv's pages show as a character, in math too (arxiv-base, arxiv/util/tex2utf.py)."""
_NAMED = re.compile(rf"\\({'|'.join(ARXIV_CHARACTERS)})(?![A-Za-z])(?:\{{\}}| )?")
_LONE = re.compile(r"\{([^\x00-\x7f])\}")

_NOUN = r"(?:paper|article|submission|manuscript|work|preprint)"
_IS_WITHDRAWN = r"(?:\s+(?:now|hereby|temporarily))?\s+withdrawn\b(?!\s+from\s+(?!(?:the\s+)?arxiv))"
_WITHDRAWN = re.compile(
    rf"""
    \A\W*(?:
        th(?:is|e)\s+{_NOUN}\s+(?:has(?:\s+now)?\s+been|was|is(?:\s+being)?){_IS_WITHDRAWN}
        | {_NOUN}{_IS_WITHDRAWN}
        | withdrawn(?=\W*\Z|[.,;:!)\]]|\s*[-\u2013\u2014]
            |\s+(?:as|because|by|due|for|in\ order|owing|pending|since|until)\b)
        | (?:we|the\s+authors?)\s+(?:(?:have|has)\s+withdrawn|(?:hereby\s+)?withdraws?)\s+(?:this|our)\s+{_NOUN}\b
    )
    | (?:[.;!]|(?:pages?|pp?|figures?|figs?|tables?)\.?,|arxiv\s+admin\s+note:)\s+
        this\s+{_NOUN}\s+(?:has(?:\s+now)?\s+been|is(?:\s+being)?){_IS_WITHDRAWN}
    """,
    re.IGNORECASE | re.VERBOSE,
)


def clean(text: object) -> str:
    """A text as it is kept: one line, without control characters, valid UTF-8; "" for what is no text.

    Runs of white space become one blank, a lone surrogate U+FFFD. Nothing else changes: markup, TeX,
    entities and marks of writing direction are the author's, and are escaped where they go out.
    """
    if not isinstance(text, str):
        return ""
    # Nearly every text is clean already, and the blank is the only white space that is printable.
    if _is_printable(text) and "  " not in text:
        return text.strip()
    line = " ".join(text.split())
    if line.isprintable():
        return line
    return " ".join(_SURROGATE.sub("\ufffd", _CONTROL.sub("", line)).split())


def _is_printable(text: str) -> bool:
    if text.isascii() and len(text) >= _LONG:  # for an abstract, a third of the time of `isprintable`
        return not text.encode().translate(None, _PRINTABLE_ASCII)
    return text.isprintable()


def same(a: str, b: str) -> bool:
    """Whether a reader would see no difference between two texts."""
    return a == b or folded(a) == folded(b)


def folded(text: str) -> str:
    """The form in which texts are compared: NFC, white space and TeX spacing as one blank.

    Blanks just inside `$...$` do not count: TeX ignores them there. A command that arXiv's pages show as
    a character is that character, for the same math comes both ways: `$\\alpha$` from OAI-PMH, the Greek
    letter itself from a listing. Nor does `http://` count, which a listing puts before whatever looks like
    an address, a full stop without a blank behind it too.
    """
    line = " ".join(unicodedata.normalize("NFC", text).replace("http://", "").split())
    if "\\" in line:
        line = _NAMED.sub(lambda match: ARXIV_CHARACTERS[match[1]], line)
    spaced = " ".join(_TEX_SPACE.sub(" ", line).split())
    return _MATH.sub(r"$\1$", _LONE.sub(r"\1", spaced))


def says_withdrawn(text: str) -> bool:
    """Whether a comment or an abstract says that its own paper is withdrawn; sure rather than complete.

    It does where it begins with a notice (`This paper has been withdrawn`, `Paper withdrawn`, `Withdrawn`
    alone or with by whom or why, `We withdraw this paper`), or where a later sentence, or a note of arXiv's
    administrators, begins with `This paper has been withdrawn`. Other papers and earlier versions that were
    withdrawn do not count, nor does a withdrawal from a conference, nor the word `retracted`: journals
    do that, arXiv withdraws (https://info.arxiv.org/help/withdraw.html).
    """
    return "withdr" in text.lower() and _WITHDRAWN.search(text) is not None
