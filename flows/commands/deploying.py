"""`deploy`: what a Prefect server has to hold, made or brought up to date, told in sentences."""

from __future__ import annotations

from pathlib import Path

import typer

from flows import engine
from flows.settings import Settings
from models.errors import PaperRoundError


def deploy_to_server(settings: Settings, notify_block: str | None) -> None:
    """Deploys from the folder that it is run in, and prints what was made, changed, and there already.

    Raises PaperRoundError where no server is configured, or none answers.
    """
    url = engine.api_url(settings.home)
    if url is None:
        raise PaperRoundError(
            "no Prefect server is configured: start one with `prefect server start`, and set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api (`paperround up` does both, and this too)"
        )
    if not engine.answers(url):
        raise PaperRoundError(
            f"the Prefect API {url} does not answer: start its server, or set PREFECT_API_URL"
        )
    engine.use(url)
    from flows.deployment.deploying import deploy

    done = deploy(settings, Path.cwd(), notify_block)
    typer.echo(f"On the Prefect server at {url.removesuffix('/api')}")
    for line in done.in_words():
        typer.echo(line)
