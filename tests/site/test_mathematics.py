from __future__ import annotations

import re
from time import perf_counter
from xml.etree.ElementTree import fromstring

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from feeds.site.letters import styled
from feeds.site.mathematics import with_formulas
from feeds.site.mathml import mathml
from tests.site.pages import first

MATHML = frozenset(
    {
        "math",
        "mrow",
        "mi",
        "mn",
        "mo",
        "mtext",
        "mspace",
        "mphantom",
        "mfrac",
        "msqrt",
        "mroot",
        "msub",
        "msup",
    }
    | {"msubsup", "munder", "mover", "munderover", "mtable", "mtr", "mtd"}
    | {"mstyle", "code", "wbr"}
)
ATTRIBUTES = frozenset(
    {
        "accent",
        "accentunder",
        "displaystyle",
        "fence",
        "form",
        "largeop",
        "linethickness",
        "lspace",
        "mathvariant",
    }
    | {"maxsize", "minsize", "movablelimits", "rspace", "scriptlevel", "separator", "stretchy", "width"}
)
TEX = st.lists(
    st.sampled_from(
        ["$", "$$", "\\(", "\\)", "{", "}", "^", "_", "&", "\\\\", "x", "2", " ", "<", "\"", "'", "%", "#", "\\",
         "\\frac", "\\sqrt", "\\left(", "\\right)", "\\begin{matrix}", "\\end{matrix}", "\\text{<b>}", "\\href{a}{b}",
         "\\style{x}{y}", "\\class{x}{y}", "\\color{red}", "\\newcommand{\\a}{\\a\\a}", "\\a", "\\def", "\\sum", "&#x202e;",
         "\\hspace{9em}", "\\mathbb{R}", "\\unicode{x3c}", "\\rule{1em}{1em}", "\\not", "\\limits", "\\verb|<|"]
    ),
    max_size=24,
).map("".join)  # fmt: skip


def shown(text: str) -> str:
    return str(with_formulas(text))


@pytest.mark.parametrize(
    "text",
    ["$5 and $10", "from $5-$10", "between $5 and 10$ an hour", "$100", "a $ b", "$3 = two, $4 = three"],
)
def test_money_is_no_formula(text: str) -> None:
    assert shown(text) == text


def test_an_escaped_dollar_is_a_dollar() -> None:
    assert shown(r"costs \$5") == "costs $5"


@pytest.mark.parametrize("tex", ["$x$", r"\(x\)", r"\[x\]", "$$x$$", "$ x_1 $"])
def test_each_way_to_write_a_formula_is_known(tex: str) -> None:
    assert shown(f"a {tex} b").startswith("a <math><mrow>")


def test_money_beside_a_formula_does_not_pair_with_it() -> None:
    assert shown("$2 for $x$ each") == "$2 for <math><mrow><mi>x</mi></mrow></math> each"


@pytest.mark.parametrize(
    "tex",
    [r"$\unknown{x}$", "$x^$", "$a_b_c$", r"$\frac{1}$", r"$\begin{matrix}1$", r"$\newcommand{\a}{\b\b}\a$",
     "$" + r"\sqrt" * 150 + "x$", "$" + "x" * 2_000 + "$", r"$\text{&#x202e;abc}$", "$" + "x^{" * 60 + "}" * 60 + "$"],
    ids=range(10),
)  # fmt: skip
def test_what_is_not_understood_stays_as_it_was_written(tex: str) -> None:
    found = LexborHTMLParser(shown(tex))
    assert first(found, "code").text() == tex


def test_what_a_formula_asks_of_the_page_is_not_done() -> None:
    found = shown(
        r"$\href{javascript:alert(1)}{x}\style{color:red}{y}\class{z}{w}\textcolor{red\" onclick=}{v}$"
    )
    assert "javascript" not in found
    assert not LexborHTMLParser(found).css("[href], [style], [class], [onclick], [mathcolor]")


def test_spaces_wider_than_a_page_are_not_made() -> None:
    assert "width" not in shown(r"$a\hspace{9999em}b$")


def test_letters_in_other_hands_are_characters_of_their_own() -> None:
    assert "\N{DOUBLE-STRUCK CAPITAL R}" in shown(r"$\mathbb{R}$")
    assert styled("B1", "script") == "\N{SCRIPT CAPITAL B}1"
    assert styled("h", "italic") == "\N{PLANCK CONSTANT}"
    assert styled("x", "bold") == "\N{MATHEMATICAL BOLD SMALL X}"
    assert styled("é", "bold") == "é"


