"""Events for whoever is to be told: a listing that is missing, a letter that may have been sent, a site that refuses us."""

from __future__ import annotations

import logging
from enum import StrEnum

from prefect.events import emit_event

_LOG = logging.getLogger(__name__)


class Trouble(StrEnum):
    """What needs a person, as the name of an event: what automations match."""

    LISTING = "paperround.listing.missing"
    UNCERTAIN = "paperround.delivery.uncertain"
    MAIL_STOPPED = "paperround.mail.stopped"
    SITE_REFUSED = "paperround.site.refused"


KIND = "paperround.trouble"
"""The label of an event's resource that bears its kind: one trouble of a thing shall not hide another of it."""


def emit(kind: Trouble, about: str, sentence: str) -> None:
    """Sends an event of a kind to the Prefect server; its resource is `paperround.{about}`, its payload the sentence.

    It never raises: who is not told by an event finds the same sentence in the run.
    """
    resource = {
        "prefect.resource.id": f"paperround.{about}",
        "prefect.resource.name": about,
        KIND: kind.value,
    }
    try:
        emit_event(kind.value, resource=resource, payload={"sentence": sentence})
    except Exception as error:  # noqa: BLE001 - news of trouble must not make more of it
        _LOG.warning("No event %s about %s could be sent: %s", kind, about, error)
