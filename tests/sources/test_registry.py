"""The sources there are, made from settings and topics."""

from __future__ import annotations

import pytest

from flows.settings import load_settings
from flows.sources.base import Source
from flows.sources.registry import SOURCES
from models.errors import SettingsError
from models.topics.rules import parse
from models.topics.topic import Topic


def topic(*categories: str) -> Topic:
    return Topic("lanterns", "Lanterns", "They shine.", parse("lantern"), categories)


def made(name: str, *topics: Topic, **given: object) -> Source:
    return SOURCES[name](load_settings(_env_file=None, **given), topics)


def test_a_category_that_is_none_is_refused_wherever_it_is_named() -> None:
    with pytest.raises(SettingsError, match=r"'cs\.cl' is no category of arXiv"):
        made("arxiv", arxiv_categories="cs.CV,cs.cl")
    with pytest.raises(SettingsError, match="'Computer Vision' is no category of arXiv"):
        made("arxiv", topic("cs.CV"), topic("Computer Vision"))


def test_no_category_in_the_settings_and_none_of_a_topic_is_refused() -> None:
    with pytest.raises(SettingsError, match="PAPERROUND_ARXIV_CATEGORIES names them"):
        made("arxiv", topic(), arxiv_categories=" , ")


def test_a_topic_may_be_all_that_names_a_category() -> None:
    assert made("arxiv", topic("cs.RO"), arxiv_categories=" , ").sections == ("cs.RO",)


def test_the_categories_of_the_settings_come_first_then_those_that_topics_add() -> None:
    source = made(
        "arxiv", topic("cs.RO", "cs.CL"), topic(), topic("cs.RO", "hep-th"), arxiv_categories="cs.CV,cs.CL"
    )
    assert source.sections == ("cs.CV", "cs.CL", "cs.RO", "hep-th")


def test_a_topic_adds_a_category_to_no_other_source() -> None:
    assert [made(name, topic("cs.RO")).sections for name in ("huggingface", "biorxiv")] == [("daily",)] * 2


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_bears_the_name_that_the_settings_know_it_by(name: str) -> None:
    assert made(name).name == name


def test_each_source_is_read_at_its_own_addresses() -> None:
    default = load_settings(_env_file=None)
    assert SOURCES["huggingface"](default, ()).base_urls == ("https://huggingface.co",)
    assert SOURCES["arxiv"](default, ()).base_urls == (
        "https://arxiv.org",
        "https://oaipmh.arxiv.org/oai",
        "https://export.arxiv.org/api",
        "https://rss.arxiv.org",
    )
    for name in ("biorxiv", "medrxiv"):
        assert SOURCES[name](default, ()).base_urls == ("https://api.biorxiv.org",)


def test_a_mirror_of_arxiv_is_asked_for_its_feeds_too() -> None:
    mirror = "https://mirror.example"
    given = {"arxiv_url": mirror, "arxiv_oai_url": f"{mirror}/oai", "arxiv_api_url": f"{mirror}/api"}
    assert made("arxiv", **given).base_urls == (mirror, f"{mirror}/oai", f"{mirror}/api")


@pytest.mark.parametrize(
    ("name", "setting"), [("huggingface", "huggingface_url"), ("medrxiv", "biorxiv_url")]
)
def test_a_mirror_is_read_in_place_of_the_site(name: str, setting: str) -> None:
    assert made(name, **{setting: "https://mirror.example/"}).base_urls == ("https://mirror.example",)
