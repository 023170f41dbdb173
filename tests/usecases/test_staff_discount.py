"""The staff discount: for members who work for the chain, within a quota of each month that two tills share (C14)."""

from __future__ import annotations

import io
from datetime import date, timedelta

import pytest
from tests.builders import rows, run
from tests.usecases.test_coupons_at_the_till import kept, paid, quote
from tests.usecases.tills import Till, card, open_store

from huitou.catalogue import service as catalogue
from huitou.members import personal_data
from huitou.members import service as members
from huitou.members.errors import StaffNumberTaken
from huitou.members.terms import NewMember
from huitou.offers import errors
from huitou.offers.service import programmes
from huitou.offers.service import till as at_till
from huitou.offers.terms.kept import OfferTerms
from huitou.usecases import promotions
from huitou.usecases.staff import dismiss, employ, list_staff, take_staff_file

pytestmark = pytest.mark.django_db

STAFF = {
    "id": "staff",
    "name": "员工折扣",
    "valid": {"staff_only": True},
    "get": {"kind": "percent_off", "percent": "10"},
}
TODAY = date(2026, 11, 20)


@pytest.fixture
def till(db, monkeypatch) -> Till:
    monkeypatch.setattr(programmes, "FRESH_SECONDS", 0.0)
    monkeypatch.setattr(at_till, "FRESH_SECONDS", 0.0)
    open_store()
    till = Till()
    members.take_people([NewMember(one, one, TODAY) for one in ("C1", "C2", "C3")])
    catalogue.take_products_online([(f"sku-{place}", "", "") for place in range(1, 4)])
    run("UPDATE catalogue_product SET promotable = false WHERE sku = 'sku-3'")
    promotions.draft_offer(STAFF, OfferTerms(per_member_month_fen=20_00), actor="ann")
    promotions.switch_on("staff", actor="ann")
    employ("C1", "E1", since=TODAY, now=till.now, actor="ann")
    run("SET CONSTRAINTS ALL DEFERRED")  # as in every transaction that nobody has prepared
    return till


def given() -> list[tuple[int, int]]:
    return rows("SELECT fen, honoured_fen FROM offers_quota ORDER BY month")


def left(told) -> list[str]:
    return [one["left"] for one in told["quotas"]]


def test_staff_alone_are_given_it_and_no_more_than_their_quota(till):
    assert quote(till, 100_00, member=card("C2")).told["discount"] == "0.00", "a customer is no staff"
    assert quote(till, 100_00).told["discount"] == "0.00", "nobody shows no card"
    quoted = quote(till, 100_00, 5_00, 50_00, member=card("C1"))
    assert (quoted.told["discount"], left(quoted.told)) == ("10.50", ["20.00"]), "sku-3 may not be promoted"
    sale = paid(till, quoted, member=card("C1"))
    told = till.record(sale)
    assert (told["difference"], left(told), given()) == ("0.00", ["9.50"], [(10_50, 0)])
    assert till.record(sale) == told, "the same again has the same answer, and takes nothing"
    assert given() == [(10_50, 0)]

    # Two tills quote the same rest; one of them has it.
    one, other = (quote(till, 300_00, member=card("C1")) for _ in range(2))
    assert (one.told["discount"], other.told["discount"]) == ("9.50", "9.50"), "never more than is left"
    till.record(paid(till, one, member=card("C1")))
    late = paid(till, other, member=card("C1"))
    with pytest.raises(errors.QuotaSpent) as refused:
        till.record(late)
    assert refused.value.facts == {"offer": "员工折扣", "left": "0.00", "asked": "9.50"}
    assert given() == [(20_00, 0)], "and nothing moved"
    assert rows("SELECT count(*) FROM receipts_receipt") == [(2,)]
    spent = quote(till, 300_00, member=card("C1")).told
    assert (spent["discount"], left(spent)) == ("0.00", ["0.00"])
    assert [one["reason"] for one in spent["not_applied"]] == ["quota_spent"]

    # What a till sold while nobody could ask is honoured, apart from the quota, and listed.
    till.upload(late)
    assert given() == [(20_00, 9_50)]
    assert rows("SELECT kind, body ->> 'offer', body ->> 'fen' FROM receipts_conflict") == [
        ("offer_over_limit", "staff", "950")]  # fmt: skip
    assert kept() == []

    # What comes back gives the quota back, the honoured part first, to the month of the sale.
    till.now += timedelta(days=20)
    till.record(till.back(sale, (1, 1000, 90_00)))
    assert given() == [(19_50, 0)], "10.00 came back: 9.50 of it was honoured"
    till.record(till.back(sale, (2, 1000, 4_50), (3, 1000, 50_00)))
    assert (given(), kept()) == ([(19_00, 0)], [])
    assert left(quote(till, 10_00, member=card("C1")).told) == ["20.00"], "a new month, a new quota"


def test_who_is_staff_and_until_when(till):
    with pytest.raises(StaffNumberTaken):
        employ("C2", "E1", since=TODAY, now=till.now, actor="ann")
    assert employ("C1", "E1", since=TODAY, now=till.now, actor="ann")[1] is False, "again, it changes nothing"
    taken = take_staff_file(io.StringIO("number,member\nE2,C2\nE1,C3\nE9,nobody\nE1,C1\n"), since=TODAY, now=till.now,
                            actor="ann")  # fmt: skip
    told = [(line, refusal.code) for line, refusal in taken.refused]
    assert (taken.new, taken.known, told) == (1, 1, [(3, "staff_number_taken"), (4, "member_unknown")])
    till.record(paid(till, quote(till, 50_00, member=card("C1")), member=card("C1")))
    assert [(one["number"], one["works"], one["given"]) for one in list_staff(TODAY)] == [
        ("E1", True, [{"offer": "staff", "fen": 5_00, "quota_fen": 20_00}]), ("E2", True, [])]  # fmt: skip
    dismiss("E2", until=TODAY, actor="ann")
    assert quote(till, 50_00, member=card("C2")).told["discount"] == "5.00", "the last day is a day of work"
    till.now += timedelta(days=1)
    assert quote(till, 50_00, member=card("C2")).told["discount"] == "0.00"
    member = members.ids_of("card", ["C1"])["member_id"][0].as_py()
    assert personal_data.export(member)["members_staff"]["number"] == "E1"
    personal_data.erase(member)
    assert [one["number"] for one in list_staff(TODAY)] == ["E2"], "an employee number names the person"


def test_the_database_alone_keeps_the_quota(till):
    """The control: without its constraint the audit names the row."""
    till.record(paid(till, quote(till, 50_00, member=card("C1")), member=card("C1")))
    run("ALTER TABLE offers_quota DROP CONSTRAINT offers_quota_within")
    run("UPDATE offers_quota SET fen = most_fen + 1")
    assert [one.partition(":")[0] for one in kept()] == ["C3"]
