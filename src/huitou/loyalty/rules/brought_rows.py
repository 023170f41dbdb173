"""What a row of an old programme's balances or tiers says, or the first reason against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from huitou.kernel.cells import may_be_two_days, read_day, read_number, said
from huitou.kernel.errors import N_
from huitou.kernel.rows import Cells, RowRefused

LONGEST_TEXT = 200
MOST_POINTS = 100_000_000

BROUGHT_REASONS: dict[str, str] = {
    "points_blank": N_("The points are empty; write 0 where there are none."),
    "points_unreadable": N_("The points are no plain number."),
    "points_not_whole": N_("The points have decimals, and points are whole here; round them in the old system."),
    "points_absurd": N_("The points lie beyond a hundred million."),
    "day_unreadable": N_("{field} is no day; write 2026-12-31."),
    "day_ambiguous": N_("Day and month of {field} can be mistaken for each other; write the year first."),
    "earned_after_cut_over": N_("The points were earned on or after the cut-over, when the old programme was over."),
    "expired_before_cut_over": N_("The points expired before the cut-over, so the balance should not hold them."),
    "expires_before_earned": N_("The points expire before they were earned."),
    "tier_blank": N_("The tier is empty."),
    "since_after_until": N_("The tier ends before it begins."),
    "since_after_cut_over": N_("The tier begins after the cut-over, when the old programme was over."),
    "member_blank": N_("The row names no member: no card, no outside id, no phone."),
    "member_unknown": N_("Nobody is known by {given}; import the members first, or say --make-members."),
    "phone_unfit": N_("The phone is no phone number."),
    "phone_of_several": N_("Several members have this phone; name the member by card or outside id."),
    "card_is_phone": N_("The card is a phone number, and cards are kept readable; map the column to phone."),
    "two_members": N_("The row's card, outside id and phone belong to different members: {members}."),
    "member_twice": N_("Row {row} names the same member, and the file has no lots that would tell them apart."),
    "member_refused": N_("Another row of this member is refused, and a balance is taken whole or not at all."),
    "opened_otherwise": N_("This member was opened with other points by import {batch}; undo that first."),
    "tier_overlaps": N_("The member has another tier on a day of this one ({tier} from {since})."),
}


@dataclass(frozen=True, slots=True)
class BalanceSaid:
    """`points` below zero are owed. Days that the row does not tell are None."""

    points: int
    earned_on: date | None
    expires_on: date | None


@dataclass(frozen=True, slots=True)
class TierSaid:
    tier: str
    since: date
    until: date | None


def judge_balance(cells: Cells, first_day: date) -> BalanceSaid:
    """Raises RowRefused."""
    row = _row(cells)
    points = _points(row.get("points"))
    earned_on, expires_on = read_cell_day(row, "earned_on"), read_cell_day(row, "expires_on")
    if earned_on is not None and earned_on >= first_day:
        raise RowRefused("earned_after_cut_over")
    if expires_on is not None and earned_on is not None and expires_on < earned_on:
        raise RowRefused("expires_before_earned")
    if expires_on is not None and expires_on < first_day and points > 0:
        raise RowRefused("expired_before_cut_over")
    return BalanceSaid(points, earned_on, expires_on)


def judge_tier(cells: Cells, first_day: date) -> TierSaid:
    """Raises RowRefused. Without a day since when, the tier is that of the old programme's last day."""
    row = _row(cells)
    tier = row.get("tier")
    if tier is None:
        raise RowRefused("tier_blank")
    until = read_cell_day(row, "until")
    since = read_cell_day(row, "since") or min(first_day - timedelta(days=1), until or date.max)
    if until is not None and until < since:
        raise RowRefused("since_after_until")
    if since > first_day:
        raise RowRefused("since_after_cut_over")
    return TierSaid(tier, since, until)


def _row(cells: Cells) -> dict[str, str | None]:
    if any("\x00" in (text or "") for text in cells.values()):
        raise RowRefused("nul")
    if any(len(text or "") > LONGEST_TEXT for text in cells.values()):
        raise RowRefused("text_too_long")
    return {field: said(text) for field, text in cells.items()}


def _points(text: str | None) -> int:
    if text is None:
        raise RowRefused("points_blank")
    number = read_number(text)
    if number is None:
        raise RowRefused("points_unreadable")
    if number != number.to_integral_value():
        raise RowRefused("points_not_whole")
    if abs(number) > MOST_POINTS:
        raise RowRefused("points_absurd")
    return int(number)


def read_cell_day(row: Cells, field: str) -> date | None:
    """Raises RowRefused where something stands there that is no day."""
    text = row.get(field)
    if text is None:
        return None
    day = read_day(text)
    if day is None:
        raise RowRefused("day_ambiguous" if may_be_two_days(text) else "day_unreadable", field=field)
    return day


@dataclass(frozen=True, slots=True)
class TierPlaced:
    """A member's tier of the file, on its row."""

    row_number: int
    said: TierSaid


def one_after_the_other(tiers: list[TierPlaced]) -> tuple[list[TierPlaced], list[tuple[TierPlaced, TierSaid]]]:
    """A member's tiers in order: one without an end lasts until the day before the next.

    Returns those that follow each other, and those that overlap an earlier one, with it.
    """
    ordered = sorted(tiers, key=lambda placed: (placed.said.since, placed.row_number))
    fit: list[TierPlaced] = []
    unfit: list[tuple[TierPlaced, TierSaid]] = []
    for placed in ordered:
        before = fit[-1] if fit else None
        if before is None:
            fit.append(placed)
            continue
        last = before.said
        if last.until is None and placed.said.since > last.since:
            fit[-1] = TierPlaced(
                before.row_number, TierSaid(last.tier, last.since, placed.said.since - timedelta(days=1))
            )
            fit.append(placed)
        elif last.until is not None and placed.said.since > last.until:
            fit.append(placed)
        else:
            unfit.append((placed, last))
    return fit, unfit
