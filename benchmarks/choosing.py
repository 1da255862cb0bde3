"""How well topics choose among the labelled papers: by rule, by likeness, by both. `python -m benchmarks.choosing`.

It needs the seeds beside the checkout. Examples are drawn from the central papers and not counted themselves.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import cycle, islice
from statistics import fmean

from benchmarks.labelled import Case, alone, both, cases, examples_alone, judged, rule, sentence
from benchmarks.measuring import medians, print_table
from models.topics.matching import Shelf
from models.topics.meaning import rank
from tests.labelled.judging import quality

DRAWS = 5
EXAMPLES = (1, 3, 5)
MANY = 7_000
ROUNDS = 3

BEFORE: Mapping[str, tuple[str, str]] = {
    "rule": (".926", ".907"),
    "sentence": (".861", ".855"),
    "sentence, rule": (".953", ".926"),
    "1 example": (".569", ""),
    "3 examples": (".716", ""),
    "5 examples": (".782", ""),
    "sentence, 1 example": (".866", ""),
    "sentence, 3 examples": (".859", ""),
    "sentence, 5 examples": (".873", ""),
}
"""AP and nDCG@20 of the same papers with other labels, sentences and rules, measured before there was a program."""


def main() -> None:
    """Measures and prints."""
    try:
        found = cases()
    except FileNotFoundError as error:
        sys.exit(str(error))
    print(
        "By topic: the set that the rule chooses; AP and nDCG@20 of rule, sentence (and title), and both fused.\n"
    )
    _print_topics(found)
    print(
        f"\nMeans over the topics, and over {DRAWS} draws of examples; `before` is a measurement of the same papers"
        "\nwith other labels, sentences and rules.\n"
    )
    _print_means(found)
    print(
        "\nWhat comes for likeness alone, without a limit for a day: papers a topic, and F1 of the whole set.\n"
    )
    _print_alike(found)
    print(f"\nCPU on {MANY:,} papers, the seeds again and again, median of {ROUNDS} rounds.\n")
    _print_speed(found)


def _print_topics(found: Sequence[Case]) -> None:
    rows = []
    for case in found:
        of_set = quality(case.chosen, case.labels)
        marks = [judged(case, by) for by in (rule, sentence, both)]
        rows.append([*of_set, *(ap for ap, _ in marks), *(gain for _, gain in marks)])
    rows.append([fmean(column) for column in zip(*rows, strict=True)])
    names = [*(case.topic.slug for case in found), "mean"]
    columns = ("", "P", "R", "F1", "AP: rule", "sentence", "both", "nDCG: rule", "sentence", "both")
    print_table(columns, [[name, *map(_short, row)] for name, row in zip(names, rows, strict=True)])


def _print_means(found: Sequence[Case]) -> None:
    examples = [(count, "1 example" if count == 1 else f"{count} examples") for count in EXAMPLES]
    rows = []
    for name, by, count in (
        ("rule", rule, 0),
        ("sentence", sentence, 0),
        ("sentence, rule", both, 0),
        *((name, examples_alone, count) for count, name in examples),
        *((f"sentence, {name}", sentence, count) for count, name in examples),
        *((f"sentence, {name}, rule", both, count) for count, name in examples),
    ):
        draws = range(DRAWS if count else 1)
        marks = [judged(case, by, case.examples(count, draw)) for case in found for draw in draws]
        means = [_short(fmean(column)) for column in zip(*marks, strict=True)]
        rows.append([name, *means, *BEFORE.get(name, ("", ""))])
    print_table(("", "AP", "nDCG@20", "AP before", "nDCG before"), rows)


def _print_alike(found: Sequence[Case]) -> None:
    rows = []
    for name, has_rule in (("rule", True), ("no rule", False)):
        for count in (0, *EXAMPLES):
            came = [
                alone(case, case.chosen if has_rule else (), case.examples(count, draw))
                for case in found
                for draw in range(DRAWS if count else 1)
            ]
            papers, right, without, together = (fmean(column) for column in zip(*came, strict=True))
            precision = _short(right / papers) if papers else ""
            rows.append(
                [f"{name}, {count} examples", f"{papers:.1f}", precision, _short(without), _short(together)]
            )
    print_table(("", "papers", "their P", "F1 without", "F1 with"), rows)


def _print_speed(found: Sequence[Case]) -> None:
    seeds = islice(cycle(found[0].papers.values()), MANY)
    papers = [replace(paper, id=str(number)) for number, paper in enumerate(seeds)]
    shelf = Shelf(papers)
    once = "terms counted, once for all topics"
    seconds = medians(
        {
            once: lambda: lambda: Shelf(papers).postings,
            "a topic ranked by its sentence": lambda: partial(_rank, found, shelf, 0),
            "a topic ranked by it and 5 examples": lambda: partial(_rank, found, shelf, 5),
        },
        ROUNDS,
    )
    rows = [
        [name, f"{1000 * used / (1 if name == once else len(found)):,.0f}"] for name, used in seconds.items()
    ]
    print_table(("", "ms"), rows)


def _rank(found: Sequence[Case], shelf: Shelf, count: int) -> None:
    for case in found:
        rank(case.topic, shelf, case.examples(count, 0))


def _short(share: float) -> str:
    return f"{share:.3f}".removeprefix("0")


if __name__ == "__main__":
    main()
