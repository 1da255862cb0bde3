"""Sizes of files in words."""

from __future__ import annotations

_STEP = 1000
_UNITS = ("kB", "MB", "GB")


def size(number: int) -> str:
    """`812 bytes`, `4.2 kB`, `88 MB`, `1.3 GB`: two figures at least, in powers of a thousand."""
    if number < _STEP:
        return "1 byte" if number == 1 else f"{number} bytes"
    scaled = number / _STEP
    unit, *larger = _UNITS
    while larger and round(scaled) >= _STEP:
        scaled /= _STEP
        unit, *larger = larger
    digits = 1 if round(scaled, 1) < 10 else 0
    return f"{scaled:,.{digits}f} {unit}"
