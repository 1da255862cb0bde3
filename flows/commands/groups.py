"""Commands that are not even imported before somebody asks for them: `status` shall not wait for them."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from typer.core import TyperGroup
from typer.main import get_command

if TYPE_CHECKING:
    from typer._click.core import Command, Context  # Typer's own copies, which have no public name

MODULES = {
    "db": "flows.commands.db_group",
    "deploy": "flows.commands.deploy_command",
    "digest": "flows.commands.digest_group",
    "subscribers": "flows.commands.subscribers_group",
    "up": "flows.commands.up_command",
}
"""Where each is; it bears its own name there."""


class Groups(TyperGroup):
    """The commands of a program, and behind them these, each alone or a group."""

    def list_commands(self, ctx: Context) -> list[str]:
        """The names of all."""
        return [*super().list_commands(ctx), *MODULES]

    def get_command(self, ctx: Context, cmd_name: str) -> Command | None:
        """The command of a name; None where there is none."""
        if cmd_name not in MODULES:
            return super().get_command(ctx, cmd_name)
        command = get_command(getattr(import_module(MODULES[cmd_name]), cmd_name))
        command.name = cmd_name
        return command
