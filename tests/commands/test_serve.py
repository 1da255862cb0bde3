"""`paperround serve`, as a process of its own."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.error import HTTPError

import pytest

from flows.commands.serve import _calendars, offers_mail
from flows.settings import load_settings
from models.errors import TopicsError
from models.topics.rules import parse
from models.topics.topic import Topic
from tests.commands.command import Command
from tests.steps.house import with_database
from tests.web.invented import FEED, publish

PAPERROUND = (sys.executable, "-c", "from flows.cli import main; main()")


@pytest.fixture
def home(tmp_path: Path, sqlite_template: Path) -> Path:
    """A HOME with an empty database and something published."""
    with_database(tmp_path / "var", sqlite_template)
    publish(tmp_path / "var" / "public", "feeds/all.atom", FEED)
    return tmp_path / "var"


class Serving:
    """The command, until it is stopped."""

    def __init__(self, home: Path, *arguments: str) -> None:
        environment = {
            name: value for name, value in os.environ.items() if not name.startswith("PAPERROUND_")
        }
        environment |= {"PAPERROUND_HOME": str(home), "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        self.process = subprocess.Popen(
            [*PAPERROUND, "serve", "--port", "0", *arguments],
            cwd=home,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.line = self.process.stdout.readline()
        self.url = self.line.partition(" at ")[2].partition(" ")[0]

    def stop(self, by: signal.Signals) -> tuple[int, str]:
        """The exit code, and what stands on standard error."""
        self.process.send_signal(by)
        _, told = self.process.communicate(timeout=30)
        return self.process.returncode, told


@pytest.fixture
def serving(home: Path) -> Iterator[Serving]:
    found = Serving(home)
    yield found
    found.process.kill()
    found.process.communicate()


def test_nothing_published_is_one_line_that_says_what_to_do(paperround: Command) -> None:
    result = paperround("serve")
    assert result.code == 1
    assert result.err.startswith("paperround: nothing is published in var/public yet: `paperround run`")
    assert result.err.count("\n") == 1


def test_no_database_is_one_line_and_makes_none(paperround: Command, tmp_path: Path) -> None:
    publish(tmp_path / "var" / "public", "feeds/all.atom", FEED)
    (tmp_path / "var" / "paperround.db").unlink()
    result = paperround("serve")
    assert (result.code, result.err) == (
        1,
        "paperround: there is no database var/paperround.db yet: `paperround run` makes it and fills it\n",
    )
    assert not (tmp_path / "var" / "paperround.db").exists()


def test_a_port_that_is_taken_is_one_line(paperround: Command, tmp_path: Path) -> None:
    publish(tmp_path / "var" / "public", "feeds/all.atom", FEED)
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        result = paperround("serve", "--port", port)
    assert result.code == 1
    assert result.err == (
        f"paperround: port {port} of 127.0.0.1 is taken: choose another with --port, or a free one with --port 0\n"
    )


@pytest.mark.parametrize("host", ["256.0.0.1", "nowhere.invalid", "192.0.2.1"])
def test_an_address_that_is_not_ours_is_one_line(paperround: Command, tmp_path: Path, host: str) -> None:
    publish(tmp_path / "var" / "public", "feeds/all.atom", FEED)
    result = paperround("serve", "--port", "0", "--host", host)
    assert result.code in (1, 2)
    assert result.err.startswith("paperround: ")
    assert host in result.err
    assert result.err.count("\n") == 1


def test_topics_that_are_wrong_are_said_at_once(paperround: Command, tmp_path: Path) -> None:
    publish(tmp_path / "var" / "public", "feeds/all.atom", FEED)
    (tmp_path / "topics.toml").write_text("[[topic]]\nslug = 7\n")
    result = paperround("serve", "--port", "0")
    assert result.code == 2
    assert result.err.startswith("paperround: topics.toml: topic number 1: ")


def test_it_says_where_it_listens_and_serves_there(serving: Serving) -> None:
    assert serving.line.startswith("serving ")
    with urllib.request.urlopen(f"{serving.url}feeds/all.atom") as answer:
        assert answer.read() == FEED
    with urllib.request.urlopen(f"{serving.url}readyz") as answer:
        assert json.load(answer) == {"status": "ready"}
    with urllib.request.urlopen(f"{serving.url}api/papers") as answer:
        assert json.load(answer)["papers"] == []
    with urllib.request.urlopen(f"{serving.url}metrics") as answer:
        told = answer.read()
    assert b"paperround_papers 0.0" in told
    assert b'paperround_overdue_listings{asked="yes",source="arxiv"} 0.0' in told


@pytest.mark.parametrize(
    ("given", "offers"),
    [
        ({}, True),
        ({"public_url": "http://localhost:8000"}, True),
        ({"public_url": "http://[::1]/papers"}, True),
        ({"public_url": "https://papers.example"}, False),
        ({"public_url": "https://127.0.0.1.papers.example"}, False),
        (
            {
                "public_url": "https://papers.example",
                "smtp_url": "smtp://mail.example",
                "mail_from": "news@papers.example",
            },
            True,
        ),
    ],
)
def test_mail_is_offered_where_it_is_sent_or_where_nobody_else_sees_the_site(
    given: dict[str, str], offers: bool
) -> None:
    assert offers_mail(load_settings(_env_file=None, **given)) == offers


def test_the_form_is_served_and_a_link_of_nobody_lets_leave(serving: Serving) -> None:
    with urllib.request.urlopen(f"{serving.url}subscribe") as answer:
        assert b"Papers by email" in answer.read()
    with urllib.request.urlopen(f"{serving.url}u/{'a' * 26}", data=b"List-Unsubscribe=One-Click") as answer:
        assert answer.status == 200


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_well(serving: Serving, by: signal.Signals) -> None:
    with urllib.request.urlopen(f"{serving.url}healthz"):
        pass
    assert serving.stop(by) == (0, "")


def test_topics_are_read_again_when_they_change(home: Path) -> None:
    topics = home / "topics.toml"
    topics.write_text('[[topic]]\nslug = "one"\ntitle = "One"\ndescription = "One"\nrule = "one"\n')
    found = Serving(home)
    try:
        topics.write_text('[[topic]]\nslug = "two"\ntitle = "Two"\ndescription = "Two"\nrule = "two"\n')
        os.utime(topics, (1, 1))
        with urllib.request.urlopen(f"{found.url}api/topics") as answer:
            assert [topic["slug"] for topic in json.load(answer)] == ["two"]
        topics.write_text("[[topic]]\n")
        os.utime(topics, (2, 2))
        with pytest.raises(HTTPError, match="503"):
            urllib.request.urlopen(f"{found.url}api/topics")
        with urllib.request.urlopen(f"{found.url}metrics") as answer:
            assert b"paperround_database_up 1.0" in answer.read()
    finally:
        found.stop(signal.SIGTERM)


def test_what_a_topic_names_is_watched_also_while_the_topics_are_broken() -> None:
    settings = load_settings(_env_file=None, sources="arxiv", arxiv_categories="cs.LG")
    given = [(Topic("one", "One", "", parse(f"category:{name}")),) for name in ("cs.CV", "cs.CL")]

    def topics() -> Sequence[Topic]:
        if not given:
            raise TopicsError("topics.toml: topic number 1: no slug")
        return given.pop(0)

    calendars = _calendars(settings, topics)
    assert [calendar.sections for calendar in calendars()] == [("cs.LG", "cs.CL")]
    assert [calendar.sections for calendar in calendars()] == [("cs.LG", "cs.CL")]


def test_the_command_line_loads_no_server_for_other_commands() -> None:
    heavy = "{'uvicorn', 'fastapi', 'starlette', 'prometheus_client', 'jinja2'}"
    code = f"import sys, flows.cli; print({heavy} & set(sys.modules))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "set()\n"
