"""What a client takes (RFC 9110, 12.5): gzip or not, a page or JSON."""

from __future__ import annotations

from functools import lru_cache

_LONGEST = 300
"""Nobody means more than so many bytes; what is longer is not read."""


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: bytes) -> bool:
    """Whether the body may be sent in gzip, by the field Accept-Encoding (12.5.3).

    Where identity is named, gzip must be liked as much.
    """
    if len(accept_encoding) > _LONGEST:
        return False
    weights = _weights(accept_encoding.decode("latin-1"))
    gzip = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzip > 0 and gzip >= weights.get("identity", 0.0)


@lru_cache(maxsize=256)
def wants_a_page(accept: bytes) -> bool:
    """Whether a refusal is best told as HTML, by the field Accept: not to who asks for JSON alone."""
    if len(accept) > _LONGEST:
        return True
    weights = _weights(accept.decode("latin-1"))
    asks_for_json = any(name.endswith("json") and weight > 0 for name, weight in weights.items())
    return weights.get("text/html", 0.0) > 0 or not asks_for_json


def _weights(field: str) -> dict[str, float]:
    """Each thing that the field names, in lower case, with its weight (12.4.2): 1 where it states none."""
    weights = {}
    for part in field.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        stated = next((value for value in parameters if value.startswith("q=")), "q=1")
        weights[name] = _weight(stated[2:])
    return weights


def _weight(text: str) -> float:
    try:
        weight = float(text)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0
