"""Which papers have room in a letter: shared fairly between its sections. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Shelf(NamedTuple):
    """A section by its sizes in bytes: of what stands around its papers, and of each paper, the best first.

    `goes_first` where its turn comes before that of others. Sizes are asked for one at a time, as papers get room.
    """

    around: int
    papers: Iterable[int]
    goes_first: bool = False


def fit(shelves: Sequence[Shelf], room: int, most: int) -> list[int]:
    """How many papers of each shelf have room, together at most so many and of so many bytes.

    Shelves take turns, one paper each. One whose next paper has no room gets no more: its papers are shown from
    the first on, without gaps. So each has one where there is room, and a long one takes no room from the others.
    """
    sizes = [iter(shelf.papers) for shelf in shelves]
    shown = [0] * len(shelves)
    waiting = deque(sorted(range(len(shelves)), key=lambda place: not shelves[place].goes_first))
    while waiting and most > 0:
        place = waiting.popleft()
        size = next(sizes[place], None)
        if size is None:
            continue
        needed = size if shown[place] else size + shelves[place].around
        if needed <= room:
            room -= needed
            most -= 1
            shown[place] += 1
            waiting.append(place)
    return shown
