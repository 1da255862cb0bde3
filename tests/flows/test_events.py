"""Events for whoever is to be told."""

from __future__ import annotations

import pytest

from flows.sources.base import Fetch
from flows.sources.huggingface import huggingface
from models.errors import FetchError
from models.records import Answer
from tests.flows.emitted import emitted, named
from tests.flows.recorded import EVENING

pytestmark = pytest.mark.engine


def test_an_event_that_cannot_be_sent_is_a_line_in_the_log(
    prefect: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    import flows.run.events
    from flows.run.events import Trouble, emit

    def refuse(*_: object, **__: object) -> None:
        raise ValueError("too large")

    monkeypatch.setattr(flows.run.events, "emit_event", refuse)
    emit(Trouble.LISTING, "arxiv cs.CL", "nothing since Monday")
    assert "about arxiv cs.CL could be sent: too large" in caplog.text


def test_an_event_has_what_it_is_about_and_a_sentence(prefect: None) -> None:
    from flows.run.events import KIND, Trouble, emit

    with emitted() as events:
        emit(Trouble.UNCERTAIN, "mail", "2 letters may have been sent or not")
    assert named(events, "paperround.") == [
        (
            "paperround.delivery.uncertain",
            "paperround.mail",
            {"sentence": "2 letters may have been sent or not"},
        )
    ]
    (event,) = events
    assert event.resource.name == "mail"
    assert event.resource[KIND] == Trouble.UNCERTAIN


def refusing(status: int | None, *, ends_visit: bool) -> Fetch:
    """A fetch by whose answer a site refuses us, or does not."""

    def fetch(url: str) -> Answer:
        raise FetchError(Answer(url, EVENING, status, error=f"answers {status}"), ends_visit=ends_visit)

    return fetch


@pytest.mark.parametrize(
    ("status", "ends_visit", "is_told"),
    [(403, False, False), (503, True, False), (None, True, False), (403, True, True), (429, True, True)],
)
def test_a_site_that_wants_no_more_of_us_is_told_at_once(
    prefect: None, monkeypatch: pytest.MonkeyPatch, status: int | None, ends_visit: bool, is_told: bool
) -> None:
    import flows.ingest
    from flows.run.events import Trouble

    told: list[tuple[Trouble, str, str]] = []
    monkeypatch.setattr(flows.ingest, "emit", lambda *event: told.append(event))
    site = huggingface("https://papers.example")
    fetch = flows.ingest.noticing_refusals(site, refusing(status, ends_visit=ends_visit))
    with pytest.raises(FetchError):
        fetch("https://papers.example/date")
    sentence = f"https://papers.example/date: answers {status}; it is left alone for now"
    assert told == ([(Trouble.SITE_REFUSED, "huggingface", sentence)] if is_told else [])
