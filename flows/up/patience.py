"""Whether a program that has ended is started again, and after which pause."""

from __future__ import annotations

from dataclasses import dataclass

MOST_ENDS = 6
"""So many ends in a row are too many."""
WELL_AFTER_SECONDS = 60.0
"""A program that was there for so long had started well: its end begins a new row."""
_FIRST_PAUSE_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Patience:
    """How often in a row a program has ended that should not have."""

    ends: int = 0

    def after(self, lived_seconds: float) -> Patience:
        """The patience that is left after one more end, of a program that was there for so long."""
        return Patience(1 if lived_seconds >= WELL_AFTER_SECONDS else self.ends + 1)

    @property
    def is_over(self) -> bool:
        """Whether it is not started again."""
        return self.ends >= MOST_ENDS

    @property
    def pause_seconds(self) -> float:
        """How long to wait before the next start: twice as long each time."""
        return float(_FIRST_PAUSE_SECONDS * 2 ** (self.ends - 1)) if self.ends else 0.0
