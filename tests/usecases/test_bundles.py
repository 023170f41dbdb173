"""Receipts of the API go to the lake in bundles: each once, whatever stops on the way; and the audit knows."""

from __future__ import annotations

import shutil
from datetime import date

import pyarrow.compute as pc
import pytest
from deltalake import DeltaTable
from django.utils import timezone
from tests.builders import lake_lines, line, rows, run, take
from tests.receipts.selling import DAY, accept, asked, ids, key, open_shop, returned, sold

from huitou.bulk.trip import trip
from huitou.catalogue import service as catalogue
from huitou.lake import service as lake
from huitou.outbox import service as outbox
from huitou.receipts import service as receipts
from huitou.receipts.service import for_the_lake
from huitou.usecases import load_lake
from huitou.usecases.audit import audit
from huitou.usecases.load_lake import bundle_receipts, hear_facts, repair_lake

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> dict[str, int]:
    return open_shop()


def record(shop: dict[str, int], *numbers: int, **more) -> list[int]:
    new = ids(len(numbers))
    accept([sold(shop, str(number), receipt, **more) for receipt, number in zip(new, numbers, strict=True)])
    return new


def broken() -> list[str | None]:
    return [verdict.first_broken for verdict in audit() if verdict.name == "S5" and not verdict.holds]


def test_a_bundle_leaves_when_its_first_receipt_has_waited(shop, monkeypatch):
    record(shop, 1, 2)
    assert bundle_receipts() == 0, "two more may come within the half minute"
    monkeypatch.setattr(load_lake, "BUNDLE_SECONDS", 0.0)
    assert bundle_receipts() == 1
    assert bundle_receipts() == 0


def test_a_bundle_leaves_when_it_is_full(shop, monkeypatch):
    monkeypatch.setattr(load_lake, "BUNDLE_RECEIPTS", 2)
    record(shop, 1, 2, 3)
    assert bundle_receipts() == 1
    assert outbox.backlog(receipts.RECORDED)[0] == 1, "the third waits for company"


def test_receipts_are_in_the_lake_as_they_are_in_the_books(shop):
    first, second = record(shop, 1, 2, member=shop["anna"])
    assert hear_facts(at_once=True) == 1
    columns = "import_id, bundle_id, receipt_id, line, kind, source, number, member_id, sku, quantity_milli, net_fen"
    ((bundle,),) = rows("SELECT id FROM receipts_bundle")
    assert lake_lines(columns) == [
        (None, bundle, receipt, 1, "sale", "pos", number, shop["anna"], "milk", 3000, 3000)
        for receipt, number in ((first, "1"), (second, "2"))
    ]
    assert rows("SELECT kind FROM outbox_fact WHERE kind = 'receipt_recorded'") == [], "the bundle speaks for them"
    assert broken() == []


def test_ids_with_gaps_are_a_few_spans(shop, tmp_path):
    record(shop, 1, 2)
    take(tmp_path, [line("9", "2026-11-04 10:00", store="S1")])
    record(shop, 3)
    hear_facts(at_once=True)
    ((firsts, lasts),) = rows("SELECT firsts, lasts FROM receipts_bundle")
    assert len(firsts) == len(lasts) == 2
    assert len(lake_lines()) == 4, "the import between them came by its own way"
    assert broken() == []


def test_a_bundle_that_is_heard_again_acts_once(shop):
    record(shop, 1)
    hear_facts(at_once=True)
    run("UPDATE outbox_fact SET done_at = NULL")
    assert hear_facts() == 1, "the process ended before it could say that it had heard"
    assert len(lake_lines()) == 1


def test_a_bundle_that_failed_comes_before_the_next(shop, monkeypatch):
    """The lake remembers the last bundle only: one that passed an earlier one would make it look loaded."""

    def full(*_):
        raise OSError("disk full")

    record(shop, 1)
    with monkeypatch.context() as broken_disk:
        broken_disk.setattr(load_lake.lake, "append_bundle", full)
        assert hear_facts(at_once=True) == 0
    record(shop, 2)
    assert hear_facts(at_once=True) == 1, "the second bundle's fact brings both; the first waits a second to be heard"
    assert [number for (number,) in lake_lines("number")] == ["1", "2"]
    assert broken() == []


def test_a_return_without_its_sale_is_not_in_the_lake_before_it(shop):
    back, sale = ids(2)
    name = key(shop, "1").name
    accept([returned(shop, "8", back)], returns={back: name}, parked=[back])
    hear_facts(at_once=True)
    assert lake_lines() == []
    assert broken() == [], "it waits for its sale, and that is no fault"
    accept([sold(shop, "1", sale)])
    waiting = asked(receipts.parked_returns, [name])[name]
    (found,) = asked(receipts.sold_sales, [sale]).values()
    with trip() as writing:
        receipts.apply_parked(writing, waiting[0], found, receipts.matches_of(back, waiting[0].lines, found), 0)
    hear_facts(at_once=True)
    assert lake_lines("number, sku, net_fen") == [("1", "milk", 3000), ("8", "milk", -1000)]
    assert broken() == []


