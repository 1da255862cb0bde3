"""The sources there are, each made from the settings. A new source is one line here."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flows.settings import Settings
from flows.sources.base import Source
from flows.sources.huggingface import huggingface

SOURCES: Mapping[str, Callable[[Settings], Source]] = {
    "huggingface": lambda settings: huggingface(settings.huggingface_url, settings.huggingface_sections),
}
