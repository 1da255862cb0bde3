"""What an answer holds: unpacked, whole, and not larger than a listing can be."""

from __future__ import annotations

import gzip
import io
import zlib
from collections.abc import Mapping
from dataclasses import dataclass

MOST_BYTES = 32 * 1024 * 1024
"""No listing is larger, packed or unpacked."""


@dataclass(frozen=True, slots=True)
class Body:
    """The content of an answer as far as it came, what is wrong with it, whether to ask again."""

    content: bytes
    problem: str = ""
    retryable: bool = False


def unpacked(packed: bytes | bytearray, headers: Mapping[str, str]) -> Body:
    """What an answer holds, as far as it came, and what is wrong with it."""
    encoding = headers.get("content-encoding", "").lower() or "identity"
    if encoding not in {"identity", "gzip", "x-gzip"}:
        return Body(bytes(packed), f"comes as {encoding}, which was not asked for")
    body = Body(bytes(packed)) if encoding == "identity" else _gunzipped(packed)
    if max(len(packed), len(body.content)) > MOST_BYTES:
        return Body(body.content[:MOST_BYTES], f"is larger than {MOST_BYTES // 2**20} MB")
    return body


def _gunzipped(packed: bytes | bytearray) -> Body:
    content = bytearray()
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(packed)) as file:
            while len(content) <= MOST_BYTES and (chunk := file.read1(2**16)):
                content += chunk
    except EOFError:
        return Body(bytes(content), "gives no whole answer", retryable=True)
    except (gzip.BadGzipFile, zlib.error) as error:
        return Body(bytes(content), f"answers with a damaged gzip ({error})", retryable=True)
    return Body(bytes(content))
