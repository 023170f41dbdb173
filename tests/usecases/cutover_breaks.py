"""What came from an old programme, each promise broken: balances, tiers, coupons."""

from __future__ import annotations

from pathlib import Path

from tests.builders import member_ids, rows, run
from tests.usecases.breaking import Break, sql

OPENED_ONCE = "What an old programme says of an account is opened once."
OPENED_AS_SAID = "An opening names its import, and its posting moved what it says."
NOT_TWICE = "No receipt of a day before the cut-over earns what came with the opening already."
ONE_TIER = "A member has one tier on each day, by an entry that names its rule."
USED_ONCE = "A coupon is used once, by one receipt."
ISSUED = "What was issued is live, held, used, expired or void, batch by batch."


def _opening(first_day: str, balance: int, transaction: str = "NULL") -> str:
    """An opening of C1's account, as only somebody behind the books' back writes it."""
    return (
        "INSERT INTO loyalty_opening (account_id, batch_id, source, first_day, balance, digest, transaction_id) "
        f"SELECT a.id, (SELECT max(id) FROM receipts_import), 'old', '{first_day}', {balance}, '', {transaction} "
        f"FROM loyalty_account a WHERE a.member_id = {member_ids()['C1']}"
    )


def _open_twice(lake: Path) -> None:
    run("DROP INDEX loyalty_opening_stands_once", *[_opening("2020-01-01", 0)] * 2)


def _say_more(lake: Path) -> None:
    run(_opening("2020-01-01", 5))


def _open_after_the_sales(lake: Path) -> None:
    """The posting of the opening is of a moment before the sales earned, and so they count twice."""
    ((first,),) = rows("SELECT min(id) FROM loyalty_transaction")
    run(
        "ALTER TABLE loyalty_transaction DISABLE TRIGGER loyalty_transaction_never_changes",
        f"UPDATE loyalty_transaction SET posted_at = posted_at - interval '1 day' WHERE id = {first}",
        "ALTER TABLE loyalty_transaction ENABLE TRIGGER loyalty_transaction_never_changes",
        _opening("2026-12-01", 55, str(first)),
    )


def _two_tiers(lake: Path) -> None:
    run(
        "ALTER TABLE loyalty_tierentry DROP CONSTRAINT loyalty_tierentry_one_a_day",
        *(
            "INSERT INTO loyalty_tierentry (member_id, tier, since, rule, rule_version, source, actor) "
            f"VALUES ({member_ids()['C1']}, '{tier}', '2026-01-01', 'carried_over', 1, 'old', 'test')"
            for tier in ("gold", "silver")
        ),
    )


_KIND = "INSERT INTO offers_couponkind (code, title) VALUES ('K', 'K')"
_BATCH = (
    "INSERT INTO offers_couponbatch (kind_id, issued, source, actor) SELECT id, 2, 'old', 'test' FROM offers_couponkind"
)
_COUPON = "INSERT INTO offers_coupon (code, batch_id, changed_on) SELECT 'A', id, '2026-01-01' FROM offers_couponbatch"

BREAKS = [
    Break(OPENED_ONCE, "one account is opened twice", _open_twice, "was opened 2 times from old"),
    Break(OPENED_AS_SAID, "an opening says more than was posted", _say_more, "5 less 0, its posting moved 0"),
    Break(
        NOT_TWICE,
        "a sale of a day before the cut-over earns after the opening",
        _open_after_the_sales,
        "earned for 2026-11-02, which came with opening",
    ),
    Break(ONE_TIER, "a member has two tiers on a day", _two_tiers, "has the tiers"),
    Break(ISSUED, "a coupon of a batch is gone", sql(_KIND, _BATCH, _COUPON), "issued 2, found 1"),
    Break(
        USED_ONCE,
        "the trigger that keeps a coupon's receipt is off",
        sql("ALTER TABLE offers_coupon DISABLE TRIGGER offers_coupon_used_once"),
        "trigger offers_coupon_used_once is missing or off",
    ),
]
