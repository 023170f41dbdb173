"""What the generator knows and the product never reads: who is who, and how large each effect is. Parquet files under
`truth/` in the installation's folder, for whoever wants to check a measurement."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from huitou.usecases.sample_chain.baskets import BABY_MONTHS
from huitou.usecases.sample_chain.draws import texts
from huitou.usecases.sample_chain.effects import Campaign
from huitou.usecases.sample_chain.people import LOVES
from huitou.usecases.sample_chain.places import places_of
from huitou.usecases.sample_chain.terms import SampleChain

FOLDER = "truth"
DAY_PARTS = ("morning", "after_work", "whenever", "after_shift")
"""When a member comes on a working day, by the `day_part` of `people`: the weights are those of `visits`."""


def write_members(session: duckdb.DuckDBPyConnection, chain: SampleChain, folder: Path) -> None:
    """`truth/members.parquet`: one row a member, by card."""
    stores = texts([place.code for place in places_of(chain.members)])
    age = f"date_diff('month', child_born_on, DATE '{chain.last_day}')"
    # `same_person_as` names the card of whoever is there twice. A home whose child is not born yet shops as a couple's.
    _write(
        session,
        f"""SELECT p.card, twin.card AS same_person_as, p.household, p.full_name, p.woman, p.born_on, p.phone_kind,
        {stores}[p.home + 1] AS home_store, p.life,
        CASE WHEN p.life <> 'baby' OR p.age_of_child BETWEEN 0 AND {BABY_MONTHS - 1} THEN p.life
             WHEN p.age_of_child < 0 THEN 'couple' ELSE 'school' END AS shops_today_as,
        p.household_size, p.child_born_on, {texts(DAY_PARTS)}[p.day_part + 1] AS day_part,
        p.day_part = 2 AND p.life <> 'single' AS is_homemaker, p.day_part = 1 AS is_office_worker,
        p.life = 'senior' AS is_senior, coalesce(p.age_of_child BETWEEN 0 AND {BABY_MONTHS - 1}, false)
        AS is_young_parent, {texts(LOVES)}[p.love + 1] AS loves_department,
        p.habit, p.gap AS usual_gap_days, p.last_day AS comes_until, p.away_from, p.away_to,
        p.price_sense, p.loyalty AS brand_loyalty, p.online_share, p.is_staff, p.is_bulk_buyer, p.latitude, p.longitude,
        p.consent_sms, p.consent_wechat, p.consent_email, coupon AS coupon_effect, message AS message_effect
        FROM (SELECT *, {age} AS age_of_child FROM people) p JOIN effects USING (i)
        LEFT JOIN people twin ON p.is_twice AND twin.i = p.i - 1 ORDER BY p.i""",
        folder / FOLDER / "members.parquet",
    )


def write_campaign(session: duckdb.DuckDBPyConnection, folder: Path, campaign: Campaign) -> None:
    """`truth/campaign-NN.parquet`: each member who was treated or held out, with the effect that was in force, and the
    receipt that redeemed the coupon."""
    _write(
        session,
        f"""SELECT {campaign.number} AS campaign, '{campaign.kind}' AS kind, DATE '{campaign.starts_on}' AS starts_on,
        DATE '{campaign.ends_on}' AS ends_on, card, arm, effect, responds, comes_on, redeemed_by, coupon_fen
        FROM assigned JOIN people USING (i)
        LEFT JOIN (SELECT r.i, h.number AS redeemed_by, sum(l.coupon_fen)::BIGINT AS coupon_fen
                   FROM redeeming r JOIN heads h USING (visit) JOIN lines l USING (visit) GROUP BY ALL) USING (i)
        ORDER BY i""",
        folder / FOLDER / f"campaign-{campaign.number:02d}.parquet",
    )


def write_promotions(session: duckdb.DuckDBPyConnection, folder: Path, first: date, last: date) -> None:
    """`truth/promotions-YYYY-MM.parquet`: what was promoted from when until when in this month, and at which price."""
    _write(
        session,
        "SELECT sku, min(day) AS from_day, max(day) AS to_day, price_fen, off AS percent_off, "
        "price_fen - (price_fen * off + 50) // 100 AS promoted_fen FROM labels JOIN weeks USING (week) "
        f"JOIN goods USING (product) WHERE off > 0 AND day BETWEEN DATE '{first}' AND DATE '{last}' "
        "GROUP BY ALL ORDER BY from_day, sku",
        folder / FOLDER / f"promotions-{first:%Y-%m}.parquet",
    )


def _write(session: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    session.sql(query).write_parquet(str(part), compression="zstd")
    part.replace(path)
