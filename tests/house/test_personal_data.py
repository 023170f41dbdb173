"""A person's rows can be handed out and forgotten, and the books still sum. On the real database."""

from __future__ import annotations

import json
from datetime import date

import pytest

from huitou.insight import personal_data as of_insight
from huitou.loyalty import personal_data as of_loyalty
from huitou.members import personal_data as of_members
from huitou.privacy import service as privacy
from huitou.receipts import personal_data as of_receipts
from huitou.receipts import service as of_the_room

pytestmark = [pytest.mark.database, pytest.mark.django_db]

CANARY = "金丝雀"
CARD = "VIP-884422"
PHONE = "13800138000"
REFUSED = [{"member": CARD, "amount": "?"}, {"raw": f'A7,"{CARD}",3'}, {"raw": f"A7,{CARD}0,3"}, {"member": "VIP-1"}]
REFUSED.insert(0, {"member": PHONE, "sku": "1"})
"""Rows of files: the first three hold the phone or the card."""


@pytest.fixture
def canary() -> int:
    """A member with a card, a phone, one receipt, 12 points, and a row that a file's import refused."""
    from django.db import connection

    sealed, index, tail = privacy.seal_phone(PHONE)
    with connection.cursor() as cursor:

        def made(statement: str, *values: object) -> int:
            cursor.execute(statement + " RETURNING id", values)
            return cursor.fetchone()[0]

        shop = made("INSERT INTO catalogue_store (code, name) VALUES ('S1', '东门店')")
        member = made(
            "INSERT INTO members_member (name, birthday, joined_on, home_store_id) VALUES (%s, %s, %s, %s)",
            CANARY, date(1990, 2, 28), date(2026, 1, 2), shop,
        )  # fmt: skip
        identity = "INSERT INTO members_identity (member_id, kind, value, sealed, blind_index, tail) VALUES (%s, %s, "
        made(identity + "%s, NULL, NULL, '')", member, "card", CARD)
        made(identity + "NULL, %s, %s, %s)", member, "phone", sealed, index, tail)
        batch = made(
            "INSERT INTO receipts_import (source, file_name, file_digest, mapping, actor, report) "
            "VALUES ('till', 'june.csv', 'd', '{}', 'test', '{}')"
        )
        for row in REFUSED:
            made(
                "INSERT INTO receipts_refusal (batch_id, row_number, code, detail, row) VALUES (%s, 7, 'x', '', %s)",
                batch, json.dumps(row),
            )  # fmt: skip
        of_the_room.ensure_months([date(2026, 6, 1)])
        receipt = made(
            "INSERT INTO receipts_identity (source, store_id, business_date, number, kind, digest) "
            "VALUES ('till', %s, '2026-06-01', 'A1', 'sale', 'd')",
            shop,
        )
        made(
            "INSERT INTO receipts_receipt (id, source, store_id, business_date, number, kind, at, member_id, net_fen, "
            "discount_fen, line_count) VALUES (%s, 'till', %s, '2026-06-01', 'A1', 'sale', now(), %s, 1280, 0, 0)",
            receipt, shop, member,
        )  # fmt: skip
        account = made(
            "INSERT INTO loyalty_account (asset, role, member_id, balance) VALUES ('points', 'member', %s, 12)", member
        )
        posting = made(
            "INSERT INTO loyalty_transaction (key, kind, receipt_id, rule, rule_version, actor, source, business_date) "
            "VALUES ('earn/1', 'earn', %s, 'one_per_yuan', 1, 'test', 'receipt', '2026-06-01')",
            receipt,
        )
        moved = "INSERT INTO insight_stagemove (member_id, on_day, stage) VALUES (%s, '2026-05-31', 'new')"
        cursor.execute(moved, [member])
        made(
            "INSERT INTO insight_layerspan (member_id, layer, since, cut_offs_id) "
            "SELECT %s, 'gold', '2026-06-01', id FROM insight_cutoffs",
            member,
        )
        cursor.execute(
            "INSERT INTO members_staff (member_id, number, since) VALUES (%s, 'E-7', '2026-01-01')", [member]
        )
        household = made("INSERT INTO members_household (name) VALUES (%s)", CANARY + "一家")
        lives = "INSERT INTO members_householdmember (member_id, household_id, noted_by) VALUES (%s, %s, 'test')"
        cursor.execute(lives, [member, household])
        made("INSERT INTO loyalty_entry (transaction_id, account_id, points) VALUES (%s, %s, 12)", posting, account)
    return member


def refused_rows() -> list[object]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT row::text FROM receipts_refusal ORDER BY id")
        return [json.loads(row) for (row,) in cursor.fetchall()]


def everything(member: int) -> dict[str, object]:
    return {
        **of_receipts.export(member),
        **of_insight.export(member),
        **of_loyalty.export(member),
        **of_members.export(member),
    }


def test_the_export_holds_every_row_of_the_person(canary: int) -> None:
    found = everything(canary)
    assert set(found) == {*of_members.TABLES, *of_receipts.TABLES, *of_loyalty.TABLES, *of_insight.TABLES}
    assert found["members_member"]["name"] == CANARY
    assert {one["value"] for one in found["members_identity"]} == {CARD, PHONE}, "the phone is theirs, in clear"
    assert [one["net_fen"] for one in found["receipts_receipt"]] == [1280]
    assert [one["layer"] for one in found["insight_layerspan"]] == ["gold"]
    assert found["receipts_refusal"] == REFUSED[:3], "and no row of another"
    assert [one["points"] for one in found["loyalty_entry"]] == [12]


def test_after_the_erasure_nothing_names_the_person_and_the_books_still_sum(canary: int) -> None:
    counts = {
        **of_insight.erase(canary),
        **of_receipts.erase(canary),
        **of_loyalty.erase(canary),
        **of_members.erase(canary),
    }
    assert counts == {
        "insight_layerspan": 1,
        "insight_stagemove": 1,
        "receipts_receipt": 0,
        "receipts_claim": 0,
        "receipts_conflict": 0,
        "receipts_named": 0,
        "receipts_refusal": 3,
        "loyalty_account": 0,
        "loyalty_lot": 0,
        "loyalty_entry": 0,
        "loyalty_debt": 0,
        "loyalty_hold": 0,
        "loyalty_opening": 0,
        "loyalty_tierentry": 0,
        "members_identity": 2,
        "members_profile": 0,
        "members_told": 0,
        "members_merge": 0,
        "members_candidate": 0,
        "members_consent": 0,
        "members_householdmember": 1,
        "members_facts": 0,
        "members_tier": 0,
        "members_staff": 1,
        "members_spentcode": 0,
        "members_event": 0,
        "members_member": 1,
    }
    left = repr(everything(canary))
    assert not [trace for trace in (CANARY, CARD, PHONE, "1990") if trace in left]
    assert refused_rows() == [{}, {}, {}, *REFUSED[3:]], "the rows of others stand"
    assert [one["points"] for one in of_loyalty.export(canary)["loyalty_entry"]] == [12], "postings stay"
    assert [one["net_fen"] for one in of_receipts.export(canary)["receipts_receipt"]] == [1280], "receipts stay"


def test_a_second_erasure_moves_nothing(canary: int) -> None:
    rooms = (of_insight, of_receipts, of_loyalty, of_members)
    for room in rooms:
        room.erase(canary)
    assert {count for room in rooms for count in room.erase(canary).values()} == {0}
