"""A file of thousands of columns is refused in words, whatever its format; one of hundreds is read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from huitou.lake import service as lake
from huitou.lake.errors import TooManyColumns
from tests.lake.golden import parquet, sheet


@pytest.fixture(autouse=True)
def lake_folder(settings, tmp_path: Path) -> None:
    settings.LAKE_PATH = tmp_path / "lake"


def written(name: str, width: int) -> bytes:
    names, cells = [f"c{place}" for place in range(width)], ["x"] * width
    if name.endswith("parquet"):
        return parquet({one: ["x"] for one in names})
    if name.endswith("xlsx"):
        return sheet(names, cells)
    if name.endswith("ndjson"):
        return json.dumps(dict(zip(names, cells, strict=True))).encode()
    return f"{','.join(names)}\n{','.join(cells)}\n".encode()


@pytest.mark.parametrize(
    ("name", "width"), [("a.csv", 20_000), ("a.csv", 501), ("a.xlsx", 501), ("a.ndjson", 501), ("a.parquet", 501)]
)
def test_a_file_that_is_too_wide_is_refused_because_every_column_takes_memory(tmp_path, settings, name, width):
    path = tmp_path / name
    path.write_bytes(written(name, width))
    with pytest.raises(TooManyColumns) as refused, lake.open_file(path):
        pass
    assert refused.value.facts["count"] == width
    assert list(settings.LAKE_PATH.glob("*.reading")) == [], "nothing is left lying"


def test_a_file_of_500_columns_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(written("a.csv", 500))
    with lake.open_file(path) as opened:
        assert len(opened.columns) == 500
