"""A till's file says the same in whatever order its rows stand, and every row of it is accounted for."""

from __future__ import annotations

import csv
import random
from pathlib import Path

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from tests.builders import NOW

from huitou.lake import service as lake
from huitou.lake.terms import Field, Layout

COLUMNS = ["receipt", "at", "store", "sku", "quantity", "amount", "member", "discount"]
ROW = st.fixed_dictionaries(
    {
        "receipt": st.sampled_from(["1", "2", "3", ""]),
        "at": st.sampled_from(
            ["2026-11-01 08:00", "2026-11-01 09:30", "2026-11-01 20:00", "2026-11-01 23:50", "2026-11-02 00:10",
             "2026-11-02 09:00", "2026-11-04 12:00", "01/02/2026", ""]
        ),
        "store": st.sampled_from(["east", "west"]),
        "sku": st.sampled_from(["milk", "tea", "米"]),
        "quantity": st.sampled_from(["1", "2", "-1", "0.352", "x"]),
        "amount": st.sampled_from(["10.00", "-10.00", "3.335", "0"]),
        "member": st.sampled_from(["", "", "C1", "C2"]),
        "discount": st.sampled_from(["", "1.00"]),
    }
)  # fmt: skip
MOSTLY_GOOD = ROW.filter(lambda row: "x" not in row["quantity"] and row["at"][:4] == "2026" and row["receipt"])
# One number of one store, again and again: here receipts are told apart by hours and days alone.
ONE_NUMBER = MOSTLY_GOOD.map(lambda row: {**row, "receipt": "1", "store": "east", "member": ""})
FILES = st.one_of(
    st.lists(ROW, min_size=1, max_size=10),
    st.lists(MOSTLY_GOOD, min_size=2, max_size=12),
    st.lists(ONE_NUMBER, min_size=2, max_size=6),
)
# No shrinking: a file has a dozen rows at most, and reading one takes a while.
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)


def _row(at: str, sku: str) -> dict[str, str]:
    usual = {"receipt": "1", "store": "east", "quantity": "1", "amount": "10.00", "member": "", "discount": ""}
    return {**usual, "at": at, "sku": sku}


MORNING_AND_EVENING = [
    _row("2026-11-01 08:00", "milk"),
    _row("2026-11-01 20:00", "tea"),
    _row("2026-11-01 20:00", "米"),
]


def read(path: Path, rows: list[dict[str, str]]):
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    with lake.read_file(path, Layout({Field(name): name for name in COLUMNS}, "Asia/Shanghai", NOW)) as session:
        baskets = session.sql(
            'SELECT store, receipt, business_date, kind, epoch_us("at"), member, net_fen, discount_fen, line_count, '
            "digest FROM baskets ORDER BY ALL"
        ).fetchall()
        lines = session.sql(
            "SELECT b.digest, sku, quantity_milli, c.net_fen FROM clean c JOIN baskets b USING (basket) ORDER BY ALL"
        ).fetchall()
        refused = session.sql("SELECT row_number, code FROM refused ORDER BY 1").fetchall()
        repeated = [number for (number,) in session.sql("SELECT row_number FROM repeated_rows ORDER BY 1").fetchall()]
    return baskets, lines, refused, repeated


@pytest.fixture(scope="module")
def path(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("intake") / "till.csv"


@settings(max_examples=8, deadline=None, phases=PHASES)
@given(rows=FILES, chance=st.randoms(use_true_random=False))
@example(rows=MORNING_AND_EVENING, chance=random.Random(1))
def test_order_means_nothing_and_no_row_is_lost(path, rows, chance):
    baskets, lines, refused, repeated = read(path, rows)
    assert len(lines) + len(refused) + len(repeated) == len(rows), "read = taken + repeated + refused"
    assert len({number for number, _ in refused} | set(repeated)) == len(refused) + len(repeated), "each row once"
    identities = [basket[:4] for basket in baskets]
    assert len(set(identities)) == len(identities), "the database would refuse the second one"
    assert sum(basket[6] for basket in baskets) == sum(line[3] for line in lines)
    assert sum(basket[8] for basket in baskets) == len(lines)

    shuffled = chance.sample(rows, len(rows))
    again_baskets, again_lines, again_refused, again_repeated = read(path, shuffled)
    assert (again_baskets, again_lines) == (baskets, lines)

    def as_they_stood(numbered, order):
        return sorted((sorted(order[number - 2].items()), code) for number, code in numbered)

    assert as_they_stood(again_refused, shuffled) == as_they_stood(refused, rows)
    assert len(again_repeated) == len(repeated)
