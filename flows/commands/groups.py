"""Groups of commands that are not even imported before somebody asks for them: `status` shall not wait for them."""

from __future__ import annotations

from importlib import import_module

import typer
from typer.core import TyperGroup

MODULES = {"digest": "flows.commands.digest_group", "subscribers": "flows.commands.subscribers_group"}
"""Where each is; it bears its own name there."""


class Groups(TyperGroup):
    """The commands of a program, and behind them these groups."""

    def list_commands(self, ctx: typer.Context) -> list[str]:  # type: ignore[override]  # Typer's own context
        """The names of all."""
        return [*super().list_commands(ctx), *MODULES]

    def get_command(self, ctx: typer.Context, cmd_name: str):  # type: ignore[no-untyped-def, override]  # noqa: ANN201
        """The command of a name; None where there is none."""
        if cmd_name not in MODULES:
            return super().get_command(ctx, cmd_name)
        group = typer.main.get_command(getattr(import_module(MODULES[cmd_name]), cmd_name))
        group.name = cmd_name
        return group
