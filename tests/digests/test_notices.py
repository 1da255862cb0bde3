"""Letters that a stranger can have sent to anybody hold nothing of that stranger's, and one thing to do."""

from __future__ import annotations

from dataclasses import replace

import pytest

from feeds.digests.notices import notice
from models.mail.delivery import DIGESTS, Kind
from models.mail.letters import LEAVE
from tests.digests.letters import LETTERHEAD, READER, TOKEN, html_of, message, parsed, text_of


@pytest.mark.parametrize("kind", DIGESTS)
def test_a_digest_is_no_notice(kind: Kind) -> None:
    with pytest.raises(ValueError, match="no notice"):
        notice(kind, LETTERHEAD)


@pytest.mark.parametrize("kind", [Kind.CONFIRM, Kind.KNOWN])
def test_nothing_of_the_one_who_asked_stands_in_it(kind: Kind) -> None:
    content = message(notice(kind, LETTERHEAD), kind).content
    assert content.count(READER.address.encode()) == 1  # as its recipient
    assert notice(kind, LETTERHEAD).told == ()


@pytest.mark.parametrize("kind", [Kind.CONFIRM, Kind.KNOWN])
def test_it_is_no_mail_of_a_list(kind: Kind) -> None:
    found = parsed(message(notice(kind, LETTERHEAD), kind).content)
    assert not [name for name in found if name.startswith("List-")]
    assert "Precedence" not in found
    assert found["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize(
    ("kind", "link", "subject"),
    [
        (Kind.CONFIRM, f"https://papers.example/confirm/{READER.confirm}", "Paper Round: please confirm"),
        (
            Kind.KNOWN,
            f"https://papers.example/manage/{READER.manage}",
            "Paper Round: you get digests already",
        ),
    ],
)
def test_both_parts_have_its_link_once(kind: Kind, link: str, subject: str) -> None:
    found = parsed(message(notice(kind, LETTERHEAD), kind).content)
    assert found["Subject"] == subject
    for form in ("plain", "html"):
        body = found.get_body((form,))
        assert body is not None
        assert body.get_content().count(link) == 1
        assert "1 Mill Lane, Reading" in body.get_content()


def test_who_is_asked_to_confirm_has_no_link_that_could_be_used_against_them() -> None:
    content = message(
        notice(Kind.CONFIRM, LETTERHEAD), Kind.CONFIRM, reader=READER._replace(leave="", manage="")
    ).content
    assert b"/u/" not in content
    assert b"/manage/" not in content


def test_who_gets_digests_already_can_leave_from_there() -> None:
    composed = notice(Kind.KNOWN, LETTERHEAD)
    assert (text_of(composed).count(LEAVE), html_of(composed).count(LEAVE)) == (1, 1)
    assert f"https://papers.example/u/{TOKEN}" in text_of(composed).replace(
        LEAVE, LETTERHEAD.leave_url(TOKEN)
    )


@pytest.mark.parametrize("kind", [Kind.CONFIRM, Kind.KNOWN])
def test_no_line_of_its_text_is_too_long_but_that_of_the_link(kind: Kind) -> None:
    long = replace(LETTERHEAD, name="A very long name of a mail " * 2, postal="1 Mill Lane " * 20)
    assert all(len(line) <= 72 for line in text_of(notice(kind, long)).splitlines())


def test_a_name_is_escaped() -> None:
    assert "<b>" not in html_of(notice(Kind.CONFIRM, replace(LETTERHEAD, name="<b>", postal="<b>")))
