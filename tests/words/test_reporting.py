"""What a round did, and the feeds, for someone who looks in once a day."""

from __future__ import annotations

from feeds.site.frame import Site
from flows.mail.digesting import Digested, Tally
from flows.steps.rounds import Round
from flows.words.reporting import feeds_in_words, in_words
from models.records import Verdict
from tests.words.ledgers import entry, file, missing

SITE = Site("https://papers.example")


def parts(done: Round) -> dict[str, str]:
    """The text under each title."""
    found = in_words(done, SITE).removeprefix("## ").split("\n\n## ")
    return dict(part.split("\n\n", 1) for part in found)


def test_what_failed_comes_first_and_is_told_once() -> None:
    done = Round((missing(error="page: no <main>"), entry(papers=38, new=38)), (), Digested())
    told = parts(done)
    assert next(iter(told)) == "Failures"
    assert told["Failures"] == r"- **huggingface daily 2026-11-12: failed: page: no \<main\>**"
    assert told["Read"] == "- huggingface daily 2026-11-12: 38 declared, 38 read, 38 new, by its page"


def test_a_round_in_which_nothing_happened_says_so() -> None:
    told = parts(Round((entry(Verdict.QUIET),), (file("all", is_written=False),)))
    assert told["Failures"] == "Nothing failed."
    assert told["Feeds that changed"] == "None."
    assert told["Digests"] == "None were to be sent."
    assert parts(Round((), ()))["Read"] == "Nothing."


def test_a_round_leads_to_what_it_made() -> None:
    done = Round((), (file("all"), file("all", "rss")), Digested(Tally(planned=2, sent=1)))
    told = parts(done)
    assert (
        told["Feeds that changed"]
        == "- [all](<https://papers.example/feeds/all.atom>): 3 entries in 2 formats"
    )
    assert told["Digests"] == "2 digests planned, 1 letter sent."
    assert "[its status](<https://papers.example/status/>)" in told["To look at"]


def test_the_formats_of_a_feed_stand_side_by_side() -> None:
    files = [file("all", entries=1_024), file("all", "rss", 1_024), file("agents", is_written=False)]
    assert feeds_in_words(files).splitlines()[2:] == [
        "| all | 1,024 | [atom](<https://papers.example/feeds/all.atom>) "
        "[rss](<https://papers.example/feeds/all.rss>) | changed |",
        "| agents | 3 | [atom](<https://papers.example/feeds/agents.atom>) | unchanged |",
    ]