def test_a_lost_lake_gets_its_bundles_and_imports_back(shop, settings, tmp_path):
    record(shop, 1)
    hear_facts(at_once=True)
    record(shop, 2, business_date=date(2026, 11, 30))
    hear_facts(at_once=True)
    take(tmp_path, [line("9", "2026-11-04 10:00", store="S1")])
    hear_facts()
    before = lake_lines()
    shutil.rmtree(settings.LAKE_PATH)
    assert broken() != []
    assert repair_lake() == 3
    assert lake_lines() == before
    assert repair_lake() == 0
    assert broken() == []


def test_the_audit_counts_what_is_on_its_way(shop):
    record(shop, 1)
    assert broken() == [], "a receipt that waits for its bundle"
    bundle_receipts(at_once=True)
    assert broken() == [], "a bundle that waits for the lake"
    hear_facts()
    record(shop, 2)
    assert broken() == [], "one that waits beside one that is there"


@pytest.mark.parametrize(
    ("how", "named"),
    [
        ("DELETE FROM outbox_fact WHERE kind = 'receipts_bundled'", "nobody will bring it there"),
        ("UPDATE outbox_fact SET done_at = now() WHERE kind = 'receipts_bundled'", "nobody will bring it there"),
    ],
)
def test_a_bundle_that_nobody_will_bring_is_named(shop, how, named):
    record(shop, 1)
    bundle_receipts(at_once=True)
    run(how)
    assert named in (broken()[0] or "")


def test_a_receipt_that_nobody_tells_of_is_named(shop):
    record(shop, 1)
    run("DELETE FROM outbox_fact")
    assert broken() == ["what came by the API, 2026-11: books 1 lines of 3000 fen, lake nothing"]


def test_a_line_that_the_lake_lost_is_named(shop, settings):
    record(shop, 1, 2)
    hear_facts(at_once=True)
    DeltaTable(str(settings.LAKE_PATH / "receipt_lines")).delete("number = '2'")
    assert broken() == ["what came by the API, 2026-11: books 2 lines of 6000 fen, lake 1 lines of 3000 fen"]


def test_a_lake_that_is_newer_than_the_books_is_named_before_a_new_bundle_takes_its_number(shop):
    record(shop, 1)
    hear_facts(at_once=True)
    ((bundle,),) = rows("SELECT id FROM receipts_bundle")
    later = [
        part.set_column(place, "bundle_id", pc.add(part["bundle_id"], 1))
        for part in for_the_lake.bundle_lines(bundle, "Asia/Shanghai")
        for place in [part.schema.get_field_index("bundle_id")]
    ]
    lake.append_bundle(bundle + 1, later, catalogue.product_table())
    assert broken() == [f"bundle {bundle + 1}: in the lake and not in the books"], "as after a restore of the books"


def test_what_was_heard_long_ago_is_forgotten(shop):
    record(shop, 1)
    hear_facts(at_once=True)
    run("UPDATE outbox_fact SET done_at = now() - interval '31 days'")
    record(shop, 2)
    hear_facts(at_once=True)

    assert outbox.forget_done(timezone.now()) == 1
    assert rows("SELECT count(*) FROM outbox_fact") == [(1,)], "the newer one stays for a month"
    assert lake.bundles_held() == max(for_the_lake.bundles(after=0))


def test_the_night_puts_small_files_together_and_the_lake_says_the_same(shop, settings):
    for number in range(1, 6):
        record(shop, number)
        hear_facts(at_once=True)
    table = DeltaTable(str(settings.LAKE_PATH / "receipt_lines"))
    before, lines, held = len(table.file_uris()), lake_lines(), lake.bundles_held()
    assert lake.put_together() == before == 5
    table.update_incremental()
    assert len(table.file_uris()) == 1
    assert (lake_lines(), lake.bundles_held()) == (lines, held)
    record(shop, 6)
    hear_facts(at_once=True)
    assert len(lake_lines()) == 6
    assert broken() == []


def test_there_is_nothing_to_put_together_in_an_empty_lake(db):
    assert lake.put_together() == 0


def test_the_lake_learns_whose_a_claimed_receipt_is(shop):
    first, second = record(shop, 1, 2)
    hear_facts(at_once=True)
    assert asked(receipts.claim, first, DAY, shop["anna"])
    assert lake_lines("number, member_id") == [("1", None), ("2", None)], "it was there before the claim"
    assert load_lake.tell_claims() == 1
    assert lake_lines("number, member_id") == [("1", shop["anna"]), ("2", None)]
    assert load_lake.tell_claims() == 0
    assert asked(receipts.claim, second, DAY, shop["boris"])
    run("UPDATE outbox_fact SET next_try_at = now() - interval '1 day'")
    assert hear_facts() == 0, "claims wait for the refresh, and are no fact that nobody hears"
    assert broken() == []


def test_a_receipt_that_is_claimed_before_it_reaches_the_lake_comes_as_the_members(shop):
    (receipt,) = record(shop, 1)
    asked(receipts.claim, receipt, DAY, shop["anna"])
    hear_facts(at_once=True)
    assert load_lake.tell_claims() == 1
    assert lake_lines("number, member_id") == [("1", shop["anna"])]
