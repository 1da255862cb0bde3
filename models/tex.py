"""TeX in titles, abstracts, comments and names: what a reader sees of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, lru_cache
from itertools import chain, zip_longest

from models.text import ARXIV_CHARACTERS

_LONGEST = 10_000  # characters; a longer text is no abstract, and stays as it is
_MOST_PASSES = 8  # nobody nests so deep; what does stays as it is
_MARK = "\x00"  # stands for a kept piece: `models.text.clean` has dropped it from every text

_MATH = r"(?<!\\)\$\$.+?\$\$ | (?<!\\)\$(?:[^$\\]|\\.)*+\$"
_LATEX_MATH = r"\\\((?:[^\\]|\\[^()])*+\\\) | \\\[(?:[^\\]|\\[^][])*+\\\]"
# By its first sign alone it is found in a third of the time.
_ALL_MATH = re.compile(rf"(?=[$\\]) (?:{_MATH} | {_LATEX_MATH})", re.VERBOSE | re.DOTALL)
# Where dollars do not pair, some are money: nothing between the first and the last is touched.
_UNPAIRED = r"\$.*\$ | \$"
_ADDRESS = (
    r"""(?<![\w.-])(?:https?://|ftp://|www\.|(?:[\w-]++\.)++[a-z]{2,}/)(?:[^\s{}<>"'`$\\]|\\[_%&#~])*"""
)
_ADDRESSED = re.compile(r"://|www\.|\.[a-z]{2,}/")
_ARGUMENT = r"\{[^{}]*+\}"
for _depth in range(3):
    _ARGUMENT = rf"\{{(?:[^{{}}]++|{_ARGUMENT})*+\}}"
_DOLLAR = re.compile(r"(?<!\\)\$")
_ESCAPED = re.compile(r"\\([%&_#~])")

_FONTS = r"emph|text(?:it|bf|sl|sc|tt|rm|sf|up|md|normal)?|underline|mbox|url"
_SWITCHES = r"it|bf|sl|sc|tt|rm|sf|em"
_ACCENTS = r"[Hbcdkruv]"
_HANDLED = re.compile(f"{_FONTS}|{_SWITCHES}|{_ACCENTS}")
_GROUP = re.compile(rf"(?P<font>\\(?:{_FONTS})\ *\{{|\{{\\(?:{_SWITCHES})(?![A-Za-z])\ *)|(?P<open>\{{)|\}}")
_ACCENT = re.compile(
    rf"""\\(?P<accent>['`^"~=.]|{_ACCENTS}(?![A-Za-z])\ *)"""
    r"(?P<braced>\{\ *)?(?P<base>\\[ij](?![A-Za-z])\ *|[^\W\d_])(?(braced)\ *\})"
)
_SYMBOL = re.compile(r"\\(?P<name>[A-Za-z]+)(?:\{\}|(?P<blanks>\ +)(?=[^\s\\])|)")
_BEFORE = r"\w.,;:%)\]}\x00\u2019\u201d"
_AFTER = r"\w(\[{\x00\u2018\u201c"
_SIMPLE = (
    ("\\", re.compile(r"\\([%&_#])"), r"\1"),
    ("\\", re.compile(r"(?<=\S)\ *\\[ ,]\ *(?=\S)"), " "),
    ("{", re.compile(r"(?<![_^\\{}])\{++([^\x00-\x7f])\}++"), r"\1"),
    ("``", re.compile(r"``(?=\S)((?:(?!``).)+?)(?:''|\"(?!\w))", re.DOTALL), "\u201c\\1\u201d"),
    ("`", re.compile(r"(?<![\w`])`(?=[^\s`'])((?:[^`']|'(?=\w))+)'(?![\w'])"), "\u2018\\1\u2019"),
    ("---", re.compile(r"(?<![-<!])---(?![->])"), "\N{EM DASH}"),
    ("--", re.compile(rf"(?<=[{_BEFORE}\"'])--(?=[{_AFTER}\"'])|(?<= )--(?= )"), "\N{EN DASH}"),
    # `~10`, `5~10` and `$a$~$b$` show a tilde.
    ("~", re.compile(rf"(?<=[{_BEFORE}])~(?!(?<=[\d%]~)\d|(?<=\x00~)\x00)(?=[{_AFTER}])"), " "),
)
_PLAIN = {**ARXIV_CHARACTERS, "LaTeX": "LaTeX", "TeX": "TeX"}


def displayed(text: str) -> str:
    r"""What a reader sees of a text in TeX; nothing but the text itself where there is no TeX in it.

    Characters take the place of accents, of the commands that stand for one letter or sign, of escapes,
    ties, dashes and quotes; font commands give way to what they hold. Everything else stays as it is:
    addresses, math (`$..$`, `$$..$$`, `\(..\)`, `\[..\]`, environments), unknown commands with what they
    hold, braces. What this gives, it gives again for itself.
    """
    if not _has_tex(text) or len(text) > _LONGEST or _MARK in text or not _has_tex(_ALL_MATH.sub("", text)):
        return text
    shown = text
    for _ in range(_MOST_PASSES):
        before, shown = shown, _once(shown)
        if shown == before:
            return shown
    return text


