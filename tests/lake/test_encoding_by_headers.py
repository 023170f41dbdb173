"""Where the characters of a short file are usual in two encodings, its headers decide, if one alone knows them."""

from __future__ import annotations

from pathlib import Path

import pytest

from huitou.lake import service as lake

STORES = "门店编号,店名\nS1,a\n"


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path: Path) -> None:
    settings.LAKE_PATH = tmp_path / "lake"


def opened(folder: Path, content: bytes):
    path = folder / "short.csv"
    path.write_bytes(content)
    return lake.open_file(path)


def test_known_headers_in_one_encoding_alone_settle_it_and_it_is_said_why(tmp_path: Path) -> None:
    with opened(tmp_path, STORES.encode("gb18030")) as file:
        assert file.questions == ()
        assert (file.found.encoding, file.columns) == ("gb18030", ("门店编号", "店名"))
        (note,) = file.found.notes
        assert str(note) == "Only read as gb18030 are its headers known words: 门店编号, 店名."


@pytest.mark.parametrize("text", ["code,name\nS1,牛奶\n", "店名,x\nS1,牛奶\n"])
def test_headers_that_tell_nothing_or_hardly_leave_the_question(tmp_path: Path, text: str) -> None:
    with opened(tmp_path, text.encode("gb18030")) as file:
        assert [question.code for question in file.questions] == ["encoding_unclear"]


def test_a_cell_of_many_megabytes_makes_no_riddle_of_the_encoding(tmp_path: Path) -> None:
    long = "店铺评论" * 1_000_000
    with opened(tmp_path, f"门店编号,店名\nS1,{long}\nS2,乙\n".encode()) as file:
        assert (file.questions, file.found.encoding) == ((), "utf-8")
        rows = lake.DescribedRows(file, lake.KINDS["stores"], {"code": "门店编号", "name": "店名"})
        taken = [cells["code"] for piece in rows for _, cells in piece]
        assert taken == ["S2"]
        assert [(one.row_number, one.code) for one in rows.unfit] == [(2, "text_too_long")]
