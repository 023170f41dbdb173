"""A line that no shop writes refuses its own row, whatever its length, and takes no memory with it."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest

from huitou.lake import service as lake
from huitou.lake.errors import FileUnreadable
from huitou.lake.formats.spooled import LONGEST_LINE


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path: Path) -> None:
    settings.LAKE_PATH = tmp_path / "lake"


def row(number: int, name: str = "牛奶") -> bytes:
    return json.dumps({"小票号": str(number), "品名": name}, ensure_ascii=False).encode() + b"\n"


@pytest.mark.parametrize(
    ("long", "because"),
    [
        (row(2, "奶" * LONGEST_LINE), "an object of one endless text"),
        (b"[" * (LONGEST_LINE * 3) + b"\n", "no object at all"),
        (b'{"x": "' + b"y" * (LONGEST_LINE * 2), "a file that was cut, with no end of line"),
    ],
)
def test_an_endless_line_of_ndjson_refuses_its_row_and_no_other(tmp_path, long, because):
    path = tmp_path / "till.ndjson"
    path.write_bytes(row(1) + long + (row(3) if long.endswith(b"\n") else b""))
    with lake.open_file(path) as opened:
        found = opened.session.sql("SELECT row_number, too_long, length(raw) FROM ragged").fetchall()
        numbers = [number for (number,) in opened.session.sql("SELECT huitou_row FROM numbered").fetchall()]
    assert found == [(2, True, 200)], because
    assert numbers == ([1, 3] if long.endswith(b"\n") else [1]), "the rows behind it keep their numbers"


def test_a_file_of_nothing_but_an_endless_line_is_refused_in_words_and_held_in_pieces(tmp_path):
    path = tmp_path / "till.ndjson"
    with path.open("wb") as file:
        file.write(b'{"x": "')
        for _ in range(24):
            file.write("奶".encode() * (1 << 20))
    tracemalloc.start()
    with pytest.raises(FileUnreadable), lake.open_file(path):
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < path.stat().st_size // 2, "the line is never held as a whole"
