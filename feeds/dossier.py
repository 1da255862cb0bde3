"""All that is kept of a subscriber as a JSON object, for them and for the operator."""

from __future__ import annotations

from feeds.exchange import moment
from models.mail.bounce import Bounce
from models.mail.dossier import Dossier, Posted
from models.mail.subscriber import Subscriber


def dossier_as_object(dossier: Dossier) -> dict[str, object]:
    """A subscriber with letters and bounces; times are UTC as `2025-10-01T12:00:03Z`.

    The tokens of their links are left out: they are no news to who has them, and keys to whoever else.
    """
    return {
        **subscriber_as_object(dossier.subscriber),
        "deliveries": [_letter(each) for each in dossier.letters],
        "bounces": [_bounce(each) for each in dossier.bounces],
    }


def subscriber_as_object(subscriber: Subscriber) -> dict[str, object]:
    """A subscriber alone, with what they chose and how they agreed to it."""
    choices = subscriber.choices
    return {
        "id": subscriber.id,
        "address": subscriber.address,
        "standing": subscriber.standing.value,
        "topics": list(choices.topics),
        "cadence": choices.cadence.value,
        "hour": choices.hour,
        "zone": choices.zone,
        "hears_of_nothing": choices.hears_of_nothing,
        "origin": subscriber.origin.value,
        "consent": subscriber.consent,
        "network": subscriber.network,
        "requested_at": moment(subscriber.requested_at),
        "confirmed_at": moment(subscriber.confirmed_at),
        "left_at": moment(subscriber.left_at),
        "left_by": subscriber.left_by,
        "suspended_at": moment(subscriber.suspended_at),
    }


def _letter(letter: Posted) -> dict[str, object]:
    return {
        "kind": letter.kind.value,
        "period": letter.period,
        "subject": letter.subject,
        "state": letter.state.value,
        "planned_at": moment(letter.planned_at),
        "ended_at": moment(letter.ended_at),
        "answer": letter.answer,
        "papers": list(letter.papers),
    }


def _bounce(bounce: Bounce) -> dict[str, object]:
    return {
        "at": moment(bounce.at),
        "kind": bounce.kind.value,
        "status": bounce.status,
        "said": bounce.said,
    }
