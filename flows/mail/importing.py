"""A file of subscribers in CSV: what each of its lines says, and what is wrong with the others."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from flows.mail.wanted import Wanted
from models.errors import UsageError
from models.mail.addresses import Address, normalised
from models.mail.subscriber import Choices

COLUMNS = ("address", "topics", "cadence", "hour", "zone")
_NEEDED = COLUMNS[0]
_BETWEEN_TOPICS = re.compile(r"[;\s]+")


class Line(NamedTuple):
    """A line that can be used, with the number of its line in the file."""

    number: int
    address: Address
    choices: Choices


class Mistake(NamedTuple):
    """A line that cannot, and why."""

    number: int
    why: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.why}"


class Sheet(NamedTuple):
    """All lines of a file, in their order; empty ones are nothing."""

    lines: tuple[Line, ...]
    mistakes: tuple[Mistake, ...]


class _Row(NamedTuple):
    number: int
    cells: Mapping[str, str]
    beyond: int  # so many cells stand under no name


def read_sheet(path: Path, slugs: Collection[str]) -> Sheet:
    """The lines of a file in UTF-8, where topics have these slugs; UsageError where none of it can be read."""
    try:
        return parse_sheet(path.read_text(encoding="utf-8-sig"), slugs)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UsageError(f"{path}: not UTF-8 at byte {error.start + 1}") from error
    except UsageError as error:
        raise UsageError(f"{path}: {error}") from error


def parse_sheet(text: str, slugs: Collection[str]) -> Sheet:
    """The lines of a text in CSV with a header, which names some of COLUMNS in any order, `address` among them.

    Topics stand with blanks or semicolons between them; what is empty is as usual. An address stands once,
    however it is spelt. Raises UsageError for a header that is none.
    """
    lines: dict[str, Line] = {}
    mistakes: list[Mistake] = []
    for row in _rows(text):
        if isinstance(row, Mistake):
            mistakes.append(row)
            continue
        try:
            line = _line(row, slugs, lines)
            lines[line.address.folded] = line
        except UsageError as error:
            mistakes.append(Mistake(row.number, str(error)))
    return Sheet(tuple(lines.values()), tuple(mistakes))


def _rows(text: str) -> Iterator[_Row | Mistake]:
    """The rows after the header; one that is no CSV is the last, as nobody knows where it ends."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    number, names = 1, None
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                if names is None:
                    names = _header(cells)
                else:
                    found = dict(zip(names, map(str.strip, cells), strict=False))
                    yield _Row(number, found, len(cells) - len(names))
            number = reader.line_num + 1
    except csv.Error as error:
        yield Mistake(number, f"not CSV from here on: {error}")
    if names is None:
        raise UsageError(f"there is no header; its columns are {', '.join(COLUMNS)}")


def _header(cells: Sequence[str]) -> Sequence[str]:
    names = [cell.strip().lower() for cell in cells]
    known = f"the columns are {', '.join(COLUMNS)}, with commas between"
    for name in names:
        if name not in COLUMNS:
            raise UsageError(f"unknown column {name!r}; {known}")
        if names.count(name) > 1:
            raise UsageError(f"the column {name} is there twice; {known}")
    if _NEEDED not in names:
        raise UsageError(f"there is no column {_NEEDED}; {known}")
    return names


def _line(row: _Row, slugs: Collection[str], before: Mapping[str, Line]) -> Line:
    if row.beyond > 0:
        raise UsageError(f"{row.beyond} more cells than the header has names")
    cells = row.cells
    address = normalised(cells.get(_NEEDED, ""))
    if address.folded in before:
        raise UsageError(f"the address is the same as in line {before[address.folded].number}")
    topics = tuple(filter(None, _BETWEEN_TOPICS.split(cells.get("topics", ""))))
    wanted = Wanted(topics, *(cells.get(name, "") for name in COLUMNS[2:]))
    return Line(row.number, address, wanted.choices(slugs))
