"""Responses to coupons and messages with a known size per member: what later measurements are checked against.

A campaign splits those who had joined by then into treated, held out and not asked. A treated member with a positive
effect comes once more within the 14 days with that probability; with a negative one (who is annoyed) each visit that
was planned in these days is put off with that probability. Who is held out comes as if nothing had been.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from huitou.usecases.sample_chain.draws import uniform
from huitou.usecases.sample_chain.terms import SampleChain

WINDOW_DAYS = 14
TREATED, HELD_OUT = 0.35, 0.15


@dataclass(frozen=True, slots=True)
class Campaign:
    """One campaign of the history. `kind`: coupon or message; its window lies within one month."""

    number: int
    kind: str
    starts_on: date

    @property
    def ends_on(self) -> date:
        return self.starts_on + timedelta(days=WINDOW_DAYS - 1)


def campaigns_of(chain: SampleChain) -> list[Campaign]:
    """A coupon in the middle month of each quarter, a message in its last, each from the 8th to the 21st."""
    kinds = {2: "coupon", 0: "message"}
    found: list[Campaign] = []
    for first, last in chain.month_spans():
        kind, starts_on = kinds.get(first.month % 3), first.replace(day=8)
        if kind and first.day <= 8 and starts_on + timedelta(days=WINDOW_DAYS) <= last:
            found.append(Campaign(len(found) + 1, kind, starts_on))
    return found


def plant_effects(session: duckdb.DuckDBPyConnection, chain: SampleChain) -> None:
    """Make `effects` (i, coupon, message): an eighth to a half react, the price-conscious most to coupons."""
    seed = chain.seed
    coupon, message = uniform(seed, "i", 101), uniform(seed, "i", 102)
    size, measure = uniform(seed, "i", 103), uniform(seed, "i", 104)
    session.execute(
        f"""CREATE TABLE effects AS SELECT i,
        CASE WHEN {coupon} < 0.25 THEN 0.0 WHEN {coupon} < 0.85 THEN round(0.04 + 0.36 * price_sense * {size} * 2, 4)
             ELSE round(-0.12 * {size}, 4) END AS coupon,
        CASE WHEN {message} < 0.50 THEN 0.0 WHEN {message} < 0.85 THEN round(0.02 + 0.16 * {measure}, 4)
             ELSE round(-0.20 * {measure}, 4) END AS message FROM people"""
    )


def assign(session: duckdb.DuckDBPyConnection, chain: SampleChain, campaign: Campaign) -> None:
    """Make `assigned`: (i, arm, effect, responds, comes_on) of everybody whom the campaign knew."""
    seed, number = chain.seed, campaign.number
    drawn, response = uniform(seed, "p.i", 105, number), uniform(seed, "p.i", 106, number)
    day = f"DATE '{campaign.starts_on}' + floor({WINDOW_DAYS} * {uniform(seed, 'p.i', 107, number)})::INTEGER"
    session.execute(
        f"""CREATE OR REPLACE TABLE assigned AS
        WITH split AS (
            SELECT p.i, CASE WHEN {drawn} < {TREATED} THEN 'treated' WHEN {drawn} < {TREATED + HELD_OUT} THEN 'held_out'
                        ELSE 'not_asked' END AS arm,
                   -- Who has gone for good, or is away, does not hear it: the effect is nothing.
                   CASE WHEN last_day < DATE '{campaign.ends_on}'
                          OR (DATE '{campaign.starts_on}' <= away_to AND DATE '{campaign.ends_on}' >= away_from)
                        THEN 0.0 ELSE e.{campaign.kind} END AS effect, {response} AS u, {day} AS day
            FROM people p JOIN effects e USING (i) WHERE joined_on < DATE '{campaign.starts_on}'
        )
        SELECT i, arm, effect, arm = 'treated' AND u < effect AS responds,
               CASE WHEN responds THEN day END AS comes_on FROM split WHERE arm <> 'not_asked'"""
    )
