"""The tests' own mail server holds its clients to the standard, and stores what it accepts before it says so."""

from __future__ import annotations

import smtplib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.digests.posting import TEXT, delivered, letter
from tests.digests.smtp_script import PATIENCE, Drop, Phase, Rule, Say, parse_rule
from tests.digests.smtp_server import smtp_server, stored_in

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("dot=drop", Rule(Phase.DOT, Drop())),
        (
            "rcpt:ada@reader.example*2=550 5.1.1 no",
            Rule(Phase.RCPT, Say("550 5.1.1 no"), "ada@reader.example", 0, 2),
        ),
    ],
)
def test_a_rule_of_a_command_line(text: str, rule: Rule) -> None:
    assert parse_rule(text) == rule


def test_commands_out_of_order_are_refused() -> None:
    with smtp_server() as server, smtplib.SMTP("127.0.0.1", server.port, "papers.example") as client:
        for command in ("RCPT TO:<ada@reader.example>", "DATA", "MAIL FROM:ada", "TURN", "STARTTLS"):
            assert client.docmd(command)[0] in (500, 503)
        client.docmd("MAIL FROM:<papers@papers.example>")
        assert client.docmd("MAIL FROM:<papers@papers.example>")[0] == 503
        client.docmd("RCPT TO:<ada@reader.example>")
        assert client.docmd("RCPT TO:<bob@reader.example>")[0] == 503


def test_a_text_that_breaks_the_standard_is_noted() -> None:
    with smtp_server() as server, smtplib.SMTP("127.0.0.1", server.port, "papers.example") as client:
        for command in ("MAIL FROM:<papers@papers.example>", "RCPT TO:<ada@reader.example>", "DATA"):
            client.docmd(command)
        client.send(b"bare\n" + b"a" * 999 + b"\r\n.\r\n")
        assert client.getreply()[0] == 250
    assert len(server.connections[0].faults) == 2


def test_rules_are_followed_so_many_times_after_so_many() -> None:
    with smtp_server() as server:
        server.on(Phase.RCPT, Say("450 no"), recipient="ada@reader.example", skip=1, times=2)
        answers = delivered(server.url, *[letter(), letter("bob@reader.example")] * 4)
    assert [answer.code for answer in answers] == [250, 250, 450, 250, 450, 250, 250, 250]


def test_as_a_process_it_stores_files_and_says_where_it_listens(tmp_path: Path) -> None:
    command = [
        sys.executable,
        "-m",
        "tests.digests.smtp_server",
        "--store",
        str(tmp_path),
        "--on",
        "stored*1=drop",
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        url = f"smtp://127.0.0.1:{process.stdout.readline().strip()}?tls=off"
        answers = delivered(url, letter(), letter("bob/../x@reader.example"))
        process.communicate(timeout=PATIENCE)
    assert [answer.outcome for answer in answers] == ["uncertain", "sent"]
    assert [(each.sender, each.recipient, each.content) for each in stored_in(tmp_path)] == [
        ("papers+bada@papers.example", "ada@reader.example", TEXT),
        ("papers+bbob/../x@papers.example", "bob/../x@reader.example", TEXT),
    ]
