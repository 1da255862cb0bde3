"""All that is kept of a subscriber, on both kinds of database."""

from __future__ import annotations

from sqlalchemy import Engine

from models.database import posting
from models.mail.bounce import Bounce
from models.mail.bounce import Kind as Came
from models.mail.delivery import Kind, State
from models.mail.disclosing import dossier
from models.mail.dossier import Dossier, Posted
from tests.mail.subscribed import ASKED, LATER, asked, bounce, deliver, joined


def test_of_who_has_just_asked_nothing_else_is_kept(engine: Engine) -> None:
    with posting(engine) as connection:
        ada = asked(connection)
        assert dossier(connection, ada) == Dossier(ada, (), ())


def test_letters_and_bounces_are_those_of_the_subscriber_alone(engine: Engine) -> None:
    with posting(engine) as connection:
        ada, bob = joined(connection), joined(connection, "bob@reader.example")
        for each in (ada, bob):
            deliver(connection, each, State.PLANNED, LATER)
            deliver(connection, each, State.SENT)
            bounce(connection, each)
        found = dossier(connection, ada)
    assert found.subscriber == ada
    assert found.letters[0] == Posted(
        kind=Kind.DAILY, period="2026-11-20 sent", subject="2 papers", state=State.SENT, planned_at=ASKED,
        ended_at=ASKED, answer="250 <ada@reader.example>", papers=("2611.00001",),
    )  # fmt: skip
    assert [letter.state for letter in found.letters] == [State.SENT, State.PLANNED]
    said = "<ada@reader.example> is not known here"
    assert found.bounces == (Bounce(ada.id, ada.address, "", ASKED, Came.HARD, "5.1.1", said),)
