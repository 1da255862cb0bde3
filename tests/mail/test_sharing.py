"""The digests of many subscribers in shards: what a shard is, and that shards at once do nothing twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from pydantic import SecretStr

from flows.mail.digesting import digest_some
from flows.mail.news import news
from flows.mail.planning import Planner
from flows.mail.sharing import shards_of
from flows.steps.resources import Resources
from models.database import posting
from models.mail.delivery import State
from models.mail.subscriber import Cadence, Choices
from models.mail.subscribers import choose
from tests.mail.post import digests, join, letters, states
from tests.steps.house import TUE, House, at

MORNING = at(TUE, "08:15")
NAMES = ("ada", "bo", "cy", "dee", "eve")
READERS = [f"{name}@reader.example" for name in NAMES]


def shards(house: House, size: int) -> list[range]:
    with house.opened(MORNING) as resources:
        return shards_of(resources, size)


def with_settings(house: House, **settings: object) -> House:
    return House(house.settings.model_copy(update=settings), house.site)


def test_a_pace_is_kept_by_one_run_which_alone_can(house: House) -> None:
    join(house, MORNING, *NAMES)
    assert shards(with_settings(house, mail_per_minute=60), 2) == []


def test_mail_that_is_not_set_up_is_not_shared_out_but_told_by_one_run(house: House) -> None:
    join(house, MORNING, *NAMES)
    assert shards(with_settings(house, mail_return="no address"), 2) == []


def test_few_are_not_shared_out(house: House) -> None:
    assert shards(house, 2) == []
    join(house, MORNING, *NAMES)
    assert shards(house, len(NAMES)) == []


def test_shards_have_round_numbers_which_who_joins_or_leaves_does_not_move(house: House) -> None:
    join(house, MORNING, *NAMES[:3])
    assert shards(house, 2) == [range(1, 3), range(3, 5)]
    join(house, MORNING, "dee", choices=Choices(("all",), Cadence.OFF, hour=8))
    join(house, MORNING, "eve")
    assert shards(house, 2) == [range(1, 3), range(3, 5), range(5, 7)]


def test_a_shard_sends_the_letters_of_its_own_subscribers_and_no_others(house: House) -> None:
    ada, *_, dee, eve = join(house, MORNING, *NAMES)
    house.ingest(MORNING)
    with house.opened(MORNING) as resources:
        plan(resources, range(dee, eve + 1))
        done = digest_some(resources, range(ada + 1, dee))
        assert (done.tally.planned, done.tally.sent) == (2, 2)
        assert {row.state for row in states(resources) if row.subscriber_id >= dee} == {State.PLANNED}
    assert sorted(letter.to for letter in letters(house)) == READERS[1:3]


def test_a_shard_calls_off_what_one_of_its_subscribers_does_not_want_any_more(house: House) -> None:
    ada, bo = join(house, MORNING, "ada", "bo")
    house.ingest(MORNING)
    with house.opened(MORNING) as resources:
        plan(resources, range(ada, bo + 1))
        with posting(resources.engine) as connection:
            choose(connection, bo, Choices(("all",), Cadence.OFF))
        digest_some(resources, range(ada, bo + 1))
        assert {row.subscriber_id: row.state for row in states(resources)} == {
            ada: State.SENT,
            bo: State.CANCELLED,
        }


def plan(resources: Resources, ids: range) -> None:
    """Plans the digests of some subscribers, as a run does that is ended before it sends them."""
    mail = resources.mail()
    planner = Planner(lambda: news(resources, MORNING), mail.composer, mail.keys)
    assert planner.plan(resources.engine, ids, MORNING) == len(ids)


def test_all_shards_together_do_what_one_run_does(house: House) -> None:
    join(house, MORNING, *NAMES)
    house.ingest(MORNING)
    with house.opened(MORNING) as resources:
        for ids in shards_of(resources, 2):
            digest_some(resources, ids)
    assert sorted(letter.to for letter in letters(house)) == READERS
    assert digests(house, MORNING).tally.planned == 0


def test_shards_at_once_even_of_the_same_subscribers_send_each_letter_once(
    house: House, database_url: str
) -> None:
    house = with_settings(house, database_url=SecretStr(database_url))
    join(house, MORNING, *NAMES)
    house.ingest(MORNING)

    def work(ids: range) -> int:
        with house.opened(MORNING) as resources:
            return digest_some(resources, ids).tally.sent

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(work, [range(1, 4), range(2, 6), range(1, 6), range(3, 5)]))
    assert sum(sent) == len(NAMES)
    assert sorted(letter.to for letter in letters(house)) == READERS
