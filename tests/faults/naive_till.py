"""How a till's back end is often written: read, check, write. The control of the races: they must break it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, transaction

from tests.builders import rows, run
from tests.faults.racing import Runner

TABLES = (
    "CREATE TABLE naive_account (member integer PRIMARY KEY, points integer NOT NULL)",
    "CREATE TABLE naive_coupon (coupon integer PRIMARY KEY, used boolean NOT NULL)",
    "CREATE TABLE naive_quota (member integer PRIMARY KEY, fen integer NOT NULL)",
    "CREATE TABLE naive_receipt (number integer NOT NULL, points integer NOT NULL)",
    "CREATE TABLE naive_tender (number integer NOT NULL, kind text NOT NULL, fen integer NOT NULL)",
    "CREATE TABLE naive_line (number integer NOT NULL, line integer NOT NULL, sku text NOT NULL)",
)
LINES = 20


def open_tables(members: int, points: int) -> None:
    series = f"generate_series(0, {members - 1}) AS number"
    run(*TABLES, f"INSERT INTO naive_account SELECT number, {points} FROM {series}",
        f"INSERT INTO naive_coupon SELECT number, false FROM {series}",
        f"INSERT INTO naive_quota SELECT number, 0 FROM {series}")  # fmt: skip


def drop_tables() -> None:
    run("DROP TABLE naive_account, naive_coupon, naive_quota, naive_receipt, naive_tender, naive_line")


def burns(points: int, tills: int) -> Sequence[Runner]:
    """Each till spends so many points of the member of the round."""

    def burn(member: int) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT points FROM naive_account WHERE member = %s", [member])
            (balance,) = cursor.fetchone()
            if balance < points:
                return "refused"
            _write_receipt(cursor, member, -points)
            cursor.execute("UPDATE naive_account SET points = %s WHERE member = %s", [balance - points, member])
        return "done"

    return [burn] * tills


def pays(points: int, tills: int) -> Sequence[Runner]:
    """At each till so many points of the member of the round pay a part of a basket."""

    def pay(member: int) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT points FROM naive_account WHERE member = %s", [member])
            (balance,) = cursor.fetchone()
            if balance < points:
                return "refused"
            _write_receipt(cursor, member, -points)
            for kind, fen in (("points", points), ("wechat", 10)):
                cursor.execute("INSERT INTO naive_tender (number, kind, fen) VALUES (%s, %s, %s)", [member, kind, fen])
            cursor.execute("UPDATE naive_account SET points = %s WHERE member = %s", [balance - points, member])
        return "done"

    return [pay] * tills


def receipts(points: int, tills: int) -> Sequence[Runner]:
    """Each till records the same receipt of the round."""

    def record(number: int) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM naive_receipt WHERE number = %s", [number])
            if cursor.fetchone() != (0,):
                return "known"
            _write_receipt(cursor, number, points)
            cursor.execute("UPDATE naive_account SET points = points + %s WHERE member = %s", [points, number])
        return "done"

    return [record] * tills


def coupons(tills: int) -> Sequence[Runner]:
    """Each till uses the coupon of the round."""

    def use(coupon: int) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT used FROM naive_coupon WHERE coupon = %s", [coupon])
            if cursor.fetchone()[0]:
                return "used"
            _write_receipt(cursor, coupon, 0)
            cursor.execute("UPDATE naive_coupon SET used = true WHERE coupon = %s", [coupon])
        return "done"

    return [use] * tills


def quotas(fen: int, most: int, tills: int) -> Sequence[Runner]:
    """Each till takes so much of the month's quota of the member of the round."""

    def take(member: int) -> str:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT fen FROM naive_quota WHERE member = %s", [member])
            (given,) = cursor.fetchone()
            if given + fen > most:
                return "spent"
            _write_receipt(cursor, member, 0)
            cursor.execute("UPDATE naive_quota SET fen = %s WHERE member = %s", [given + fen, member])
        return "done"

    return [take] * tills


def _write_receipt(cursor, number: int, points: int) -> None:
    cursor.execute("INSERT INTO naive_receipt (number, points) VALUES (%s, %s)", [number, points])
    for line in range(LINES):
        cursor.execute("INSERT INTO naive_line (number, line, sku) VALUES (%s, %s, 'sku')", [number, line])


def doubled(most: int) -> int:
    """How many rounds counted more receipts than `most`."""
    ((found,),) = rows("SELECT count(*) FROM (SELECT FROM naive_receipt GROUP BY number HAVING count(*) > %s) d", most)
    return found
