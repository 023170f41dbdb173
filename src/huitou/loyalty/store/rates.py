"""What points are worth as a payment: the rows of the chain's setting, newest last, none ever changed."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from huitou.bulk.trip import Answer, Trip
from huitou.loyalty.terms import POINTS, PayingNow, PointsAsMoney, PointsInHands, RateSeen

_FIELDS = "points, worth_fen, least, step, share_percent, earns"
_STANDING = f"SELECT {_FIELDS} FROM loyalty_rate WHERE set_at <= %s::timestamptz ORDER BY set_at DESC, id DESC LIMIT 1"
_NEWEST = f"SELECT id, set_at, set_by, {_FIELDS} FROM loyalty_rate ORDER BY set_at DESC, id DESC LIMIT %s"
_INSERT = f"INSERT INTO loyalty_rate (set_by, set_at, {_FIELDS}) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
_IN_HANDS = """
SELECT count(*) FILTER (WHERE balance > 0), coalesce(sum(balance) FILTER (WHERE balance > 0), 0)::bigint,
    coalesce(sum(held), 0)::bigint
FROM loyalty_account WHERE role = 'member' AND asset = %s
"""
_PAYING = """
SELECT count(*), coalesce(sum(balance / %(step)s * %(step)s * %(worth)s / %(points)s), 0)::bigint
FROM loyalty_account WHERE role = 'member' AND asset = %(asset)s AND balance >= %(least)s
"""


def ask(trip: Trip, at: datetime) -> Answer:
    return trip.ask(_STANDING, [at])


def read(answer: Answer) -> PointsAsMoney | None:
    row = answer.row()
    return None if row is None else _rate(row)


def _rate(row: tuple) -> PointsAsMoney | None:
    return None if row[0] is None else PointsAsMoney(*row)


def newest(limit: int) -> list[RateSeen]:
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [limit])
        return [RateSeen(number, _rate(tuple(row)), at, by) for number, at, by, *row in cursor.fetchall()]


def in_hands() -> PointsInHands:
    with connection.cursor() as cursor:
        cursor.execute(_IN_HANDS, [POINTS])
        return PointsInHands(*cursor.fetchone())


def paying_by(rate: PointsAsMoney) -> PayingNow:
    facts = {"least": rate.least, "step": rate.step, "worth": rate.worth_fen, "points": rate.points}
    with connection.cursor() as cursor:
        cursor.execute(_PAYING, {**facts, "asset": POINTS})
        return PayingNow(*cursor.fetchone())


def insert(rate: PointsAsMoney | None, *, by: str, at: datetime) -> None:
    fields = (
        [None] * 5 + [True]
        if rate is None
        else [rate.points, rate.worth_fen, rate.least, rate.step, rate.share_percent, rate.earns]
    )
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [by, at, *fields])
