"""What `doctor` says of settings that no program would refuse: names that set nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from difflib import get_close_matches

from flows.commands.finding import Finding, State
from flows.settings import PREFIX, Settings, unknown_names


def names(_settings: Settings, _now: datetime) -> Iterator[Finding]:
    """Variables with our prefix that are no setting, each with the setting that was probably meant."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    for name in unknown_names():
        meant = get_close_matches(name, known, n=1, cutoff=0.75)
        fix = f"{meant[0]} is meant?" if meant else "remove it, or see the settings in README"
        yield Finding("settings", State.WARNING, f"{name} sets nothing: {fix}")