@pytest.mark.parametrize(
    ("tex", "row"),
    [
        (r"n \log n", "<mi>n</mi>{}<mi>log</mi>{}<mi>n</mi>"),
        (r"n\log\log n", "<mi>n</mi>{}<mi>log</mi>{}<mi>log</mi>{}<mi>n</mi>"),
        (r"\log^2 n", "<msup><mi>log</mi><mn>2</mn></msup>{}<mi>n</mi>"),
        (r"-\sin(x)", "<mo>\u2212</mo><mi>sin</mi><mo {}>(</mo><mi>x</mi><mo {}>)</mo>"),
        (r"\max\{n\}", "<mo {}>max</mo><mo {}>{{</mo><mi>n</mi><mo {}>}}</mo>"),
        (r"a \bmod n", "<mi>a</mi><mo>mod</mo><mi>n</mi>"),
    ],
)
def test_a_function_stands_apart_from_what_it_is_of(tex: str, row: str) -> None:
    thin = '<mspace width="0.167em"></mspace>'
    found = re.sub(r"<mo [^>]*>", "<mo {}>", shown(f"${tex}$").replace(thin, "{}"))
    assert found == f"<math><mrow>{row}</mrow></math>".replace("{{", "{").replace("}}", "}")


@pytest.mark.parametrize(("tex", "sign"), [(r"\sim", "\N{TILDE OPERATOR}"), (r"\pm", "±"), (r"\iff", "⟺")])
def test_a_sign_between_two_values_is_an_operator(tex: str, sign: str) -> None:
    assert shown(f"$x {tex} y$") == f"<math><mrow><mi>x</mi><mo>{sign}</mo><mi>y</mi></mrow></math>"


@pytest.mark.parametrize("name", [r"arg\,max", r"arg\;max", "arg max", "arg~max", "argmax"])
@pytest.mark.parametrize("star", ["", "*"])
def test_the_name_of_an_operator_is_one_name(name: str, star: str) -> None:
    found = LexborHTMLParser(shown(rf"$\operatorname{star}{{{name}}}_x f(x)$"))
    assert [node.text() for node in found.css("mo")] == ["argmax", "(", ")"]


def test_an_operator_holds_a_text_alone() -> None:
    found = LexborHTMLParser(shown(r"$\mathop{\mathbb{E}}_{x} x \mathop{\rm arg\,max} y$"))
    assert not found.css("mo > *")


@pytest.mark.parametrize("tex", [r"\operatorname{\mathbf{f}}_x", r"\operatorname*{\alpha}"])
def test_an_operator_without_a_name_is_not_guessed(tex: str) -> None:
    assert shown(f"${tex}$") == f"<code>${tex}$</code>"


def test_a_wide_formula_may_break_behind_its_operators() -> None:
    found = shown("$" + " + ".join(f"x_{{{number}}}" for number in range(12)) + "$")
    assert found.count("<math>") == 12
    assert found.count("<wbr>") == 11


def test_a_formula_that_is_wide_and_cannot_break_stays_tex() -> None:
    assert shown(r"$\frac{" + "x" * 60 + "}{2}$").startswith("<code>")


def test_a_text_without_formulas_is_escaped() -> None:
    assert shown("a < b & c") == "a &lt; b &amp; c"


@given(st.text() | TEX | TEX.map(lambda tex: f"${tex}$"))
def test_any_text_gives_well_formed_and_safe_markup(text: str) -> None:
    tree = fromstring(f"<p>{shown(text).replace('<wbr>', '<wbr/>')}</p>")
    for element in list(tree.iter())[1:]:
        assert element.tag in MATHML
        assert ATTRIBUTES.issuperset(element.attrib)


@given(TEX)
def test_a_formula_is_understood_or_refused_and_never_raises(tex: str) -> None:
    assert mathml(tex) is None or mathml(tex)


@pytest.mark.parametrize("text", ["$" * 20_000, r"\(" * 10_000, "$a " * 6_000, "$x$" * 6_000, r"\$" * 9_000])
def test_the_time_grows_with_the_text_alone(text: str) -> None:
    begun = perf_counter()
    with_formulas(text)
    assert perf_counter() - begun < 2
