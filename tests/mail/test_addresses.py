"""Which texts are mail addresses, how they are written, and when two are the same."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from models.errors import AddressError, UsageError
from models.mail.addresses import LONGEST, Address, normalised

LOCAL_PARTS = st.text(
    "abcdefghijklmnopqrstuvwxyzABCXYZ0123456789!#$%&'*+-/=?^_`{|}~", min_size=1, max_size=64
)
DOMAINS = st.sampled_from(
    [
        "papers.example",
        "Reader.EXAMPLE",
        "a.b.c.example",
        "bücher.example",
        "ΑΘΗΝΑ.example",
        "xn--bcher-kva.example",
    ]
)
WRITTEN = st.builds("{}@{}".format, LOCAL_PARTS, DOMAINS)


@pytest.mark.parametrize(
    "text",
    [
        "ada",
        "@reader.example",
        "ada@",
        "ada@reader",  # no server on the net has a name without a dot
        "ada@@reader.example",
        "ada@reader..example",
        "ada@-reader.example",
        ".ada@reader.example",
        "ada.@reader.example",
        "a da@reader.example",
        "ada@rea der.example",
        "ada@reader.example,bob@reader.example",
        "ada@reader.example bob@reader.example",
        "Ada <ada@reader.example>",
        "<ada@reader.example>",
        "mailto:ada@reader.example?bcc=bob@reader.example",
        '"ada"@reader.example',
        '"a\\"da"@reader.example',
        '"ada@reader.example"',
        "ada@[127.0.0.1]",
        "ada@[IPv6:::1]",
        "ada@localhost",
        "ada@reader.localhost",
        "ada@reader.invalid",
        "ada@reader.test",
        "<script>@reader.example",
        "ada(comment)@reader.example",
        "ada@reader.example(comment)",
        "ada@reader.example\\",
        "ada@xn--a.example",
    ],
)
def test_what_is_no_address_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(AddressError, match=r"^not a mail address: [^\n]+[^.\n]$"):
        normalised(text)


@pytest.mark.parametrize(
    "text",
    [
        "ada\r\nBcc: bob@reader.example",
        "ada@reader.example\nBcc: bob@reader.example",
        "ada\0@reader.example",
        "ada@reader.example\x7fx",
        "ada\x85@reader.example",
        "ada\u202e@reader.example",
        "ada@reader\u2066.example",
        "ada@rea\u200bder.example\ufeffx",
        "ada\ud800@reader.example",
        "ada@\udfffreader.example",
        "ada@reader\u2024example",  # a dot of another kind that falls to a dot
        "ada\uff20reader.example",  # a full-width @
        "\u0430da@reader.example",  # a Cyrillic letter that looks like ours
        "jürgen@reader.example",
    ],
)
def test_what_deceives_or_breaks_lines_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        normalised(text)


@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\u3000"])
def test_a_missing_address_is_called_missing(text: str) -> None:
    with pytest.raises(AddressError, match="the mail address is missing"):
        normalised(text)


def test_a_refusal_is_a_usage_error_that_does_not_hold_the_address() -> None:
    with pytest.raises(UsageError) as refused:
        normalised("ada.lovelace.of.london@reader")
    assert "lovelace" not in str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        "a" * 300 + "@reader.example",
        "a@" + "b" * 70 + ".example",  # a label has at most 63
        "a@" + ".".join(["b" * 60] * 5) + ".example",
        "a" * 65 + "@reader.example",  # a local part at most 64 (RFC 5321, section 4.5.3.1.1)
        "a" * 10 + "@" + ".".join(["ü" * 40] * 5) + ".example",  # short, but not in Punycode
        "@" * 100_000,
        "a" * 1_000_000,
    ],
)
def test_what_is_too_long_is_refused(text: str) -> None:
    with pytest.raises(AddressError):
        normalised(text)


def test_letters_beyond_ascii_are_refused_before_the_at_sign_alone() -> None:
    with pytest.raises(AddressError, match="characters before the @-sign are not supported: 'ü'"):
        normalised("jürgen@bücher.example")


def test_the_longest_address_is_taken_and_one_character_more_is_not() -> None:
    longest = "a" * 64 + "@" + ".".join(["b" * 60, "c" * 60, "d" * 59]) + ".example"
    assert len(longest) == LONGEST
    assert normalised(longest).address == longest
    with pytest.raises(AddressError, match="254"):
        normalised(longest.replace("@", "@b"))


@pytest.mark.parametrize(
    ("text", "address", "folded"),
    [
        ("  ada@reader.example\r\n", "ada@reader.example", "ada@reader.example"),
        ("Ada.Lovelace@READER.Example", "Ada.Lovelace@reader.example", "ada.lovelace@reader.example"),
        ("Ada+Papers@reader.example", "Ada+Papers@reader.example", "ada+papers@reader.example"),
        ("ada@Bücher.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@XN--BCHER-KVA.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("ada@bu\u0308cher.example", "ada@xn--bcher-kva.example", "ada@xn--bcher-kva.example"),
        ("o'neil=x/y@reader.example", "o'neil=x/y@reader.example", "o'neil=x/y@reader.example"),
        ("-@reader.example", "-@reader.example", "-@reader.example"),
    ],
)
def test_an_address_is_trimmed_and_its_domain_in_lower_case_and_punycode(
    text: str, address: str, folded: str
) -> None:
    assert normalised(text) == Address(address, folded)


@given(WRITTEN)
def test_a_normalised_address_stays_as_it_is_and_is_short_ascii_without_white_space(text: str) -> None:
    found = normalised(text)
    assert normalised(found.address) == found
    assert found.address.isascii()
    assert found.address.isprintable()
    assert " " not in found.address
    assert len(found.address) <= LONGEST
    assert found.address.count("@") == 1
    assert found.address.partition("@")[2] == found.folded.partition("@")[2]


@given(WRITTEN)
def test_two_spellings_that_differ_in_case_have_the_same_folded_form(text: str) -> None:
    assert normalised(text).folded == normalised(text.swapcase()).folded == normalised(text.lower()).folded


def tried(text: str) -> Address | str:
    try:
        return normalised(text)
    except AddressError as error:
        return str(error)


@given(st.text() | st.builds("{}@{}.example".format, st.text(), st.text()))
@example("a@\u0660" * 50)
@example("a@" + "\u0644\u200d" * 60 + ".example")
def test_no_text_gives_anything_but_an_address_or_a_refusal(text: str) -> None:
    found = tried(text)
    if isinstance(found, str):
        assert found.isprintable()
    else:
        assert normalised(found.address) == found
