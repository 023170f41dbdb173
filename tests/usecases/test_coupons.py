"""Coupons from the batch to the end of their life: what is stopped goes on, and what the database refuses."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.builders import rows, run

from huitou.members import service as members
from huitou.members.terms import NewMember
from huitou.offers import errors
from huitou.offers import service as offers
from huitou.offers.rules.coupon_codes import is_sound
from huitou.offers.service import coupons as service
from huitou.offers.terms.coupons import KindSeen
from huitou.usecases import coupons

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 28)


def codes(batch):
    return [code for code, _, _ in service.codes_of(batch)]


def test_a_batch_that_was_stopped_goes_on_to_the_same_codes(monkeypatch):
    monkeypatch.setattr(service, "_PIECE", 50)
    coupons.make_kind(KindSeen("TEN", "ten off", valid_days=30), actor="ann")
    begun = coupons.begin_batch("TEN", "spring", actor="ann", today=TODAY, count=220)
    again = coupons.begin_batch("TEN", "spring", actor="ann", today=TODAY, count=220)
    assert (begun.id, begun.issued, begun.wanted) == (again.id, 0, 220), "the same name is the same batch"
    seed = rows("SELECT seed FROM offers_couponbatch WHERE id = %s", begun.id)

    # The uninterrupted run, from the same seed, taken back.
    with transaction.atomic():
        service.issue_batch(begun.id, today=TODAY)
        uninterrupted = codes(begun.id)
        transaction.set_rollback(True)
    assert rows("SELECT seed FROM offers_couponbatch WHERE id = %s", begun.id) == seed

    class Killed(Exception):
        pass

    def kill(issued, wanted):
        if issued == 100:
            raise Killed

    with pytest.raises(Killed):
        service.issue_batch(begun.id, today=TODAY, progress=kill)
    assert len(codes(begun.id)) == 100
    assert all(one.holds for one in offers.verdicts()), "C2 holds in the middle, too"
    # Somebody else has a code that this batch would make: the next one of that place is taken instead.
    (code,) = set(uninterrupted[150:151])
    run(f"INSERT INTO offers_couponkind (code, title) VALUES ('OLD', 'old');"
        f"INSERT INTO offers_couponbatch (kind_id, issued, source, actor) SELECT id, 1, 'old', 'x' "
        f"FROM offers_couponkind WHERE code = 'OLD';"
        f"INSERT INTO offers_coupon (code, batch_id, changed_on) SELECT '{code}', max(id), '2026-01-01' "
        f"FROM offers_couponbatch")  # fmt: skip
    assert service.issue_waiting(today=date(2026, 11, 30)) == 1, "the worker finds it, also days later"
    done = codes(begun.id)
    assert set(uninterrupted) - set(done) == {code}, "but for that one they are the codes of the uninterrupted run"
    assert len(set(done) | {code}) == 221
    assert all(is_sound(one) for one in done)
    assert rows("SELECT DISTINCT starts, ends FROM offers_coupon WHERE batch_id = %s", begun.id) == [
        (TODAY, date(2026, 12, 27))
    ], "thirty days from the grant, that day included"
    assert rows("SELECT seed, issued FROM offers_couponbatch WHERE id = %s", begun.id) == [(None, 220)], "forgotten"
    assert service.issue_waiting(today=TODAY) == 0
    with pytest.raises(errors.CouponBatchDiffers):
        coupons.begin_batch("TEN", "spring", actor="ann", today=TODAY, count=5)


def test_a_coupons_life_and_what_the_database_refuses():
    people = members.take_people([NewMember("P1", "Anna", TODAY, None, None, None)])
    member = rows("SELECT min(id) FROM members_member")[0][0]
    assert people is not None
    coupons.make_kind(KindSeen("BIRTHDAY", "birthday", personal=True, valid_until=date(2026, 12, 31)), actor="ann")
    kind = KindSeen("OPEN", "for whoever bears it", valid_until=date(2026, 11, 27))
    assert coupons.make_kind(kind, actor="ann")
    assert not coupons.make_kind(kind, actor="ann"), "the same again changes nothing"
    for wrong, refusal in (
        (KindSeen("OPEN", "another title"), errors.CouponKindDiffers),
        (KindSeen("", "no code"), errors.CouponKindUnfit),
        (KindSeen("X", "both", valid_days=3, valid_until=TODAY), errors.CouponKindUnfit),
        (KindSeen("X", "nobody's", transferable=True), errors.CouponKindUnfit),
    ):
        with pytest.raises(refusal):
            coupons.make_kind(wrong, actor="ann")
    with pytest.raises(errors.CouponKindUnfit):
        coupons.begin_batch("BIRTHDAY", "b", actor="ann", today=TODAY, count=3)
    mine = coupons.begin_batch("BIRTHDAY", "b", actor="ann", today=TODAY, members=[member])
    theirs = coupons.begin_batch("OPEN", "o", actor="ann", today=TODAY, count=4)
    assert service.issue_waiting(today=TODAY) == 2
    assert rows("SELECT count(*) FROM offers_grant") == [(0,)]
    exported = list(coupons.export_codes(mine.id, actor="ann"))
    assert [row["member"] for row in exported] == [member]
    assert rows("SELECT actor FROM access_auditentry WHERE action = 'coupons.export'") == [("ann",)]
    typed = exported[0]["code"].lower().replace("0", "o").replace("1", "l")
    assert service.coupon(typed)[1] == member, "as it is typed"
    with pytest.raises(errors.CouponUnknown):
        service.coupon(typed[:-1])

    first, second, *_ = codes(theirs.id)
    assert coupons.void_coupon(first, actor="ann", today=TODAY) == (1, 0)
    assert service.expire_due(today=TODAY) == 3, "their last day is over"
    run(f"UPDATE offers_coupon SET state = 'held', hold_key = 'a', held_until = now() - interval '1 minute' "
        f"WHERE batch_id = {mine.id}")  # fmt: skip
    assert service.time_out_holds() == 1
    assert rows("SELECT state FROM offers_coupon WHERE batch_id = %s", mine.id) == [("live",)]
    seen = {one.code: one for one in service.kinds()}
    assert (seen["OPEN"].expired, seen["OPEN"].void, seen["BIRTHDAY"].live) == (3, 1, 1)

    for statement, because in (
        ("UPDATE offers_coupon SET state = 'live' WHERE state = 'void'", "void stays void"),
        ("UPDATE offers_coupon SET state = 'held' WHERE state = 'live'", "nobody holds it"),
        ("UPDATE offers_coupon SET state = 'used' WHERE state = 'live'", "no receipt used it"),
        (f"UPDATE offers_coupon SET state = 'live' WHERE code = '{second}'", "expired"),
        ("UPDATE offers_couponbatch SET issued = wanted + 1", "more than wanted"),
        ("UPDATE offers_coupon SET code = 'X'", "a code is one"),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(f"/* {because} */ {statement}")
