"""What a row of an old programme's coupons says, or the first reason against it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from huitou.kernel.cells import may_be_two_days, plain, read_day, read_fen, said
from huitou.kernel.errors import N_
from huitou.kernel.rows import Cells, RowRefused

LONGEST_TEXT, LONGEST_CODE = 200, 64
MOST_FEN = 100_000_000

COUPON_REASONS: dict[str, str] = {
    "code_blank": N_("The coupon's code is empty."),
    "code_unfit": N_("The coupon's code has a blank in it, or more than 64 characters."),
    "code_twice": N_("Row {row} has the same code with other contents."),
    "kind_blank": N_("The row names neither a kind nor a title."),
    "worth_unreadable": N_("The {field} is no plain amount with at most two decimals."),
    "worth_absurd": N_("The {field} lies below zero or above a million."),
    "day_unreadable": N_("{field} is no day; write 2026-12-31."),
    "day_ambiguous": N_("Day and month of {field} can be mistaken for each other; write the year first."),
    "ends_before_starts": N_("The coupon ends before it starts."),
    "state_unknown": N_("{given} is no state of a coupon: unused, used, expired or void."),
    "kind_differs": N_("Coupons of kind {kind} are worth something else on row {row}; one kind has one worth."),
    "coupon_differs": N_("A coupon of this code is known, of another kind, member or time."),
    "member_unknown": N_("Nobody is known by {given}; import the members first, or say --make-members."),
    "phone_unfit": N_("The phone is no phone number."),
    "phone_of_several": N_("Several members have this phone; name the member by card or outside id."),
    "card_is_phone": N_("The card is a phone number, and cards are kept readable; map the column to phone."),
    "two_members": N_("The row's card, outside id and phone belong to different members: {members}."),
}

_STATES = {
    "live": ("", "live", "active", "unused", "valid", "issued", "available", "未使用", "可用", "可使用", "有效", "正常",
             "待使用", "未核销", "已领取", "已发放"),
    "used": ("used", "redeemed", "consumed", "已使用", "已核销", "已用", "核销"),
    "expired": ("expired", "已过期", "过期", "失效", "已失效"),
    "void": ("void", "cancelled", "canceled", "frozen", "revoked", "作废", "已作废", "冻结", "已冻结",
             "撤回", "已撤回"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CouponSaid:
    """`state` is that of the old programme's last day: one whose time was over is expired."""

    code: str
    kind: str
    title: str
    terms: str
    worth_fen: int | None
    threshold_fen: int | None
    starts: date | None
    ends: date | None
    state: str
    changed_on: date


def judge_coupon(cells: Cells, first_day: date) -> CouponSaid:
    """Raises RowRefused."""
    if any("\x00" in (text or "") for text in cells.values()):
        raise RowRefused("nul")
    if any(len(text or "") > LONGEST_TEXT for text in cells.values()):
        raise RowRefused("text_too_long")
    row = {field: said(text) for field, text in cells.items()}
    code = plain(row.get("code")).upper()
    if not code:
        raise RowRefused("code_blank")
    if len(code) > LONGEST_CODE or any(mark.isspace() for mark in code):
        raise RowRefused("code_unfit")
    kind, title = row.get("kind") or row.get("title"), row.get("title") or row.get("kind")
    if kind is None or title is None:
        raise RowRefused("kind_blank")
    starts, ends = _day(row, "starts"), _day(row, "ends")
    if starts is not None and ends is not None and ends < starts:
        raise RowRefused("ends_before_starts")
    last_day = first_day - timedelta(days=1)
    state, changed_on = _state(row.get("state")), last_day
    if state == "live" and ends is not None and ends < first_day:
        state, changed_on = "expired", ends
    return CouponSaid(
        code=code,
        kind=kind,
        title=title,
        terms=row.get("terms") or "",
        worth_fen=_fen(row, "worth") or None,
        threshold_fen=_fen(row, "threshold"),
        starts=starts,
        ends=ends,
        state=state,
        changed_on=changed_on,
    )


def _state(text: str | None) -> str:
    word = plain(text).lower()
    for state, words in _STATES.items():
        if word in words:
            return state
    raise RowRefused("state_unknown", given=text or "")


def _day(row: Cells, field: str) -> date | None:
    text = row.get(field)
    if text is None:
        return None
    day = read_day(text)
    if day is None:
        raise RowRefused("day_ambiguous" if may_be_two_days(text) else "day_unreadable", field=field)
    return day


def _fen(row: Cells, field: str) -> int | None:
    text = row.get(field)
    if text is None:
        return None
    fen = read_fen(text)
    if fen is None:
        raise RowRefused("worth_unreadable", field=field)
    if not 0 <= fen <= MOST_FEN:
        raise RowRefused("worth_absurd", field=field)
    return fen
