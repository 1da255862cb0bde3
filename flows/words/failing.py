"""What failed, in Markdown: a sentence for each, and where the bytes are that were answered."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence

from feeds.text import one_line
from flows.steps.evidence import MOST_FAILURES, Evidence
from flows.words.markdown import as_text


def failing(sentences: Sequence[str], evidence: Mapping[str, Sequence[Evidence]]) -> str:
    """Failures for someone who looks into them: each with the answers that it was judged by, where there were any."""
    if not sentences:
        return "Nothing failed."
    shown = sentences[:MOST_FAILURES]
    parts = [part for sentence in shown for part in _failure(sentence, evidence.get(sentence, ()))]
    more = len(sentences) - len(shown)
    return "\n\n".join([*parts, *([f"And {more:,} more: `paperround status` has all."] if more else [])])


def _failure(sentence: str, found: Sequence[Evidence]) -> list[str]:
    what, _, why = sentence.partition(": ")
    told = f"**{as_text(what)}**: {as_text(why)}" if why else f"**{as_text(what)}**"
    return [told, *map(_answer, found)]


def _answer(found: Evidence) -> str:
    """An item of a list: what was asked for, what came, and the command that shows it.

    The file's name is the key of the snapshot, the sha256 of its bytes. Its line stands in a block of its own: it is
    too long to be broken.
    """
    status = f"status {found.status}" if found.status else "no answer"
    wrong = f", {as_text(found.error)}" if found.error else ""
    item = f"- {as_text(found.url)}: {status}{wrong}"
    if found.file is None:
        return item
    return f"{item}\n\n  ```\n  zcat {one_line(shlex.quote(str(found.file)))}\n  ```"
