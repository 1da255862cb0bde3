"""A Kept in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping


class Memory:
    """Keeps all; `puts` counts what was put, by key."""

    def __init__(self) -> None:
        self.values: dict[str, bytes] = {}
        self.puts: list[str] = []

    def get(self, keys: Collection[str]) -> Mapping[str, bytes]:
        return {key: self.values[key] for key in keys if key in self.values}

    def put(self, values: Mapping[str, bytes]) -> None:
        self.values |= values
        self.puts += values

    def retain(self, keys: Collection[str]) -> None:
        self.values = {key: value for key, value in self.values.items() if key in keys}
