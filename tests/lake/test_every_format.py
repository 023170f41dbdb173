"""Real histories mean the same whatever they are saved as: row by row what the Parquet file says, whole sets."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from huitou.lake import service as lake
from huitou.lake.terms import Field, Format, Layout
from tests.faults.forms import LONG
from tests.lake.formats_written import FORMATS, write_as

pytestmark = [pytest.mark.realdata, pytest.mark.timeout(900)]

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SETS = {"orders_zh": "order_1", "online_retail": "lines_2010_2011"}
_LINES = """
SELECT c.row_number - {first} AS place, b.* EXCLUDE (basket, print), c.line, c.sku, c.quantity_milli, c.unit_price,
       c.discount_fen, c.net_fen
FROM clean c JOIN (SELECT *, digest AS print FROM baskets) b USING (basket) ORDER BY c.row_number
"""
_OTHERS = """
SELECT row_number - {first} AS place, code FROM refused
UNION ALL SELECT row_number - {first}, 'repeated' FROM repeated_rows ORDER BY ALL
"""
_GOODS = "FROM goods ORDER BY sku"


def judged(path: Path) -> tuple[Mapping[Field, str], list[pa.Table]]:
    """The guessed mapping; every line with its receipt, every row that is none, every product."""
    with lake.open_file(path) as opened:
        guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
        assert guess.questions == (), "its own headers need no typing"
        columns = {Field(field): column for field, column in guess.columns.items()}
        lake.judge_receipts(opened, Layout(columns, "Asia/Shanghai", NOW))
        # A header is row 1 where there is one.
        first = 2 if opened.found.format in (Format.DELIMITED, Format.WORKBOOK) else 1
        queries = [query.format(first=first) for query in (_LINES, _OTHERS, _GOODS)]
        return columns, [opened.session.sql(query).to_arrow_table() for query in queries]


@pytest.fixture(scope="module")
def as_parquet(real_data: Path) -> dict[str, tuple[Mapping[Field, str], list[pa.Table]]]:
    """What each set says as it was published; `test_real_imports` holds that against plain SQL."""
    return {name: judged(real_data / name / f"{file}.parquet") for name, file in SETS.items()}


# Half a million rows of a workbook are written and read within a minute or two: that is for the long form.
CASES = [(name, form) for name in SETS for form in FORMATS if LONG or (name, form) != ("online_retail", "xlsx")]


@pytest.mark.parametrize(("set_name", "form"), CASES)
def test_a_set_says_the_same_in_every_format(set_name, form, as_parquet, real_data, tmp_path):
    path = write_as(form, real_data / set_name / f"{SETS[set_name]}.parquet", tmp_path)
    columns, found = judged(path)
    assert columns == as_parquet[set_name][0]
    assert len(found[0]) > 1000, "the comparison is about something"
    for theirs, ours in zip(as_parquet[set_name][1], found, strict=True):
        assert ours.equals(theirs)
