"""TeX as a reader sees it: what stays as it is, and what becomes of the rest."""

from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.tex import displayed
from models.text import clean

ANY_TEXT = st.text(st.characters(codec=None, exclude_categories=()))

STAYS = (
    r"$\alpha$ and $\text{na\"ive}~--~\emph{x}$",
    r"$$\'e -- x$$ between \(\'e\) and \[\'e -- \emph{x}\]",
    r"\begin{equation}\alpha -- \'e\end{equation}",
    r"\unknown{Jo\"el -- \emph{x}} and \unknown",
    r"\cite{lamp--maker:2020} after \frac{\alpha}{2}",
    r"an \emph{open group",
    r"a closed one} and \textbf{an open one",
    r"a \{set\} on \\ two lines",
    r"a price of $5, where $\alpha$ -- or $ \'e $ is meant",
    r"\'{abc} \v{12} \'",
    "{a} {BERT} x_{\N{GREEK SMALL LETTER ALPHA}}",
    "takes ~10 minutes, 5~10 or 5%~18%, (~3), in ~/home",
    "pass --verbose, <!-- a note -->, a----b, i--;",
    "a `code` span, ``two`` of them, 5'' wide, it's",
    r"a file in C:\files\new, a pattern of \d{3}",
    "\\",
)
ADDRESSES = (
    "https://lamps.example/~ada/a--b_c%20d?x=1&y=~2#a--b",
    "http://lamps.example/a_b--c",
    "www.lamps.example/~ada",
    "lamps.example/~ada/a--b",
)
SHOWN = (
    ("a word,", "a word,"),
    (r"$x_\alpha$", r"$x_\alpha$"),
    (r"\unknown{x}", r"\unknown{x}"),
    ("https://lamps.example/~a--b", "https://lamps.example/~a--b"),
    (r"Jo\"el", "Joël"),
    (r"\'{e}t\'{e}", "été"),
    (r"Schr{\"o}dinger", "Schrödinger"),
    (r"{\'E}cole", "École"),
    (r"na\"{\i}ve", "naïve"),
    (r"na\"\i ve", "naïve"),
    ('na\\"{\N{LATIN SMALL LETTER DOTLESS I}}ve', "naïve"),
    (r"\v{c}\v c{\v c}", "ččč"),
    (r"Erd\H{o}s", "Erdős"),
    (r"\c{S}ahin", "Şahin"),
    (r"\'{\^e}", "ế"),
    (r"{\o}rsted", "ørsted"),
    (r"S\o rensen", "Sørensen"),
    (r"Stra\ss{}e", "Straße"),
    (r"\aa\ \L{}", "å Ł"),
    (r"\Lambda CDM", "\u039bCDM"),
    (r"{\beta}-decay", "\u03b2-decay"),
    (r"2\times faster", "2\u00d7 faster"),
    (r"A \& B, 5\%, \#1, a\_b", "A & B, 5%, #1, a_b"),
    (r"\textit{a \emph{b}} \textbf{c}", "a b c"),
    (r"{\em a} {\bf b}", "a b"),
    (r"\textit{of $\beta$-lamps}", r"of $\beta$-lamps"),
    (r"\url{https://lamps.example/a\_b}", "https://lamps.example/a_b"),
    (r"\LaTeX{}", "LaTeX"),
    ("1--10 and A -- B", "1\u201310 and A \u2013 B"),
    ("one---two", "one\u2014two"),
    ("``quoted'' and `so'", "\u201cquoted\u201d and \u2018so\u2019"),
    ('``half"', "\u201chalf\u201d"),
    ("``an $x$''", "\u201can $x$\u201d"),
    ("Fig.~3 of Ada~Evans~(2020)", "Fig. 3 of Ada Evans (2020)"),
    (r"10\,000, et al.\ (2020)", "10 000, et al. (2020)"),
)


@pytest.mark.parametrize("text", STAYS)
def test_what_is_no_simple_tex_stays_byte_for_byte(text: str) -> None:
    assert displayed(text) == text


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_survives_among_tex(address: str) -> None:
    assert displayed(rf"see {address} for \'e") == f"see {address} for é"


def test_a_dollar_that_could_open_math_stays_escaped() -> None:
    assert displayed(r"\$5 for $x$") == r"\$5 for $x$"
    assert displayed(r"\$5 or \$6") == "$5 or $6"


@pytest.mark.parametrize("text", [r"\'e" * 5_000, "nul \x00 and \\'e"])
def test_what_no_source_gives_stays_as_it_is(text: str) -> None:
    assert displayed(text) is text


def test_a_text_of_words_and_math_needs_no_library() -> None:
    program = (
        "import sys; from models.tex import displayed\n"
        "assert displayed('a word') == 'a word'\n"
        r"displayed('the $\\frac{\\alpha}{2}$ of A--B, 5\\%, https://x.example/~a')" + "\n"
        "sys.exit('pylatexenc' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@pytest.mark.parametrize(("text", "shown"), SHOWN)
def test_simple_tex_becomes_what_a_reader_sees(text: str, shown: str) -> None:
    assert displayed(text) == shown


@given(st.lists(st.sampled_from(SHOWN), max_size=8))
def test_each_piece_of_a_text_is_shown_whatever_stands_beside_it(pieces: list[tuple[str, str]]) -> None:
    texts, shown = zip(*pieces, strict=True) if pieces else ((), ())
    assert displayed(" ".join(texts)) == " ".join(shown)


@given(ANY_TEXT)
def test_a_text_without_tex_comes_back_as_it_is(text: str) -> None:
    plain = text.translate(dict.fromkeys(map(ord, "\\{~`-")))
    assert displayed(plain) is plain


@given(
    ANY_TEXT
    | st.lists(
        st.sampled_from(
            (
                *(
                    r"\emph{",
                    r"\unknown{",
                    r"{\it ",
                    "{",
                    "}",
                    "\\",
                    "$",
                    "$$",
                    r"\$",
                    r"\(",
                    r"\)",
                    r"\[",
                    r"\]",
                ),
                *(
                    r"\begin{a}",
                    r"\end{a}",
                    r"\alph",
                    r"\alpha",
                    r"\o",
                    r"\i",
                    r"\'",
                    r"\"",
                    r"\v",
                    r"\H ",
                    "e",
                ),
                *(
                    "a",
                    "ö",
                    "--",
                    "---",
                    "-",
                    "~",
                    "`",
                    "``",
                    "'",
                    "''",
                    '"',
                    r"\ ",
                    r"\,",
                    r"\_",
                    r"\%",
                    " ",
                ),
                *("https://", "x.example/", "www.", "5", "\x00", "\n", "[", "]", "_", "^", "漢", "\ud800"),
            )
        ),
        max_size=14,
    ).map("".join)
)
@example(r"\emph{\alph}a")
@example(r"\$5 $x \'e$")
@example(r"\{\'e\}")
def test_shown_twice_is_shown_once_and_never_raises(text: str) -> None:
    shown = displayed(text)
    assert displayed(shown) == shown
    assert len(shown) <= len(text)
    assert shown.count("漢") == text.count("漢")


@given(st.lists(st.sampled_from(SHOWN)))
def test_a_clean_text_is_shown_clean(pieces: list[tuple[str, str]]) -> None:
    shown = displayed(clean(" ".join(text for text, _ in pieces)))
    assert clean(shown) == shown
