"""What `paperround deploy` says it did."""

from __future__ import annotations

from flows.deployment.made import Deployed, Made, Thing

POOL = Made(Thing.POOL, "paperround")
ROUND = Made(Thing.DEPLOYMENT, "daily-round/every-three-hours")
DIGEST = Made(Thing.DEPLOYMENT, "digest/every-hour")


def said(*made: Made, remarks: tuple[str, ...] = ()) -> list[str]:
    return list(Deployed(made, remarks).in_words())


def test_what_was_made_is_named_each_kind_on_a_line() -> None:
    new = [Made(each.thing, each.name, is_new=True) for each in (POOL, ROUND, DIGEST)]
    assert said(*new) == [
        "Made: the work pool paperround",
        "Made: the deployments daily-round/every-three-hours, digest/every-hour",
    ]


def test_what_was_there_is_counted_and_what_changed_says_in_what() -> None:
    changed = Made(Thing.AUTOMATION, '"Paper Round: trouble"', changed=("trigger", "actions"))
    assert said(POOL, ROUND, DIGEST, changed) == [
        'Changed: the automation "Paper Round: trouble" (trigger, actions)',
        "Already there: the work pool paperround, 2 deployments",
    ]


def test_what_is_paused_is_named_and_what_to_know_comes_last() -> None:
    paused = Made(Thing.DEPLOYMENT, "digest/every-hour", is_paused=True)
    assert said(ROUND, paused, remarks=("Nobody is told.",)) == [
        "Already there: 2 deployments",
        "Paused, and left so: the deployment digest/every-hour",
        "Nobody is told.",
    ]


def test_a_server_that_has_all_is_not_changed() -> None:
    assert not Deployed((POOL, ROUND)).is_changed
    assert Deployed((POOL, Made(Thing.BLOCK, "notify", is_new=True))).is_changed
    assert Deployed((Made(Thing.BLOCK, "notify", changed=("address",)),)).is_changed