def _has_tex(text: str) -> bool:
    return "\\" in text or "~" in text or "`" in text or "{" in text or "--" in text


def _once(text: str) -> str:
    opened, kept = _parted(text)
    if "\\" in opened:
        opened = _SYMBOL.sub(_character, _ACCENT.sub(_accented, opened))
        opened = "".join(_ungrouped(opened))
    for sign, pattern, replacement in _SIMPLE:
        if sign in opened:
            opened = pattern.sub(replacement, opened)
    return "".join(chain.from_iterable(zip_longest(opened.split(_MARK), kept, fillvalue="")))


def _parted(text: str) -> tuple[str, list[str]]:
    """The text with a mark for each piece that is to be kept, and these pieces."""
    dollars = len(_DOLLAR.findall(text))
    pattern = _pieces(dollars % 2 == 0, _ADDRESSED.search(text) is not None)
    opened: list[str] = []
    kept: list[str] = []
    at = 0
    while match := pattern.search(text, at):
        if match["name"] and (_HANDLED.fullmatch(match["name"]) or _symbol(match["name"])):
            opened.append(text[at : match.end("name")])
            at = match.end("name")
            continue
        opened += text[at : match.start()], _MARK
        at = match.end()
        if match["address"]:
            kept.append(_ESCAPED.sub(r"\1", match[0]))
        else:
            # Beside a dollar that opens math, a bare one would be taken for another.
            kept.append("$" if match[0] == r"\$" and not dollars else match[0])
    opened.append(text[at:])
    return "".join(opened), kept


@cache
def _pieces(is_paired: bool, is_addressed: bool) -> re.Pattern[str]:
    """Finds what is to be kept, and all commands; made when first needed, without addresses where it can."""
    return re.compile(
        rf"""
        {_MATH if is_paired else _UNPAIRED} | {_LATEX_MATH}
        | \\[\\{{}}$]
        | \\begin\{{(?P<environment>\w+\*?)\}}.*?\\end\{{(?P=environment)\}}
        | \\(?P<name>[A-Za-z]+)\*?(?:\[[^][{{}}]*\])?(?:{_ARGUMENT})*+
        | (?P<address>{_ADDRESS if is_addressed else "(?!)"})
        """,
        re.VERBOSE | re.DOTALL,
    )


def _accented(match: re.Match[str]) -> str:
    base = match["base"].strip(" \\")
    letter = _letter(match["accent"].strip(), base)
    return letter if len(letter) == 1 or (letter and match["braced"]) else match[0]


@lru_cache(maxsize=4096)
def _letter(accent: str, base: str) -> str:
    """The letter with its accent, composed where Unicode has it so; "" where there is none."""
    letter = _conversion()(f"\\{accent}{{{base}}}")
    return letter if letter != base and not letter.isascii() else ""


def _character(match: re.Match[str]) -> str:
    symbol = _symbol(match["name"])
    if not symbol:
        return match[0]
    # TeX drops the blanks behind a command; behind a sign such as an arrow or dots a reader wants them.
    swallows = symbol.isalpha() or match["name"] in _PLAIN
    return symbol if swallows or not match["blanks"] else f"{symbol} "


@lru_cache(maxsize=4096)
def _symbol(name: str) -> str:
    """The character that a command stands for; "" for any other command."""
    if name in _PLAIN:
        return _PLAIN[name]
    shown = getattr(_definition()(name), "simplify_repl", None)
    return shown if isinstance(shown, str) and len(shown) == 1 and not shown.isascii() else ""


def _ungrouped(text: str) -> Iterator[str]:
    """The text without the font commands that have an end."""
    pieces: list[str] = []
    openers: list[int | None] = []
    at = 0
    for match in _GROUP.finditer(text):
        pieces += text[at : match.start()], match[0]
        at = match.end()
        if match[0] == "}":
            if openers and (opener := openers.pop()) is not None:
                pieces[opener] = pieces[-1] = ""
        else:
            openers.append(len(pieces) - 1 if match["font"] else None)
    return chain(pieces, (text[at:],))


@cache
def _definition() -> Callable[[str], object]:
    """Finds what pylatexenc knows of a command; imported only where there is TeX, as it takes 0.1 s."""
    from pylatexenc.latex2text import get_default_latex_context_db

    find: Callable[[str], object] = get_default_latex_context_db().get_macro_spec
    return find


@cache
def _conversion() -> Callable[[str], str]:
    from pylatexenc.latex2text import LatexNodes2Text

    convert: Callable[[str], str] = LatexNodes2Text().latex_to_text
    return convert
