"""The end of a run's name."""

from __future__ import annotations

import pytest

from flows.mail.digesting import Digested
from flows.steps.replaying import Replay
from flows.steps.rounds import Round
from flows.words.brief import of_feeds, of_ledger, of_replay, of_round
from models.records import Verdict
from models.verdicts import Entry
from tests.words.ledgers import entry, file, missing


@pytest.mark.parametrize(
    ("ledger", "words"),
    [
        ([missing()], "nothing new, 1 listing missing"),
        ([entry(new=38), missing(), missing(Verdict.STALLED)], "38 new, 2 listings missing"),
        ([entry(Verdict.WAITING), entry(Verdict.QUIET), entry(Verdict.PARTIAL)], "nothing new"),
        ([], "nothing new"),
        ([entry(new=1_200, revised=1), entry(new=4)], "1,204 new, 1 revised"),
        ([entry(revised=2)], "2 revised"),
    ],
)
def test_a_reading_is_known_by_what_is_new_and_what_is_missing(ledger: list[Entry], words: str) -> None:
    assert of_ledger(ledger) == words


def test_a_round_says_that_digests_were_held_back() -> None:
    refused = Round((entry(new=38),), (), Digested(failures=("the server refuses us",)))
    assert of_round(refused) == "38 new, digests held back"
    assert of_round(Round((entry(new=38),), (), Digested())) == "38 new"
    assert of_round(Round((entry(new=38),), ())) == "38 new"


def test_feeds_are_counted_not_their_files() -> None:
    published = [file("all"), file("all", "rss"), file("trending", is_written=False), file("agents", "json")]
    assert of_feeds(published) == "2 feeds changed"
    assert of_feeds([file("all", is_written=False)]) == "no feeds changed"


def test_a_replay_is_known_by_how_much_it_was() -> None:
    assert of_replay(Replay(1, 9_120)) == "1 reading, 9,120 papers"
    assert of_replay(Replay(1, 9_120, pruned=1_000)) == "1 reading, 9,120 papers, 1,000 pruned"
