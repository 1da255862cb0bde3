"""The round of one day beside the sum of its parts, what Prefect adds to it, and what the commands cost.

`python -m benchmarks.round [--without-prefect]`
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time
from functools import partial
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import commands, prefect_server
from benchmarks.invented import FIRST_DAY, entries
from benchmarks.measuring import Contender, Work, medians, print_table
from flows import engine
from flows.demo.markup import listing_page
from flows.settings import load_settings
from flows.sources.base import Source
from flows.sources.client import Validators
from flows.sources.reading import read
from flows.steps.ingesting import conditional, ingest, of_day, settle
from flows.steps.publishing import publish
from flows.steps.resources import Get, Resources, clock, opened
from flows.steps.rounds import daily_round
from models.database import writing
from models.records import Answer, Listing, Reading
from models.snapshots import keep

PAPERS = 50
ROUNDS = 5

_DAY = FIRST_DAY
_EVENING = datetime.combine(_DAY, time(20), UTC)


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--without-prefect", action="store_true", help="start no Prefect server")
    asked = parser.parse_args()
    with ExitStack() as stack:
        api = None if asked.without_prefect else stack.enter_context(prefect_server.running())
        _report(api)
        print()
        commands.report(PAPERS, api)
    if api is None:
        print("What Prefect adds was not measured: --without-prefect.")


def _report(api: str | None) -> None:
    with ExitStack() as stack:
        installations = _Installations(Path(stack.enter_context(TemporaryDirectory())), stack, _page())
        parts, wholes = installations.parts(), installations.wholes(api)
        seconds = medians({**parts, **wholes}, ROUNDS)
    together = sum(seconds[name] for name in parts)
    found = {name: seconds[name] for name in parts} | {"sum of the parts": together}
    found |= {name: seconds[name] for name in wholes}
    print(f"CPU of this process, median of {ROUNDS} rounds; the first reading of a day of {PAPERS} papers\n")
    rows = [[name, f"{each * 1000:.1f}", f"{each / together:.2f}"] for name, each in found.items()]
    print_table(("", "CPU ms", "x sum of parts"), rows)


def _page() -> Answer:
    page = listing_page(entries(PAPERS, _DAY), date_string=_DAY.isoformat())
    return Answer("", _EVENING, 200, {"content-type": "text/html; charset=utf-8"}, page.encode())


@dataclass(frozen=True, slots=True)
class _Installations:
    """Makes fresh installations, each with its own database, that read this one page."""

    folder: Path
    stack: ExitStack
    page: Answer
    numbers: Iterator[int] = field(default_factory=count)

    def parts(self) -> dict[str, Contender]:
        """What a round does, each part alone."""
        return {
            "fetch": self._fetching,
            "parse": self._parsing,
            "archive": self._archiving,
            "store": self._storing,
            "publish": self._publishing,
        }

    def wholes(self, api: str | None) -> dict[str, Contender]:
        """The round as plain functions, and as a flow recorded in the Prefect API of a URL where given."""
        found: dict[str, Contender] = {
            "the round": lambda: partial(daily_round, self._fresh(), None, of_day(_DAY))
        }
        return found | ({"the round in Prefect": self._recording(api)} if api else {})

    def _fetching(self) -> Work:
        return partial(conditional(self._fresh(), self._get), self.page.url)

    def _parsing(self) -> Work:
        source, listing = _only(self._fresh())
        return partial(source.ways(listing, _EVENING)[0].parse, listing, self.page)

    def _archiving(self) -> Work:
        return partial(self._fresh().archive.keep, self.page.body)

    def _storing(self) -> Work:
        resources = self._fresh()
        source, listing = _only(resources)
        reading = read(source, listing, lambda url: self._get(url, None), _EVENING)
        return partial(_store, resources, source, reading)

    def _publishing(self) -> Work:
        resources = self._fresh()
        ingest(resources, None, of_day(_DAY))
        return partial(publish, resources)

    def _recording(self, api: str) -> Contender:
        os.environ |= {"PREFECT_API_URL": api, "PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "ERROR"}
        engine.quiet()
        from flows.round import daily_round as recorded_round
        from flows.run.current import using  # imports Prefect, which looks for its API when it is imported

        def record(resources: Resources) -> None:
            with using(resources):
                recorded_round(_DAY)

        return lambda: partial(record, self._fresh())

    def _fresh(self) -> Resources:
        """An installation in which nothing was read yet."""
        home = self.folder / str(next(self.numbers))
        settings = load_settings(home=home, database_url=None, sources=("huggingface",))
        return self.stack.enter_context(opened(settings, clock(_EVENING), self._visit))

    @contextmanager
    def _visit(self, _: Source) -> Iterator[Get]:
        yield self._get

    def _get(self, url: str, _: Validators | None) -> Answer:
        return replace(self.page, url=url)


def _only(resources: Resources) -> tuple[Source, Listing]:
    (source,) = resources.sources.values()
    (listing,) = source.listings(_DAY)
    return source, listing


def _store(resources: Resources, source: Source, reading: Reading) -> None:
    kept = [(answer, "0" * 64) for answer in reading.answers]
    with writing(resources.engine) as connection:
        settle(connection, source, reading, keep(connection, reading.listing, reading.read_at, kept))


if __name__ == "__main__":
    main()
