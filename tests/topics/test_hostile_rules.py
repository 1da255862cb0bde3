"""Rules that someone writes to keep the machine busy. CPU time of this thread, with room for a slow machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import islice, permutations, product
from string import ascii_lowercase

import pytest

from models.errors import TopicsError
from models.papers import Paper
from models.topics.matching import Shelf
from models.topics.rules import DEEPEST, MOST_CHARACTERS, MOST_GAINED, parse
from models.topics.terms import MOST_WORDS
from tests.models.observed import voted

READ_SECONDS, MATCHED_SECONDS = 0.1, 1.0


def is_done_within(seconds: float, work: Callable[[], object]) -> bool:
    """Whether it takes no more CPU than that, at one of three tries: one may be met by a pause for garbage."""
    for _ in range(3):
        begun = time.thread_time()
        work()
        if time.thread_time() - begun < seconds:
            return True
    return False


def refusal(source: str) -> str:
    with pytest.raises(TopicsError) as refused:
        parse(source)
    return str(refused.value)


def times(piece: str) -> str:
    """A piece as often as a rule may hold it."""
    return piece * (MOST_CHARACTERS // len(piece))


def filled(pieces: Iterable[str], between: str = " OR ") -> str:
    """As many of the pieces as a rule may hold."""
    source = ""
    for piece in pieces:
        longer = f"{source}{between}{piece}" if source else piece
        if len(longer) > MOST_CHARACTERS:
            break
        source = longer
    return source


@pytest.mark.parametrize(
    "source",
    [
        "(" * 1_000_000,
        "a " * 500_000,
        '"' * 1_000_000,
        "(" * 10_000,
        "(" * 10_000 + "a" + ")" * 10_000,
        "AND OR NOT " * 10_000,
        "a OR " * 10_000,
        times("("),
        "(" * (DEEPEST + 1) + "a" + ")" * (DEEPEST + 1),
        times("title:("),
        times("NOT "),
        times("NOT (a "),
        times("OR "),
        times("AND "),
        times('"') + '"' * (MOST_CHARACTERS % 2 - 1),
        times('"a b"~'),
        times("*"),
        times("a*"),
        times("~"),
        times(":"),
        times("title:"),
        times("title: "),
        times("has:"),
        times("<"),
        times(">="),
        times("= "),
        times("votes>="),
        times("votes>= "),
        times("-"),
        times("! "),
        times("“"),
        times("\u0301"),
        "votes>=" + "9" * 1_900,
        "votes_" + "9" * 1_900 + "h>=1",
        '"a b"~' + "9" * 1_900,
        "x" * 1_900 + ":a",
        "x" * 1_900 + ">=3",
        "has:" + times("code")[:1_900],
        "\N{ARABIC LIGATURE SALLALLAHOU ALAYHE WASALLAM}" * MOST_CHARACTERS,
        '"' + times("a ")[:-4] + '"',
        '"' + filled((f"w{number}" for number in range(999)), " ")[:1_900] + '"~100',
    ],
)
def test_a_hostile_rule_is_refused_at_once(source: str) -> None:
    assert is_done_within(READ_SECONDS, lambda: refusal(source))
    assert len(refusal(source).splitlines()) == 1


@pytest.mark.parametrize(
    "source",
    [
        times("a "),
        times("a\n"),
        times("or "),
        times("(a)"),
        times('"a"'),
        times("has:doi "),
        times("votes>=1 "),
        "a" * MOST_CHARACTERS,
        "a" + " " * (MOST_CHARACTERS - 2) + "b",
        "a" * 1_000 + " " * 1_000,
        times("a" * 20 + " " * 20),
        "a" + times(" NOT b")[:-6],
        "(a OR " * DEEPEST + "b" + ")" * DEEPEST,
        "a NOT (b " * DEEPEST + "c" + ")" * DEEPEST,
        "e" + "\u0301" * 1_900,
        "." * 1_900 + "a",
    ],
)
def test_a_tedious_rule_is_read_at_once(source: str) -> None:
    def read() -> object:
        rule = parse(source)
        return str(rule), rule.leaves, rule.digest

    assert is_done_within(READ_SECONDS, read)


COMMON = ["".join(letters) for size in (1, 2, 3, 4) for letters in product("ab", repeat=size)]
RARE = ["".join(letters) for letters in product("abcdefghijklmno", repeat=3)]
PAIRS = [f"{one} {other}" for one, other in permutations(COMMON, 2)]
BEGINNINGS = [f"{one}{other}" for one, other in product(ascii_lowercase, repeat=2)]


def _papers() -> list[Paper]:
    """200 papers of 300 words, half of them from a few that all papers hold."""
    texts = [
        " ".join(
            word
            for place in range(150)
            for word in (COMMON[place * number % 29], RARE[(place * 37 + number * 101) % len(RARE)])
        )
        for number in range(1, 201)
    ]
    votes = {float(hour): hour * hour for hour in range(12)}
    return [
        replace(
            voted(f"2510.{number:05}", votes),
            title=text[:80],
            abstract=text,
            authors=tuple(text.split()[:20]),
            votes=121,
        )
        for number, text in enumerate(texts)
    ]


PAPERS = _papers()


@pytest.mark.parametrize(
    "source",
    [
        filled(COMMON + RARE),
        filled(COMMON * 20, " "),
        "a " + filled((f"NOT {word}" for word in RARE), " ")[:1_900].rpartition(" NOT")[0],
        filled(f'"{" ".join((COMMON * 2)[size : 2 * size])}"' for size in range(2, MOST_WORDS + 1)),
        filled(f'"{pair}"' for pair in PAIRS),
        filled(f'"{pair}"~100' for pair in PAIRS),
        filled(f'abs:"{pair}"~100' for pair in PAIRS),
        filled((*(f'abs:"{pair}"~100' for pair in islice(PAIRS, 88)), "votes>=1")),
        filled(f'"{" ".join(COMMON[first : first + MOST_WORDS])}"~100' for first in range(10)),
        filled(f"{letters}*" for letters in BEGINNINGS),
        filled(f"abs:{letters}*" for letters in BEGINNINGS),
        filled((*(f"abs:{letters}*" for letters in islice(BEGINNINGS, 150)), "votes>=1")),
        filled(f'"a {letters}"*' for letters in BEGINNINGS),
        filled(f'au:"a {letters}"*' for letters in BEGINNINGS),
        filled((f"votes_{hours}h>={hours}" for hours in range(5, 20)), " "),
        filled((f"votes_{hours}h<={hours}" for hours in range(5, 20)), " "),
        "(a OR votes>=2 AND " * 45 + "(b OR votes>=3 OR ab OR ba)" + ")" * 45,
        "a NOT (b NOT (votes>=3 " * 24 + "a" + "))" * 24,
        filled(["has:code", "is:revised"] * 100),
    ],
)
def test_the_worst_rules_that_are_allowed_are_matched_in_bounds(source: str) -> None:
    def reasons() -> list[str]:
        (matches,) = Shelf(PAPERS).matches([parse(source)])
        return [match.reason for match in matches]

    assert is_done_within(MATCHED_SECONDS, reasons)
    assert all(reasons())


def test_a_rule_asks_only_so_often_what_was_gained_in_hours() -> None:
    several = [f"votes_{hours}h>=1" for hours in range(1, MOST_GAINED + 2)]
    parse(" OR ".join(several[:-1]))
    assert refusal(" OR ".join(several)) == (
        "the rule asks 21 times what was gained in hours; at most 20 are allowed"
    )
