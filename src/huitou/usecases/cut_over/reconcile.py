"""Our books beside the old programme's totals, as they were when its last day ended: what differs, and which rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from huitou.kernel.cells import plain, read_fen, read_number, said
from huitou.kernel.ids import member_code
from huitou.kernel.rows import Cells
from huitou.lake import service as lake
from huitou.lake.errors import ColumnUnclear
from huitou.loyalty import service as loyalty
from huitou.loyalty.terms import POINTS, ReconciliationSeen
from huitou.members import service as members
from huitou.offers import service as offers
from huitou.privacy import service as privacy
from huitou.usecases.cut_over.errors import DifferencesUnsigned, FigureUnknown, FigureUnreadable, NothingOpened
from huitou.usecases.cut_over.named import find_members

MEMBERS, POINTS_LEFT, OWED, TIER, LOTS, COUPONS, COUPON_WORTH = FIGURES = (
    "members", "points", "points_owed", "tier", "lots", "coupons", "coupons_worth",
)  # fmt: skip
_WORDS = {
    MEMBERS: ("members", "会员数", "会员总数", "会员人数"),
    POINTS_LEFT: ("points", "积分余额", "积分总额", "可用积分", "积分合计", "未使用积分", "剩余积分"),
    OWED: ("points_owed", "欠分", "负积分", "积分欠款"),
    TIER: ("tier", "等级", "会员等级", "等级人数"),
    LOTS: ("lots", "到期积分", "积分到期", "按到期月"),
    COUPONS: ("coupons", "优惠券", "优惠券数", "可用优惠券", "券数"),
    COUPON_WORTH: ("coupons_worth", "优惠券金额", "优惠券面值", "券金额"),
}
MOST_ROWS = 1000
_LONGEST_GIVEN = 40
"""Characters of a cell that a comparison keeps."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure: what the old programme says, what stands here, and ours less theirs. None: it does not say.

    `group` is a tier, a month (`2027-03`, `never`) or a kind of coupons. Worth is in fen, all else whole numbers.
    """

    figure: str
    group: str
    said: int | None
    ours: int

    @property
    def difference(self) -> int:
        return 0 if self.said is None else self.ours - self.said


@dataclass(frozen=True, slots=True)
class Explained:
    """A member whose balance is another one: said by a row of the old file, and here; or a row that cannot be taken.

    `said` is None where the row's points cannot be read; then `given` is what stands there, and a phone shows its mask.
    """

    row_number: int | None
    member: str
    said: int | None
    ours: int
    why: str
    """A code: other_balance, not_opened, refused (with the reason's code), not_in_file."""
    given: str = ""


@dataclass(frozen=True, slots=True)
class Reconciled:
    """A reconciliation as it is kept. `as_of` is the last day of the old programme."""

    number: int | None
    source: str
    first_day: date
    as_of: date
    figures: tuple[Compared, ...]
    rows: tuple[Explained, ...]
    rows_not_listed: int

    @property
    def differences(self) -> int:
        return sum(1 for figure in self.figures if figure.difference) + len(self.rows) + self.rows_not_listed


def check(
    *,
    actor: str = "cli",
    source: str | None = None,
    first_day: date | None = None,
    asset: str = POINTS,
    totals: tuple[lake.OpenedFile, Mapping[str, str]] | None = None,
    flags: Mapping[str, int] | None = None,
    balances: tuple[lake.OpenedFile, Mapping[str, str]] | None = None,
) -> Reconciled:
    """Compare, and keep the comparison for somebody to sign. `flags`: totals by figure, without a file.

    Raises NothingOpened, FigureUnknown and FigureUnreadable.
    """
    opened = loyalty.cut_over(source, asset)
    if first_day is None and opened is None:
        raise NothingOpened()
    source = source or (opened[0] if opened else "old")
    first = first_day or (opened[1] if opened else date.min)
    as_of = first - timedelta(days=1)
    told = {(figure, ""): value for figure, value in (flags or {}).items()}
    if totals is not None:
        told |= _told(
            row for piece in lake.DescribedRows(totals[0], lake.KINDS["old_totals"], totals[1]) for row in piece
        )
    figures = compare(told, _ours(as_of, asset))
    rows = _explain(balances, as_of, first, asset) if balances is not None else []
    found = Reconciled(
        None, source, first, as_of, tuple(figures), tuple(rows[:MOST_ROWS]), max(0, len(rows) - MOST_ROWS)
    )
    number = loyalty.keep_reconciliation(
        source, first, actor=actor, report=as_plain(found), differences=found.differences
    )
    return Reconciled(number, source, first, as_of, found.figures, found.rows, found.rows_not_listed)


def as_plain(found: Reconciled) -> dict[str, Any]:
    """As JSON has it."""
    return {
        "number": found.number,
        "source": found.source,
        "first_day": found.first_day.isoformat(),
        "as_of": found.as_of.isoformat(),
        "differences": found.differences,
        "figures": [asdict(figure) | {"difference": figure.difference} for figure in found.figures],
        "rows": [asdict(row) for row in found.rows],
        "rows_not_listed": found.rows_not_listed,
    }


def compare(told: Mapping[tuple[str, str], int], ours: Mapping[tuple[str, str], int]) -> list[Compared]:
    """Every figure that one side has. Of a figure that the old programme gives by group, every group of ours too."""
    by_group = {figure for figure, _ in told}
    keys = sorted(told.keys() | ours.keys(), key=lambda key: (FIGURES.index(key[0]), key[1]))
    return [
        Compared(figure, group, told.get((figure, group), 0 if figure in by_group and group else None),
                 ours.get((figure, group), 0))
        for figure, group in keys
    ]  # fmt: skip


def _ours(as_of: date, asset: str) -> dict[tuple[str, str], int]:
    left, owed = loyalty.points_on(as_of, asset)
    coupons = offers.coupons_on(as_of)
    return {
        (MEMBERS, ""): members.count_joined_by(as_of),
        (POINTS_LEFT, ""): left - owed,
        (OWED, ""): owed,
        **{(TIER, tier): count for tier, count in loyalty.count_tiers(as_of).items()},
        **{(LOTS, month): points for month, points in loyalty.lots_on(as_of, asset).items()},
        **{(COUPONS, kind): count for kind, (_, count, _) in coupons.items()},
        **{(COUPON_WORTH, kind): worth for kind, (_, _, worth) in coupons.items() if worth is not None},
    }


def _told(rows: Iterable[tuple[int, Cells]]) -> dict[tuple[str, str], int]:
    told: dict[tuple[str, str], int] = defaultdict(int)
    for number, cells in rows:
        name = plain(cells.get("figure")).lower()
        figure = next((figure for figure, words in _WORDS.items() if name in words), None)
        if figure is None:
            raise FigureUnknown(row=number, given=cells.get("figure") or "-", figures=", ".join(FIGURES))
        text = said(cells.get("value")) or ""
        value = read_fen(text) if figure == COUPON_WORTH else _whole(text)
        if value is None:
            raise FigureUnreadable(row=number, given=text or "-")
        group = said(cells.get("group")) or ""
        told[figure, _month(group) if figure == LOTS else group] += value
    return dict(told)


def _whole(text: str) -> int | None:
    number = read_number(text)
    return int(number) if number is not None and number == number.to_integral_value() else None


def _month(text: str) -> str:
    """`2027-03` of however the old programme writes a month or a day of it; no end is `never`."""
    digits = "".join(mark for mark in plain(text) if mark.isdigit())
    if not digits:
        return "never"
    bare = plain(text).replace("年", "-").replace("/", "-").replace(".", "-").replace("月", "")
    year, _, rest = bare.partition("-")
    return f"{year}-{int(rest.partition('-')[0]):02d}" if rest else f"{digits[:4]}-{digits[4:6]}"


def _explain(
    balances: tuple[lake.OpenedFile, Mapping[str, str]], as_of: date, first_day: date, asset: str
) -> list[Explained]:
    """The members whom the old file gives another balance than our books, the rows that name nobody, and members of
    ours whom the file does not have."""
    pieces = lake.DescribedRows(balances[0], lake.KINDS["balances"], balances[1])
    rows = [row for piece in pieces for row in piece]
    fit, unfit = loyalty.read_balances(rows, first_day)
    fits = {number for number, _ in fit}
    found = find_members([row for row in rows if row[0] in fits], make=False, joined_on=as_of)
    ours = loyalty.balances_on(as_of, asset)
    theirs: dict[int, int] = defaultdict(int)
    first_row: dict[int, int] = {}
    for number, row in fit:
        if (member := found.members.get(number)) is not None:
            theirs[member] += row.points
            first_row.setdefault(member, number)
    explained = [
        Explained(first_row[member], member_code(member), theirs[member], ours.get(member, 0),
                  "other_balance" if member in ours else "not_opened")
        for member in sorted(theirs)
        if theirs[member] != ours.get(member, 0)
    ]  # fmt: skip
    # A row that says no balance may well name its member: then the member is in the file.
    named = find_members([row for row in rows if row[0] not in fits], make=False, joined_on=as_of, needed=False).members
    points = {number: row.points for number, row in fit}
    cells_by_row = dict(rows)
    for one in sorted([*pieces.unfit, *unfit, *found.unfit], key=lambda one: one.row_number):
        member, cells = named.get(one.row_number), cells_by_row.get(one.row_number, {})
        explained.append(
            Explained(one.row_number, member_code(member) if member else "", points.get(one.row_number),
                      ours.get(member, 0) if member else 0, f"refused:{one.code}", _as_given(cells.get("points")))
        )  # fmt: skip
    explained += [
        Explained(None, member_code(member), 0, ours[member], "not_in_file")
        for member in sorted(ours.keys() - theirs.keys() - set(named.values()))
    ]
    return explained


def _as_given(text: str | None) -> str:
    """A cell of points as a comparison may keep it for ever: in a row whose cells slipped it may be a phone."""
    given = plain(text)[:_LONGEST_GIVEN]
    return privacy.masked_text(given) if privacy.spelled_phone(given) else given


def sign(number: int, *, by: str, note: str, with_differences: bool, now: datetime) -> ReconciliationSeen:
    """A person stands for a reconciliation, once. Raises DifferencesUnsigned where something differs and nobody says
    that they know and why; ReconciliationUnknown and ReconciliationSigned."""
    seen = loyalty.reconciliation(number)
    if seen is not None and seen.differences and not (with_differences and note.strip()):
        raise DifferencesUnsigned(number=number, count=seen.differences)
    return loyalty.sign_reconciliation(number, by=by, note=note, now=now)


def read_columns(opened: lake.OpenedFile, kind: str) -> Mapping[str, str]:
    """The columns of a file of `old_totals` or `balances`. Raises the first question that it leaves open."""
    guess = lake.guess_mapping(lake.KINDS[kind], opened)
    columns = dict(guess.columns)
    for question in (*opened.questions, *guess.questions):
        # Its header is known, and some value of it is none: then that row is named, and not the column asked about.
        if isinstance(question, ColumnUnclear) and len(question.choices) == 1:
            columns[str(question.facts["field"])] = question.choices[0].value
        else:
            raise question
    return columns


def listed(limit: int = 20) -> Sequence[dict[str, Any]]:
    """Reconciliations that were made, newest first."""
    return [
        {
            "number": one.id,
            "source": one.source,
            "first_day": one.first_day.isoformat(),
            "made_at": one.made_at.isoformat(),
            "differences": one.differences,
            "signed_by": one.signed_by,
            "signed_at": one.signed_at.isoformat() if one.signed_at else None,
            "note": one.note,
        }
        for one in loyalty.reconciliations(limit)
    ]
