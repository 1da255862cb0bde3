"""A house for each test of what mail needs of the database and the sites."""

from __future__ import annotations

from tests.steps.conftest import house

__all__ = ["house"]
