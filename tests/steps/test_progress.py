"""How far publishing has come: what has changed is made anew, and nothing is taken for done that is not."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from flows.steps import progress as module
from flows.steps.progress import NAME, Progress, forget_progress, keep_progress, progress
from flows.steps.publishing import publish
from flows.steps.replaying import replay
from flows.steps.resources import Resources
from models.topics.rules import parse
from models.touched import Mark
from tests.steps.house import MON, TUE, House, at

STOOD = Mark(7, 3)


def kept(resources: Resources) -> Resources:
    keep_progress(resources, STOOD)
    return resources


def test_before_the_first_publishing_nothing_is_done(house: House) -> None:
    with house.opened(at(MON)) as resources:
        assert progress(resources) == Progress()


def test_what_is_noted_is_known(house: House) -> None:
    with house.opened(at(MON)) as resources:
        found = progress(kept(resources))
    assert (found.mark, found.slugs) == (STOOD, ("experts", "nothing"))


@pytest.mark.parametrize(
    "note", [b"", b"{", b"[]", b'{"mark": 7}', b'{"mark": ["x", 1], "form": "", "slugs": []}']
)
def test_a_damaged_note_means_that_nothing_is_done(house: House, note: bytes) -> None:
    with house.opened(at(MON)) as resources:
        (kept(resources).public / NAME).write_bytes(note)
        assert progress(resources).mark == Progress().mark


def test_another_address_makes_everything_anew_and_remembers_the_topics(house: House) -> None:
    with house.opened(at(MON)) as resources:
        kept(resources)
        moved = replace(resources, public_url="https://moved.example")
        assert progress(moved) == Progress(slugs=("experts", "nothing"))


def test_an_edited_topic_is_noticed_and_makes_no_page_of_a_paper_anew(house: House) -> None:
    house.round(at(MON))
    before = {path: path.stat().st_mtime_ns for path in house.settings.public.rglob("*") if path.is_file()}
    with house.opened(at(MON)) as resources:
        first, second = resources.topics
        edited = replace(resources, topics=(replace(first, rule=parse("title:the")), second))
        assert progress(edited).mark == progress(resources).mark
        assert progress(edited).topics != module.topics(edited)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("flows.steps.pages.paper_pages", _fail)
            publish(edited)
    day = house.settings.public / "days" / f"{MON}" / "index.html"
    assert day.stat().st_mtime_ns != before[day]


def test_another_version_of_the_program_makes_everything_anew(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with house.opened(at(MON)) as resources:
        kept(resources)
        monkeypatch.setattr(module, "_program", lambda: "another")
        assert progress(resources).mark == Progress().mark


def test_a_round_notes_how_far_it_came_when_all_is_written(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.round(at(MON))
    note = house.settings.public / NAME
    before = note.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr("flows.steps.publishing._sweep", _fail)
        with pytest.raises(OSError, match="full"):
            house.round(at(TUE))
    assert note.read_bytes() == before
    house.round(at(TUE))
    assert json.loads(note.read_bytes())["mark"] > json.loads(before)["mark"]


def _fail(*_: object) -> None:
    raise OSError("the disk is full")


def test_a_replay_in_place_lets_everything_be_made_anew(house: House) -> None:
    house.round(at(MON))
    before = {path: content for path, (content, _) in house.published().items()}
    with house.opened(at(TUE)) as resources:
        replay(resources)
        assert progress(resources) == Progress(slugs=("experts", "nothing"))
        publish(resources)
    assert {path: content for path, (content, _) in house.published().items()} == before


def test_forgetting_what_was_never_noted_is_no_error(house: House) -> None:
    forget_progress(house.settings.public)
