"""Files as hospitals' systems and spreadsheets write them: read alike, or refused with row and column."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companion.domain.sheets import MOST_ROWS, Sheet, plain_cell, read_sheet, safe_cell, write_sheet

COLUMNS = ("reference", "name", "phone")


def read(data: bytes | str, needed: tuple[str, ...] = ("reference",)) -> Sheet:
    return read_sheet(data if isinstance(data, bytes) else data.encode(), COLUMNS, needed)


def cells(sheet: Sheet) -> list[dict[str, str]]:
    assert sheet.problems == ()
    return [dict(row.cells) for row in sheet.rows]


def found(sheet: Sheet) -> list[tuple[int, str, str]]:
    return [(problem.row, problem.column, problem.code) for problem in sheet.problems]


TEXT = "reference,name\nH1,Zoë Ångström\n"


@pytest.mark.parametrize(
    "data",
    [TEXT.encode(), TEXT.encode("utf-8-sig"), TEXT.encode("cp1252"), TEXT.encode("utf-16")],
    ids=["utf-8", "utf-8 with its mark", "windows-1252", "utf-16"],
)
def test_every_letter_is_right_in_each_encoding(data: bytes) -> None:
    assert cells(read(data)) == [{"reference": "H1", "name": "Zoë Ångström"}]


@pytest.mark.parametrize(
    "text",
    [
        "reference,name\nH1,Bo\n",
        "reference;name\r\nH1;Bo\r\n",
        "reference\tname\nH1\tBo",
        "sep=;\nreference;name\nH1;Bo\n",
        "\n\nName , Reference\nBo , H1\n,,\n\n",
        'name,reference\n"Bo","H1"\n',
    ],
    ids=["comma", "semicolon", "tab", "as Excel marks it", "other order and blanks", "quoted"],
)
def test_every_usual_separator_and_order_reads_alike(text: str) -> None:
    assert cells(read(text)) == [{"reference": "H1", "name": "Bo"}]


def test_a_cell_keeps_its_commas_and_loses_its_line_breaks() -> None:
    assert cells(read('reference,name\nH1,"Bo,\n the  second"\n')) == [
        {"reference": "H1", "name": "Bo, the second"}
    ]


@pytest.mark.parametrize(
    ("data", "problems"),
    [
        (b"", [(0, "", "empty")]),
        (b"reference,name\n", [(0, "", "no-rows")]),
        (b"reference\n\x00\n", [(0, "", "encoding")]),
        (b"reference,name\nH1,\x81\n", [(0, "", "encoding")]),
        (b"name\nBo\n", [(1, "reference", "column-missing")]),
        (b"reference,nmae\nH1,Bo\n", [(1, "nmae", "unknown-column")]),
        (b"reference,name,name\nH1,Bo,Bo\n", [(1, "name", "column-twice")]),
        (b"reference,name\nH1,Bo,x\n", [(2, "", "too-many-cells")]),
        (b"reference,name,\nH1,Bo,x\n", [(2, "", "cell-without-heading")]),
        (b'reference,name\nH1,"Bo\n', [(2, "", "quotes")]),
        (b"reference,name\nH1,=1+1\nH2,@x\nH3,-1\nH4,+4\n", [(n, "name", "formula") for n in (2, 3, 4, 5)]),
        ("reference,name\nH1,a\u202eb\nH2,\x07\n".encode(), [(n, "name", "hidden-letters") for n in (2, 3)]),
        (b"reference,name\nH1," + b"n" * 1001 + b"\n", [(2, "name", "too-long")]),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(data: bytes, problems: list[tuple[int, str, str]]) -> None:
    assert found(read(data)) == problems


def test_rows_are_counted_as_a_spreadsheet_counts_them() -> None:
    sheet = read('reference,name\n\nH1,"two\nlines"\nH2,=x\n')

    assert found(sheet) == [(4, "name", "formula")]
    assert [row.number for row in sheet.rows] == [3]


def test_a_note_for_whoever_fills_it_in_is_passed_over_and_counted() -> None:
    sheet = read("reference,name\n# Write one row each.,\nH1,Bo\n")

    assert (cells(sheet), sheet.rows[0].number) == ([{"reference": "H1", "name": "Bo"}], 3)


def test_a_phone_number_may_begin_with_its_plus() -> None:
    assert cells(read("reference,phone\nH1,+447700900123\n"))[0]["phone"] == "+447700900123"
    assert found(read("reference,phone\nH1,=447700900123\n")) == [(2, "phone", "formula")]


def test_a_file_that_is_too_long_is_refused_whole() -> None:
    sheet = read("reference\n" + "H1\n" * (MOST_ROWS + 1))

    assert (found(sheet), sheet.rows) == ([(0, "", "too-many-rows")], ())


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_that_is_written_is_a_formula(start: str) -> None:
    assert safe_cell(f"{start}HYPERLINK()") == f"'{start}HYPERLINK()"
    assert plain_cell(safe_cell(f"{start}x")) == f"{start}x"


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=1, max_size=4))
def test_what_is_written_never_begins_a_formula_and_comes_back(row: list[str]) -> None:
    import csv
    import io

    written = write_sheet([str(n) for n in range(len(row))], [row]).decode("utf-8-sig")
    (_, again) = csv.reader(io.StringIO(written, newline=""))

    assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in again)
    assert [plain_cell(cell) if cell != "'" else cell for cell in again] == [
        plain_cell(cell) if cell.startswith("'") else cell for cell in row
    ]


def test_letters_excel_would_misread_carry_the_mark() -> None:
    assert write_sheet(["name"], [["Zoë"]]) == b"\xef\xbb\xbfname\r\nZo\xc3\xab\r\n"


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    sheet = read(data)

    assert sheet.rows or sheet.problems
