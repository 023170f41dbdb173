"""The long form of the imports: both real sets through every format into the books and out again, to the last point."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from huitou.lake import service as lake
from huitou.lake.terms import Field
from huitou.usecases.audit import audit
from huitou.usecases.import_receipts import import_receipts
from huitou.usecases.load_lake import hear_facts
from huitou.usecases.undo_import import undo_import
from tests.builders import rows
from tests.faults.forms import LONG, told
from tests.lake.formats_written import FORMATS, write_as
from tests.usecases.real_files import ORDERS_LINES, ORDERS_SOLD, RETAIL_LINES, assert_books_equal_file, books

pytestmark = [
    pytest.mark.faults,
    pytest.mark.realdata,
    pytest.mark.django_db,
    pytest.mark.timeout(1800),
    pytest.mark.skipif(not LONG, reason="minutes for each format: make faults runs it"),
]

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SETS = {
    "orders_zh": ("order_1", ORDERS_LINES, ORDERS_SOLD),
    "online_retail": ("lines_2010_2011", RETAIL_LINES, "UnitPrice >= 0"),
}
FIGURES = (
    "SELECT (SELECT count(*) FROM receipts_receipt), (SELECT count(*) FROM receipts_line), "
    "(SELECT sum(net_fen) FROM receipts_line)::bigint, (SELECT count(*) FROM members_member), "
    "(SELECT count(*) FROM catalogue_product), (SELECT coalesce(sum(balance), 0) FROM loyalty_account)::bigint"
)
NOTHING = (0, 0, None, 0, 0, 0)


@pytest.mark.parametrize("set_name", SETS)
@pytest.mark.parametrize("form", FORMATS)
def test_whole_in_and_whole_out(set_name, form, real_data: Path, tmp_path: Path) -> None:
    file, lines, taken = SETS[set_name]
    source = real_data / set_name / f"{file}.parquet"
    path = write_as(form, source, tmp_path)
    with lake.open_file(path) as opened:
        columns = lake.guess_mapping(lake.KINDS["receipts"], opened).columns
    report = import_receipts(path, {Field(field): column for field, column in columns.items()}, now=NOW)
    hear_facts()
    assert_books_equal_file(source, lines, taken)
    assert [verdict for verdict in audit() if not verdict.holds] == []
    told(f"{set_name} as {form}: {rows(FIGURES)[0]}")
    undo_import(report.import_id, now=NOW, actor="anna")
    hear_facts()
    assert books(FIGURES) == [NOTHING]
    assert [verdict for verdict in audit() if not verdict.holds] == []
