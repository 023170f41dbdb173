"""The ledger's promises, each broken: by hand in the tables, or by a posting that no rule would make."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from django.db import transaction
from tests.builders import member_ids, rows, run
from tests.usecases.breaking import Break, sql

from huitou.bulk.trip import trip
from huitou.loyalty import service as loyalty
from huitou.loyalty.rules import lots
from huitou.loyalty.store.posting import LotChange, NewDebt, NewLot, Posting, post
from huitou.loyalty.terms import Moment, Spending

SUMS = "Each account's balance is the sum of its entries, and what is left in its lots less its debts."
LOT_SUMS = "What is left of each lot is the sum of its entries."
ZERO = "Each transaction sums to zero over all accounts."
ON_ACCOUNTS = "Every entry stands on an account."
ISSUED = "Issued points are those outstanding less debts, redeemed, expired and reversed, less what was honoured."
LISTED = "Each sale whose points were honoured is listed for a person."
FOR_EVER = "Entries never change: triggers refuse."
NO_RIGHT = "Nobody has the right to change an entry, the product itself included."
POSTED_ONCE = "What a receipt earns, spends, gives back or takes back is posted once, and undone once, for ever."
ONE_KEY = "A key is used once: unique indexes refuse a second posting, hold or debt of that name."
NOT_BELOW_ZERO = "No member's balance is below zero but by named debts, and what is held is there."
WITHIN = "Nobody spends or holds more than they have: triggers refuse."
LOT = "What is left of a lot is between nothing and all of it, and what is held lies within."
BEGAN = "A lot began with what its posting gave it, and a debt with what its posting left open."
IN_ORDER = "Burns take the lots that expire first, then those earned first."
ALLOCATED = "What a burn or a hold takes of lots sums to its points."
REVERSED = "A return takes back from its own sale's lot, never more than the sale earned."
MIRRORED = "What returns took back of a sale's points is what came back of its goods, to the point."
GIVEN_AGAIN = "What returns gave back of a sale's spent points is what came back of its goods, to the point."
RESTORED = "Points come back to the lots that they were taken from, never more than that."
EXPIRED = "A lot expires once, when its last day is over."
OUTLIVED = "No lot outlives its last day."
HELD = "A hold ends once, and what is held is the open holds."
WHOLE_NUMBERS = "Points are whole numbers."
NAMED = "Each posting names rule and version, actor, source and receipt."
WITH_ITS_MEMBER = "What a receipt earned lies with the receipt's member."
OWN_CLOCK = "Postings are dated by the server's clock."

DAY = date(2026, 11, 6)
MOMENT = Moment(datetime(2026, 11, 6, 12, tzinfo=UTC), DAY)


def _one(query: str) -> int:
    ((found,),) = rows(query)
    return found


def _receipt(number: str) -> int:
    return _one(f"SELECT id FROM receipts_receipt WHERE number = '{number}'")


def _earn(number: str) -> int:
    """The transaction that posted what this sale earned."""
    return _one(f"SELECT id FROM loyalty_transaction WHERE key = 'earn/{_receipt(number)}'")


def _lot(number: str) -> int:
    return _one(f"SELECT id FROM loyalty_lot WHERE transaction_id = {_earn(number)}")


def _account(card: str) -> int:
    return _one(f"SELECT id FROM loyalty_account WHERE member_id = {member_ids()[card]}")


def _operate(card: str, do) -> None:
    """Do something on the locked account of this member."""
    member = member_ids()[card]
    with transaction.atomic(), trip() as travel:
        do(travel, loyalty.lock_accounts(travel, [member], MOMENT).read()[member])


def _forge(card: str, kind: str, *, programme: dict[str, int], **more) -> None:
    """A posting that sums up, and that no rule of the ledger would make."""
    more.setdefault("receipt_id", _receipt("5"))
    posting = Posting(
        key=f"forged {kind}", kind=kind, store_id=None, rule="forged", rule_version=1, actor="forger", source="hand",
        business_date=DAY, programme=programme, **more,
    )  # fmt: skip
    _operate(card, lambda travel, account: post(travel, account, posting))


def _post(key: str, *entries: tuple[str, int]) -> list[str]:
    """A posting forged by hand: account (SQL) and points of each entry."""
    made = f"(SELECT id FROM loyalty_transaction WHERE key = '{key}')"
    return [
        "INSERT INTO loyalty_transaction (key, kind, rule, rule_version, actor, source, business_date) "
        f"VALUES ('{key}', 'adjust', 'forged', 1, 'forger', 'hand', '2026-11-06')",
        f"INSERT INTO loyalty_unsealed (transaction_id) VALUES ({made})",
        *(
            f"INSERT INTO loyalty_entry (transaction_id, account_id, points) VALUES ({made}, {account}, {points})"
            for account, points in entries
        ),
    ]


ISSUER = "(SELECT id FROM loyalty_account WHERE role = 'issued')"


def _move_balance(lake: Path) -> None:
    run(
        f"UPDATE loyalty_account SET balance = balance + 1 WHERE id = {_account('C1')}",
        f"UPDATE loyalty_account SET balance = balance - 1 WHERE id = {_account('C2')}",
    )


def _move_between_lots(lake: Path) -> None:
    run(
        f"UPDATE loyalty_lot SET remaining = remaining - 1 WHERE id = {_lot('1')}",
        f"UPDATE loyalty_lot SET remaining = remaining + 1 WHERE id = {_lot('2')}",
    )


def _lose_a_point(lake: Path) -> None:
    lost = "(SELECT id FROM loyalty_account WHERE role = 'lost')"
    run(
        "INSERT INTO loyalty_account (asset, role) VALUES ('points', 'lost')",
        *_post("forged", (ISSUER, -1), (lost, 1)),
    )


def _lean_on_each_other(lake: Path) -> None:
    run(*_post("a", (ISSUER, 2), (ISSUER, 3)), *_post("b", (ISSUER, -2), (ISSUER, -3)))


def _earn_again(lake: Path) -> None:
    """The whole posting once more under another key, so that all sums still agree."""
    _forge("C2", "earn", programme={"issued": -10}, receipt_id=_receipt("4"),
           new_lots=(NewLot(10, datetime(2026, 11, 3, tzinfo=UTC), None),))  # fmt: skip


def _below_zero(lake: Path) -> None:
    run(
        "ALTER TABLE loyalty_account DROP CONSTRAINT loyalty_account_covers_its_holds",
        f"UPDATE loyalty_account SET balance = -3 WHERE id = {_account('C2')}",
    )


def _overfill_lot(lake: Path) -> None:
    run(
        "ALTER TABLE loyalty_lot DROP CONSTRAINT loyalty_lot_remaining_in_range",
        f"UPDATE loyalty_lot SET remaining = remaining + 1 WHERE id = {_lot('3')}",
        f"UPDATE loyalty_lot SET remaining = remaining - 1 WHERE id = {_lot('4')}",
    )


def _spend_the_newest_first(lake: Path) -> None:
    spending = Spending(_receipt("5"), 5, DAY, None, "till")
    with patch.object(lots, "burn_order", lambda lot: -lot.id):
        _operate("C1", lambda travel, account: loyalty.burn(travel, account, spending, actor="test"))


def _spend_from_no_lot(lake: Path) -> None:
    _forge("C1", "burn", programme={"redeemed": 5, "issued": -5})


def _honour_unseen(lake: Path) -> None:
    """Honoured by the ledger, by a caller who tells nobody."""
    spending = Spending(_receipt("5"), 500, DAY, None, "till", honour=True)
    _operate("C1", lambda travel, account: loyalty.burn(travel, account, spending, actor="test"))


def _hold_more_than_its_lots(lake: Path) -> None:
    ends_at = MOMENT.now + timedelta(days=20_000)
    _operate("C1", lambda travel, account: loyalty.hold(travel, account, "basket 1", 10, ends_at))
    run("ALTER TABLE loyalty_holdlot DISABLE TRIGGER USER", "UPDATE loyalty_holdlot SET points = 9")


def _reverse_from_another_lot(lake: Path) -> None:
    _forge("C1", "reverse", programme={"reversed": 1}, corrects=_earn("2"), lots=(LotChange(_lot("1"), points=-1),))


def _reverse_too_much(lake: Path) -> None:
    _forge("C1", "reverse", programme={"reversed": 40}, corrects=_earn("2"), new_debts=(NewDebt(_lot("2"), 40),))


def _forget_a_return(lake: Path) -> None:
    reversal = _one("SELECT id FROM loyalty_transaction WHERE kind = 'reverse'")
    _forge("C1", "undo", programme={"reversed": -10}, corrects=reversal, lots=(LotChange(_lot("2"), points=10),))


def _reverse_twice(lake: Path) -> None:
    _forge("C1", "reverse", programme={"reversed": 10}, corrects=_earn("2"), lots=(LotChange(_lot("2"), points=-10),))


def _give_nothing_again(lake: Path) -> None:
    """A third of the goods that 6 points paid for came back, by a return that names its sale."""
    spending = Spending(_receipt("2"), 6, DAY, None, "till")
    _operate("C1", lambda travel, account: loyalty.burn(travel, account, spending, actor="test"))
    run(
        "ALTER TABLE loyalty_transaction DISABLE TRIGGER loyalty_transaction_never_changes",
        "UPDATE loyalty_transaction SET business_date = '2026-11-02' WHERE kind = 'burn'",
        "ALTER TABLE loyalty_transaction ENABLE TRIGGER loyalty_transaction_never_changes",
        "INSERT INTO receipts_returnof (return_receipt_id, sale_source, sale_store_id, sale_till, sale_business_date, "
        "sale_number, applied_at) SELECT b.id, s.source, s.store_id, s.till, s.business_date, s.number, now() "
        "FROM receipts_identity b, receipts_identity s WHERE b.number = '6' AND s.number = '2'",
    )


def _restore_to_another_lot(lake: Path) -> None:
    spending = Spending(_receipt("5"), 5, DAY, None, "till")
    _operate("C1", lambda travel, account: loyalty.burn(travel, account, spending, actor="test"))
    burnt = _one("SELECT id FROM loyalty_transaction WHERE kind = 'burn'")
    _forge("C1", "restore", programme={"redeemed": -3}, corrects=burnt, lots=(LotChange(_lot("2"), points=3),))


def _expire_what_never_expires(lake: Path) -> None:
    _forge("C1", "expire", programme={"expired": 1}, receipt_id=None, lots=(LotChange(_lot("1"), points=-1),))


def _outlive(lake: Path) -> None:
    run(f"UPDATE loyalty_lot SET expires_on = current_date - 3 WHERE id = {_lot('1')}")


def _held_by_nothing(lake: Path) -> None:
    run(f"UPDATE loyalty_account SET held = 1 WHERE id = {_account('C1')}")


def _off(table: str, trigger: str) -> Break:
    says = {"loyalty_hold_ends_once": HELD, "loyalty_entry_spends_within": WITHIN, "loyalty_hold_holds_within": WITHIN}
    return Break(
        says.get(trigger, FOR_EVER),
        f"{trigger} is switched off",
        sql(f"ALTER TABLE {table} DISABLE TRIGGER {trigger}"),
        f"trigger {trigger} is missing or off",
    )


BREAKS = [
    Break(SUMS, "points move over without a posting", _move_balance, "balance 76, entries 75"),
    Break(LOT_SUMS, "a point moves from lot to lot", _move_between_lots, "left 54, entries 55"),
    Break(ZERO, "a posting has no entries", lambda lake: run(*_post("empty")), "sums to 0 over 0 entries"),
    Break(ZERO, "two postings are whole only together", _lean_on_each_other, "sums to 5 over 2"),
    Break(
        ON_ACCOUNTS,
        "entries go nowhere",
        lambda lake: run(*_post("forged", ("999000000", 4), ("999000000", -4))),
        "names account 999000000",
    ),
    Break(ISSUED, "a point goes to an account that nobody counts", _lose_a_point, "issued 108, outstanding 97"),
    Break(LISTED, "points are honoured and nobody is told", _honour_unseen, "spent points that were not there"),
    _off("loyalty_entry", "loyalty_entry_never_changes"),
    _off("loyalty_transaction", "loyalty_transaction_stays"),
    _off("loyalty_lot", "loyalty_lot_kept"),
    _off("loyalty_entry", "loyalty_entry_names_what_is_there"),
    _off("loyalty_block", "loyalty_block_never_changes"),
    _off("loyalty_sealed", "loyalty_sealed_stays"),
    _off("loyalty_holdlot", "loyalty_holdlot_stays"),
    Break(
        FOR_EVER,
        "the trigger is gone",
        sql("DROP TRIGGER loyalty_transaction_never_changes ON loyalty_transaction"),
        "trigger loyalty_transaction_never_changes is missing or off",
    ),
    Break(
        NO_RIGHT,
        "the product takes the right to delete entries",
        sql("GRANT DELETE ON loyalty_entry TO CURRENT_USER"),
        "may delete loyalty_entry",
    ),
    Break(
        NO_RIGHT,
        "the pages' role gets the right to change one column of the entries",
        sql("GRANT UPDATE (points) ON loyalty_entry TO huitou_scoped"),
        "may update loyalty_entry",
    ),
    Break(
        NO_RIGHT,
        "everybody gets the right to delete seals",
        sql("GRANT DELETE ON loyalty_sealed TO PUBLIC"),
        "may delete loyalty_sealed",
    ),
    Break(POSTED_ONCE, "a sale earns again under another key", _earn_again, "has 2 postings earn"),
    Break(
        ONE_KEY,
        "the unique index on keys is dropped",
        sql("ALTER TABLE loyalty_transaction DROP CONSTRAINT loyalty_transaction_key_key"),
        "table loyalty_transaction has no unique index on key",
    ),
    Break(NOT_BELOW_ZERO, "a balance is pushed down", _below_zero, "balance -3", frozenset({SUMS, ISSUED})),
    _off("loyalty_entry", "loyalty_entry_spends_within"),
    _off("loyalty_hold", "loyalty_hold_holds_within"),
    Break(LOT, "a lot holds more than was earned", _overfill_lot, "13 of 12", frozenset({LOT_SUMS})),
    Break(BEGAN, "a lot was larger once", sql("UPDATE loyalty_lot SET original = original + 1"), "its posting gave"),
    Break(IN_ORDER, "the newest lot is spent first", _spend_the_newest_first, "had points"),
    Break(ALLOCATED, "a burn takes from no lot", _spend_from_no_lot, "5 points, lots 0, honoured 0"),
    Break(
        ALLOCATED,
        "a hold promises more than its lots",
        _hold_more_than_its_lots,
        "hold basket 1: 10 points, lots 9",
        frozenset({HELD, FOR_EVER}),
    ),
    Break(
        REVERSED,
        "a return is paid by another sale's lot",
        _reverse_from_another_lot,
        "its sale did not earn",
        frozenset({MIRRORED}),
    ),
    Break(
        REVERSED,
        "a return takes back more than was earned",
        _reverse_too_much,
        "earned 30, taken back 50",
        frozenset({MIRRORED}),
    ),
    Break(MIRRORED, "a return's points are forgotten", _forget_a_return, "took back 0 points, of what came back 10"),
    Break(MIRRORED, "a return takes its points twice", _reverse_twice, "took back 20 points, of what came back 10"),
    Break(
        GIVEN_AGAIN, "spent points are not given back", _give_nothing_again, "gave back 0 points, of what came back 2"
    ),
    Break(RESTORED, "points come back to another lot", _restore_to_another_lot, "got back 3 of the 0"),
    Break(EXPIRED, "a lot expires that never does", _expire_what_never_expires, "and its last day is none"),
    Break(OUTLIVED, "a lot lives on", _outlive, "55 left, and its last day was"),
    Break(HELD, "an account holds for nobody", _held_by_nothing, "held 1, open holds 0"),
    _off("loyalty_hold", "loyalty_hold_ends_once"),
    Break(
        WHOLE_NUMBERS,
        "half points become possible",
        sql("ALTER TABLE loyalty_holdlot ALTER points TYPE numeric"),
        "column loyalty_holdlot.points is numeric",
    ),
    Break(
        WITH_ITS_MEMBER,
        "a receipt is given to nobody",
        sql(
            "UPDATE receipts_receipt SET member_id = NULL WHERE id = (SELECT min(receipt_id) FROM loyalty_transaction)"
        ),
        "of member nobody, and account",
    ),
    Break(
        NAMED,
        "a posting forgets who made it",
        sql("ALTER TABLE loyalty_transaction DISABLE TRIGGER USER", "UPDATE loyalty_transaction SET actor = ''"),
        "lacks one of them",
        frozenset({FOR_EVER}),
    ),
    Break(
        OWN_CLOCK,
        "a posting takes the time of its transaction",
        sql("ALTER TABLE loyalty_transaction ALTER posted_at SET DEFAULT now()"),
        "column posted_at is not set by the clock",
    ),
]
