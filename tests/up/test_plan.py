"""Which programs are started, and what each is given."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from flows.deployment.ours import OVER_ITS_END
from flows.settings import Settings
from flows.up.environment import Around
from flows.up.plan import Asked, plan
from flows.up.program import Program
from flows.up.warden import MARK

API = "http://127.0.0.1:4200/api"
ASKED = Asked("127.0.0.1", 8000, API, 4200, "lab")


def around(tmp_path: Path, **variables: str) -> Around:
    return Around(variables, tmp_path, "token", API, tmp_path / "var", tmp_path / "var" / "prefect")


def settings(tmp_path: Path, **given: object) -> Settings:
    return Settings(home=tmp_path / "var", **given)  # type: ignore[arg-type]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def names(programs: tuple[Program, ...]) -> list[str]:
    return [program.name for program in programs]


def test_a_demo_starts_nothing_that_would_ask_a_real_site(tmp_path: Path) -> None:
    found = plan(settings(tmp_path), replace(ASKED, is_demo=True), around(tmp_path))
    assert names(found.in_order_of_end) == ["demo", "app", "prefect"]


def test_no_setting_of_the_real_site_reaches_the_one_of_the_demo(tmp_path: Path) -> None:
    real = around(
        tmp_path, PAPERROUND_SMTP_URL="smtp://mail.example", PAPERROUND_DATABASE_URL="sqlite:///x", LANG="C"
    )
    app = plan(settings(tmp_path, topics="mine.toml"), replace(ASKED, is_demo=True), real).app
    assert {name: value for name, value in app.environment.items() if name.startswith("PAPERROUND_")} == {
        "PAPERROUND_HOME": str(tmp_path / "var" / "demo"),
        "PAPERROUND_TOPICS": str(tmp_path / "mine.toml"),
        "PAPERROUND_PUBLIC_URL": "http://127.0.0.1:8000",
        "PAPERROUND_LOG": "text",
    }
    assert app.environment["LANG"] == "C"
    assert app.folder == tmp_path / "var" / "demo", "no .env is read there"


def test_where_a_server_answers_already_no_other_is_started(tmp_path: Path) -> None:
    found = plan(settings(tmp_path), replace(ASKED, prefect_port=None), around(tmp_path))
    assert found.server is None
    assert found.worker


def test_an_empty_folder_has_a_first_round_before_its_site(tmp_path: Path) -> None:
    found = plan(settings(tmp_path), ASKED, around(tmp_path))
    assert names(found.in_order_of_end) == ["worker", "round", "upgrade", "deploy", "app", "prefect"]
    assert found.first
    assert not found.first.is_done(1)
    (tmp_path / "var" / "public" / "feeds").mkdir(parents=True)
    assert found.first.is_done(1), "a round that could not read anything has published that"


def test_what_is_published_is_served_at_once(tmp_path: Path) -> None:
    (tmp_path / "var" / "public" / "feeds").mkdir(parents=True)
    assert plan(settings(tmp_path), ASKED, around(tmp_path)).first is None


def test_the_deployments_are_done_when_they_went_well(tmp_path: Path) -> None:
    deploy = plan(settings(tmp_path), ASKED, around(tmp_path)).deploy
    assert deploy
    assert deploy.is_done(0)
    assert not deploy.is_done(1)


def test_the_site_is_never_done(tmp_path: Path) -> None:
    assert not plan(settings(tmp_path), ASKED, around(tmp_path)).app.is_done(0)


def test_the_server_is_for_this_machine_alone_whatever_the_site_is_for(tmp_path: Path) -> None:
    found = plan(settings(tmp_path), replace(ASKED, host="0.0.0.0"), around(tmp_path))
    assert found.server
    assert found.server.command[1:] == ("server", "start", "--host", "127.0.0.1", "--port", "4200")
    assert found.app.command[1:] == ("serve", "--host", "0.0.0.0", "--port", "8000")
    assert found.app.answers_at == "http://127.0.0.1:8000/healthz"


def test_the_server_remembers_over_its_end_who_is_at_work_but_as_the_operator_has_it(tmp_path: Path) -> None:
    found = plan(settings(tmp_path), ASKED, around(tmp_path))
    assert found.server
    assert found.worker
    assert OVER_ITS_END.items() <= found.server.environment.items()
    assert not OVER_ITS_END.keys() & found.worker.environment.keys()
    own = dict.fromkeys(OVER_ITS_END, "my own")
    server = plan(settings(tmp_path), ASKED, replace(around(tmp_path), variables=own)).server
    assert server
    assert own.items() <= server.environment.items()


def test_only_the_first_start_of_a_server_is_said_to_take_long(tmp_path: Path) -> None:
    server = plan(settings(tmp_path), ASKED, around(tmp_path)).server
    assert server
    assert "up to a minute" in server.hint
    (tmp_path / "var" / "prefect").mkdir(parents=True)
    (tmp_path / "var" / "prefect" / "prefect.db").touch()
    server = plan(settings(tmp_path), ASKED, around(tmp_path)).server
    assert server
    assert server.hint == ""


def test_every_program_finds_the_server_and_bears_a_mark_of_its_own(tmp_path: Path) -> None:
    programs = plan(settings(tmp_path), ASKED, around(tmp_path)).in_order_of_end
    assert {program.environment["PREFECT_API_URL"] for program in programs} == {API}
    assert [program.environment[MARK] for program in programs] == [
        f"token/{name}" for name in names(programs)
    ]
    assert {program.environment["PAPERROUND_HOME"] for program in programs} == {str(tmp_path / "var")}


def test_what_the_operator_has_set_goes_before(tmp_path: Path) -> None:
    given = around(tmp_path, PREFECT_HOME="/srv/prefect").given_to("prefect")
    assert given["PREFECT_HOME"] == "/srv/prefect"
    assert around(tmp_path).given_to("prefect")["PREFECT_HOME"] == str(tmp_path / "var" / "prefect")


def test_no_proxy_stands_between_programs_of_one_machine(tmp_path: Path) -> None:
    given = around(tmp_path, HTTPS_PROXY="http://proxy.example:3128", NO_PROXY="db.example").given_to(
        "worker"
    )
    assert given["NO_PROXY"] == given["no_proxy"] == "db.example,127.0.0.1,localhost,::1"
    assert given["HTTPS_PROXY"] == "http://proxy.example:3128"
