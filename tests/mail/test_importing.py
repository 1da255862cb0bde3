"""Files of subscribers in CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from flows.mail.importing import COLUMNS, Line, Sheet, parse_sheet, read_sheet
from models.errors import UsageError
from models.mail.addresses import Address
from models.mail.subscriber import Cadence, Choices

SLUGS = ("lanterns", "quiet-rooms")
ADA = Address("ada@reader.example", "ada@reader.example")
HEADER = "address,topics,cadence,hour,zone\n"
USUAL = Choices(("trending",))


def told(text: str) -> list[str]:
    """What is said of the lines that cannot be used."""
    return [str(mistake) for mistake in parse_sheet(text, SLUGS).mistakes]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "there is no header; its columns are address, topics, cadence, hour, zone"),
        ("\n , \n", "there is no header; its columns are address, topics, cadence, hour, zone"),
        ("topics\nall\n", "there is no column address; the columns are"),
        ("address,colour\n", "unknown column 'colour'; the columns are"),
        ("address,\x1b[31m\n", "unknown column '\\x1b[31m'; the columns are"),
        ("address;topics\n", "unknown column 'address;topics'; .*, with commas between"),
        ("ada@reader.example,all\n", "unknown column 'ada@reader.example'; the columns are"),
        ("address,hour,Hour\n", "the column hour is there twice; the columns are"),
    ],
)
def test_a_file_without_its_header_is_refused(text: str, why: str) -> None:
    with pytest.raises(UsageError, match=why.replace("[", r"\[").replace("\\x", r"\\x")):
        parse_sheet(text, SLUGS)


def test_every_bad_line_is_named_with_its_number_and_why() -> None:
    text = HEADER + (
        "ada@reader.example,lantern,hourly,7,UTC\n"
        "\n"
        "bob@reader,all,daily,7,UTC\n"
        "cleo@reader.example,all,daily,7,UTC\n"
        ",all,daily,7,UTC\n"
        "dan@reader.example,all,daily,7,UTC,,surplus\n"
    )
    sheet = parse_sheet(text, SLUGS)
    assert [str(mistake) for mistake in sheet.mistakes] == [
        "line 2: unknown topic 'lantern'; did you mean lanterns?; "
        "unknown cadence 'hourly'; known: daily, weekly, off",
        "line 4: not a mail address: the part after the @-sign is not valid. It should have a period",
        "line 6: the mail address is missing",
        "line 7: 2 more cells than the header has names",
    ]
    assert [line.number for line in sheet.lines] == [5]


def test_an_address_stands_once_however_it_is_spelt() -> None:
    sheet = parse_sheet("address\nada@reader.example\n\nADA@Reader.example\n", SLUGS)
    assert [line.number for line in sheet.lines] == [2]
    assert [str(each) for each in sheet.mistakes] == ["line 4: the address is the same as in line 2"]


def test_a_line_of_several_is_named_by_its_first() -> None:
    assert told('address,zone\n"ada@\nreader.example",UTC\nbob,UTC\n')[1].startswith("line 4: ")


@pytest.mark.parametrize("end", ['"bob@reader.example', '"bob"x@reader.example', '"' + "b" * 200_000 + '"'])
def test_what_is_no_csv_is_told_and_what_came_before_it_stays(end: str) -> None:
    sheet = parse_sheet(f"address\nada@reader.example\n{end}\n", SLUGS)
    assert [line.address for line in sheet.lines] == [ADA]
    (mistake,) = sheet.mistakes
    assert str(mistake).startswith("line 3: not CSV from here on: ")


def test_columns_come_in_any_order_and_case_and_cells_with_blanks_around() -> None:
    sheet = parse_sheet(" Zone , ADDRESS,hour\n Europe/Paris , ada@reader.example , 6 \n", SLUGS)
    assert sheet == Sheet((Line(2, ADA, Choices(("trending",), hour=6, zone="Europe/Paris")),), ())


def test_what_is_empty_or_left_out_is_as_usual() -> None:
    assert parse_sheet(HEADER + "ada@reader.example,,,,\n", SLUGS).lines == (Line(2, ADA, USUAL),)
    assert parse_sheet(HEADER + "ada@reader.example\n", SLUGS).lines == (Line(2, ADA, USUAL),)
    assert parse_sheet("address\nada@reader.example", SLUGS).lines == (Line(2, ADA, USUAL),)


@pytest.mark.parametrize("topics", ["lanterns;all", "lanterns all", " lanterns ; all;", '"lanterns;\nall"'])
def test_topics_stand_with_blanks_or_semicolons_between(topics: str) -> None:
    (line,) = parse_sheet(f"address,topics\nada@reader.example,{topics}\n", SLUGS).lines
    assert line.choices.topics == ("lanterns", "all")


def test_all_columns_are_read() -> None:
    (line,) = parse_sheet(HEADER + "ada@reader.example,quiet-rooms,weekly,18,Asia/Tokyo\n", SLUGS).lines
    assert line.choices == Choices(("quiet-rooms",), Cadence.WEEKLY, 18, "Asia/Tokyo")


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_file_may_have_a_byte_order_mark_and_lines_of_any_kind(
    tmp_path: Path, ends: str, mark: bytes
) -> None:
    path = tmp_path / "readers.csv"
    path.write_bytes(mark + f"address{ends}ada@reader.example{ends}".encode())
    assert read_sheet(path, SLUGS) == Sheet((Line(2, ADA, USUAL),), ())


def test_a_file_that_cannot_be_read_is_named_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.csv cannot be read: No such file"):
        read_sheet(tmp_path / "none.csv", SLUGS)
    with pytest.raises(UsageError, match="cannot be read: Is a directory"):
        read_sheet(tmp_path, SLUGS)
    path = tmp_path / "readers.csv"
    path.write_bytes(b"address\nj\xfcrgen@reader.example\n")
    with pytest.raises(UsageError, match=r"readers\.csv: not UTF-8 at byte 10"):
        read_sheet(path, SLUGS)
    path.write_bytes(b"name\n")
    with pytest.raises(UsageError, match=r"readers\.csv: unknown column 'name'"):
        read_sheet(path, SLUGS)


@given(st.text() | st.text('address,topics;"\r\n\0@.x', max_size=60).map(HEADER.__add__))
@example(HEADER + '"')
@example("address\n\0")
def test_no_text_gives_anything_but_a_sheet_or_a_refusal(text: str) -> None:
    refused = ""
    try:
        sheet = parse_sheet(text, SLUGS)
    except UsageError as error:
        refused, sheet = str(error), Sheet((), ())
    for said in (refused, *map(str, sheet.mistakes)):
        assert said.isprintable()


@given(st.lists(st.tuples(st.sampled_from(SLUGS), st.sampled_from(list(Cadence)), st.integers(0, 23))))
def test_what_a_spreadsheet_writes_is_read_as_it_was(given: list[tuple[str, Cadence, int]]) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for number, (topic, cadence, hour) in enumerate(given):
        writer.writerow([f"reader{number}@reader.example", topic, cadence, hour, "UTC"])
    sheet = parse_sheet(written.getvalue(), SLUGS)
    assert sheet.mistakes == ()
    assert [line.choices for line in sheet.lines] == [Choices((t,), c, h, "UTC") for t, c, h in given]
