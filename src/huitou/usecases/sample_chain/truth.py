"""What the generator knows and the product never reads: who is who, and how large each effect is. Parquet files under
`truth/` in the installation's folder, for whoever wants to check a measurement."""

from __future__ import annotations

from pathlib import Path

import duckdb

from huitou.usecases.sample_chain.effects import Campaign

FOLDER = "truth"


def write_members(session: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """`truth/members.parquet`: one row a member, by card."""
    # `same_person_as` names the card of whoever is there twice; consents have no room yet.
    _write(
        session,
        """SELECT p.card, twin.card AS same_person_as, p.household, p.full_name, p.woman, p.born_on, p.phone_kind,
        p.life, p.child_born_on, p.habit, p.gap AS usual_gap_days, p.last_day AS comes_until, p.away_from, p.away_to,
        p.price_sense, p.loyalty AS brand_loyalty, p.online_share, p.is_staff, p.is_bulk_buyer, p.latitude, p.longitude,
        p.consent_sms, p.consent_wechat, p.consent_email, coupon AS coupon_effect, message AS message_effect
        FROM people p JOIN effects USING (i) LEFT JOIN people twin ON p.is_twice AND twin.i = p.i - 1 ORDER BY p.i""",
        folder / FOLDER / "members.parquet",
    )


def write_campaign(session: duckdb.DuckDBPyConnection, folder: Path, campaign: Campaign) -> None:
    """`truth/campaign-NN.parquet`: each member who was treated or held out, with the effect that was in force."""
    _write(
        session,
        f"""SELECT {campaign.number} AS campaign, '{campaign.kind}' AS kind, DATE '{campaign.starts_on}' AS starts_on,
        DATE '{campaign.ends_on}' AS ends_on, card, arm, effect, responds, comes_on
        FROM assigned JOIN people USING (i) ORDER BY i""",
        folder / FOLDER / f"campaign-{campaign.number:02d}.parquet",
    )


def _write(session: duckdb.DuckDBPyConnection, query: str, path: Path) -> None:
    """Whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    session.sql(query).write_parquet(str(part), compression="zstd")
    part.replace(path)
