"""What `up` says of its programs."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path

from flows.up.patience import Patience
from flows.up.program import Program

LEAVING = "stopping (Ctrl-C once more kills everything at once)"
RUSHED = "killing everything"
_SHOWN_LINES = 3


def starting(program: Program) -> str:
    """That a program is started."""
    return f"{program.says} starts{f' ({program.hint})' if program.hint else ''}"


def waiting(program: Program, seconds: float) -> str:
    """That a program does not stand yet."""
    return f"{program.says} does not answer yet, after {seconds:.0f} s"


def stands(program: Program, *, is_again: bool) -> str:
    """That a program answers."""
    return f"{program.says} is there{' again' if is_again else ''}, at {_base(program.answers_at)}"


def too_slow(program: Program) -> str:
    """That a program never came to answer."""
    return f"{program.says} has not answered for {program.ready_within_seconds:.0f} s, and is killed"


def ended(name: str, code: int, patience: Patience) -> str:
    """That a program has ended, and is started again."""
    again = f"starts again in {patience.pause_seconds:.0f} s"
    row = f", the {_ordinal(patience.ends)} time in a row" if patience.ends > 1 else ""
    return f"{name} {_way(code)}{row}; it {again}"


def given_up(name: str, ends: int, code: int, last: Sequence[str]) -> str:
    """That a program is not started again, and what it said last."""
    said = " / ".join(line.strip() for line in last[-_SHOWN_LINES:] if line.strip())
    row = f", {ends} times in a row" if ends > 1 else ""
    return f"{name} {_way(code)}{row}: {said or 'it said nothing'}"


def killed(program: Program) -> str:
    """That a program did not end in its time."""
    return f"{program.name} has not ended within {program.stops_within_seconds:.0f} s, and is killed"


def waits_for(runs: Sequence[str], seconds: float) -> str:
    """That runs get the time to end."""
    return f"waiting for {', '.join(runs)}: {seconds:.0f} s at most"


def waits_no_more(runs: Sequence[str]) -> str:
    """That runs are cut off; each is made so that the next one does what it did not."""
    return f"cutting off {', '.join(runs)}: the next run does what is left"


def left(number: int) -> str:
    """That something was still there when all programs had ended."""
    return f"killing what they have left behind: {number} process{'es' if number > 1 else ''}"


def everything(site: str, links: str, prefect: str, home: Path) -> tuple[str, ...]:
    """Where all of it is, once it stands."""
    lines = [
        "everything is up (Ctrl-C stops it)",
        f"  site     {site}/",
        f"  Prefect  {prefect}/ (its UI: runs, schedules)",
        f"  data     {home}",
        "  log      these lines; what a run says is in the UI as well",
    ]
    if links != site:
        lines.insert(2, f"  links    {links}/ (PAPERROUND_PUBLIC_URL: what feeds and letters point to)")
    return tuple(lines)


def _way(code: int) -> str:
    if code >= 0:
        return f"has ended with exit code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"


def _ordinal(number: int) -> str:
    return f"{number}{ {2: 'nd', 3: 'rd'}.get(number, 'th') }"


def _base(url: str) -> str:
    scheme, _, rest = url.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/"
