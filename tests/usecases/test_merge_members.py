"""One person who was here twice becomes one, and two again: no point, coupon, receipt or word of consent is lost, made
or mislaid."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection, transaction
from tests.builders import lake_lines, rows
from tests.loyalty.world import _EVERY_PROMISE
from tests.usecases.merging_model import Model
from tests.usecases.tills import Till, card, open_store

from huitou.bulk.trip import trip
from huitou.kernel.errors import HuitouError
from huitou.kernel.ids import member_code
from huitou.loyalty import service as loyalty
from huitou.loyalty.errors import AccountMerged, PointsHeld
from huitou.loyalty.store import moving
from huitou.members import personal_data
from huitou.members import service as members
from huitou.members.errors import MergedAway, MergeOfOne, MergeUndone, MergeUnknown
from huitou.members.store import promises as of_members
from huitou.members.terms import MESSAGES, ConsentSaid, MemberRef, NewMember, NewProfile
from huitou.receipts.errors import ImportUnderWay
from huitou.receipts.store import promises as of_receipts
from huitou.usecases import record_receipts
from huitou.usecases.end_overdue_points import chain_moment
from huitou.usecases.load_lake import hear_facts, tell_moves
from huitou.usecases.merge_members import merge_members, part_members, preview_merge

pytestmark = pytest.mark.django_db

PEOPLE = ("A", "B", "C", "D")
NAME = dict(zip(PEOPLE, ("王伟", "李娜", "张敏", "陈静"), strict=True))
PHONE = {name: f"1380013800{place}" for place, name in enumerate(PEOPLE)}


def change(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


class World:
    """Four members with a card, a phone and two coupons each, a till, and the model beside them."""

    def __init__(self) -> None:
        self.store = open_store("S1")
        self.till = Till()
        members.take_people(
            [
                NewMember(name, NAME[name], self.till.now.date(), phone=PHONE[name], home_store=self.store)
                for name in PEOPLE
            ]
        )
        ids = members.ids_of("card", PEOPLE)
        self.ids = dict(zip(ids["value"].to_pylist(), ids["member_id"].to_pylist(), strict=True))
        self.model = Model(PEOPLE)
        self.merges: list[tuple[int, str, str]] = []
        self.sales: dict[int, object] = {}
        self.story: list[str] = []
        change("INSERT INTO offers_couponkind (code, title) VALUES ('K', 'K')")
        change("INSERT INTO offers_couponbatch (kind_id, issued, source, actor) SELECT id, 8, 't', 't' "
            "FROM offers_couponkind")  # fmt: skip
        for name in PEOPLE:
            change(
                "INSERT INTO offers_coupon (code, batch_id, member_id, state, changed_on) SELECT "
                f"'{name}' || n, b.id, {self.ids[name]}, 'live', '2026-11-01' FROM offers_couponbatch b, "
                "generate_series(1, 2) n"
            )

    def sale(self, name: str, yuan: int, spent: int = 0) -> int:
        self.till.now += timedelta(minutes=5)
        ref = card(name)
        if spent:
            ref = MemberRef("code", members.dynamic_code(self.ids[name], at=self.till.now))
        said = self.till.sale(yuan * 100, member=ref, points_used=spent)
        receipt = self.till.record(said)["receipt"]
        self.sales[receipt] = said
        self.model.sold(receipt, name, yuan, spent)
        return receipt

    def gave_back(self, receipt: int) -> int:
        self.till.now += timedelta(minutes=5)
        said = self.sales[receipt]
        back = self.till.record(self.till.back(said, (1, 1000, said.lines[0].amount_fen)))["receipt"]
        self.model.gave_back(back, receipt)
        return back

    def say(self, name: str, given: bool) -> None:
        """A yes or no to messages, at the till of whoever shows this card."""
        self.till.now += timedelta(minutes=5)
        who = self.model.now(name)
        word = str(len(self.model.words))
        said = ConsentSaid("till", word, MESSAGES, "sms", given, self.till.now, "form")
        assert members.keep_consent(self.ids[who], said, now=self.till.now)
        self.model.words.append((who, given))

    def merge(self, name: str, other: str) -> int:
        done = merge_members(self.ids[name], self.ids[other], now=self.till.now, actor="test")
        self.model.into[other] = name
        self.merges.append((done.number, name, other))
        self.story.append(f"{other} into {name}")
        return done.number

    def part(self, number: int) -> None:
        part_members(number, now=self.till.now, actor="test")
        ((_, _, other),) = [one for one in self.merges if one[0] == number]
        del self.model.into[other]
        self.story.append(f"{other} parted")
        self.merges = [one for one in self.merges if one[0] != number]

    def differs(self) -> list[str]:
        """Where the books are not what the model says."""
        model, found = self.model, []
        names = {number: name for name, number in self.ids.items()}
        balances = dict(rows("SELECT member_id, balance FROM loyalty_account WHERE role = 'member'"))
        for name in PEOPLE:
            if balances.get(self.ids[name], 0) != model.balance(name):
                found.append(f"{name} has {balances.get(self.ids[name])}, not {model.balance(name)}")
        lots = {
            receipt: (names[member], left)
            for receipt, member, left in rows(
                "SELECT t.receipt_id, a.member_id, l.remaining FROM loyalty_lot l JOIN loyalty_account a "
                "ON a.id = l.account_id JOIN loyalty_transaction t ON t.id = l.transaction_id"
            )
        }
        expected = {lot.sale: (model.now(lot.person), lot.left) for lot in model.lots}
        found += [f"lot of {sale}: {lots.get(sale)}, not {lot}" for sale, lot in expected.items() if lots[sale] != lot]
        whose = dict(rows("SELECT id, member_id FROM receipts_receipt"))
        persons = {one.receipt: one.person for one in model.bought.values()} | model.returns
        found += [
            f"receipt {receipt} of {person} is {names[whose[receipt]]}'s"
            for receipt, person in persons.items()
            if names[whose[receipt]] != model.now(person)
        ]
        said = {name: members.consents_of(self.ids[name]) for name in PEOPLE if model.now(name) == name}
        found += [
            f"{name} says {words[:1]}, not {model.agrees(name)}"
            for name, words in said.items()
            if (words[0].given if words else None) != model.agrees(name)
        ]
        if sum(map(len, said.values())) != len(model.words):
            found.append(f"{sum(map(len, said.values()))} words of {len(model.words)} are left")
        for table, column in (("offers_coupon", "left(code, 1)"), ("members_identity", "value")):
            for name, member in rows(f"SELECT {column}, member_id FROM {table} WHERE {column} IN ('A', 'B', 'C', 'D')"):
                if names[member] != model.now(name):
                    found.append(f"{table} of {name} is {names[member]}'s")
        return found


def broken() -> list[tuple]:
    found = rows(_EVERY_PROMISE.replace("%%", "%"))
    for promise in (*of_members.PROMISES, *of_receipts.PROMISES):
        found += [(promise.name, *row) for row in rows(promise.broken)[:1]]
    return found


def lived(world: World, draw: random.Random, steps: int) -> list[str]:
    """What differs first in a life of so many steps."""
    for step in range(steps):
        model = world.model
        alive = [name for name in PEOPLE if model.now(name) == name]
        what = draw.choices(("sale", "burn", "back", "merge", "part", "word"), (5, 4, 3, 2, 2, 1))[0]
        name = draw.choice(PEOPLE)
        open_sales = [one.receipt for one in model.bought.values() if not one.came_back]
        undoable = [one for one in world.merges if model.now(one[1]) == one[1]]
        if what == "sale":
            world.sale(name, draw.randint(1, 90))
        elif what == "burn" and (there := model.balance(model.now(name))) > 0:
            world.sale(name, draw.randint(1, 40), spent=draw.randint(1, there))
        elif what == "back" and open_sales:
            world.gave_back(draw.choice(open_sales))
        elif what == "word":
            world.say(name, draw.random() < 0.5)
        elif what == "merge" and len(alive) > 1:
            world.merge(*draw.sample(alive, 2))
        elif what == "part" and undoable:
            world.part(draw.choice(undoable)[0])
        if found := world.differs():
            return [f"step {step}, {what}, {world.story[-6:]}", *found]
        if step % 10 == 9 and (found := broken()):
            return [f"step {step}, {what}", *map(str, found)]
    return [str(one) for one in broken()]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_life_of_sales_returns_merges_and_partings_conserves_everything(seed):
    world = World()
    found = lived(world, random.Random(seed), 60)
    assert found == [], "\n".join(found)
    for number, *_ in sorted(world.merges, reverse=True):
        world.part(number)
    assert world.differs() == [], "because everybody is parted again and has what is left of their own"
    assert {name: world.model.now(name) for name in PEOPLE} == {name: name for name in PEOPLE}


@pytest.mark.parametrize(
    ("kept", "because"),
    [
        ("t.receipt_id = ANY(%(receipts)s) OR", "what came after the merge stays behind"),
        (
            "coalesce(t.receipt_id <> ALL(%(others)s::bigint[]), true) AND",
            "what a part earned before it was parted goes with whom it was a part of",
        ),
    ],
)
def test_a_merge_that_mislays_something_is_caught(kept, because):
    with pytest.MonkeyPatch.context() as patch, transaction.atomic():
        assert kept in moving._THEIR_LOTS
        patch.setattr(moving, "_THEIR_LOTS", moving._THEIR_LOTS.replace(kept, ""))
        assert lived(World(), random.Random(1), 60) != [], because
        transaction.set_rollback(True)


def test_what_comes_together_is_shown_before_and_an_old_card_finds_who_remains():
    world = World()
    a, b, c = (world.ids[name] for name in "ABC")
    members.take_profiles([NewProfile("A", "", 3, None, {"sms": True})], source="crm")
    members.take_profiles([NewProfile("B", "female", None, "人民路 1 号", {"sms": False, "email": True},
                                       (Decimal("30.2514"), Decimal("120.1683")))], source="pos")  # fmt: skip
    change(f"UPDATE members_member SET name = '', spelled = '', birthday = NULL WHERE id = {a}")
    change(f"UPDATE members_member SET birthday = '1988-05-12', joined_on = '2020-01-01' WHERE id = {b}")
    world.sale("B", 100)
    world.sale("A", 10)
    hear_facts(at_once=True)

    seen = preview_merge(a, b)
    kept = {field.field: (field.kept, field.because) for field in seen.fields}
    assert kept["name"] == ("李娜", "only_one")
    assert kept["joined_on"] == ("2020-01-01", "earlier")
    assert kept["lives_at"] == (True, "only_one"), "that it is kept, and not where"
    assert kept["consents_noted"] == ({"sms": False, "email": True}, "stricter"), "because a no stands"
    assert (seen.other.points, seen.other.receipts, seen.other.coupons) == ({"points": (100, 0, 1)}, 1, {"live": 2})

    record_receipts.hold(world.till.caller, "b-1", _code(world, "B"), 5, now=world.till.now)
    with pytest.raises(PointsHeld):
        world.merge("A", "B")
    record_receipts.release(world.till.caller, "b-1", now=world.till.now)
    first = world.merge("A", "B")
    again = merge_members(a, b, now=world.till.now, actor="test")
    assert (again.number, again.again) == (first, True), "because the same again moves nothing"
    for ask, refusal in (
        (lambda: merge_members(a, a, now=world.till.now, actor="test"), MergeOfOne),
        (lambda: merge_members(b, a, now=world.till.now, actor="test"), MergeOfOne),
        (lambda: merge_members(c, b, now=world.till.now, actor="test"), MergedAway),
        (lambda: part_members(first + 999, now=world.till.now, actor="test"), MergeUnknown),
    ):
        with pytest.raises(refusal):
            ask()

    with trip() as one:
        refs = [card("B"), MemberRef("phone", PHONE["B"]), MemberRef("member", member_code(b)), _code(world, "B")]
        looked = members.find(one, refs, at=world.till.now)
        assert looked.ids() == [a] * 4, "because an old card finds the one who remains, for ever"
        assert looked.origins() == [b] * 4
    assert members.member(a).name == "李娜"
    assert [one.id for one in members.find_members(member_code(b)).rows] == [a]
    assert members.look_up("lina", stores=None, limit=9) == [a], "because nobody stands there twice"
    with pytest.raises(AccountMerged), transaction.atomic(), trip() as late:
        loyalty.lock_accounts(late, [b], chain_moment(world.till.now)).read()


def test_two_people_again_in_books_lake_and_what_they_said():
    world = World()
    a, b = world.ids["A"], world.ids["B"]
    home = (Decimal("30.2514"), Decimal("120.1683"))
    members.take_profiles([NewProfile("B", "female", None, "人民路 1 号", {"sms": False}, home)], source="pos")
    change(f"UPDATE members_member SET name = '', spelled = '', birthday = NULL WHERE id = {a}")
    before = [rows(f"SELECT * FROM {table} ORDER BY 1") for table in ("members_member", "members_profile")]
    sold = world.sale("B", 100)
    world.sale("A", 10)
    hear_facts(at_once=True)
    first = world.merge("A", "B")
    later = world.sale("B", 7)
    world.sale("A", 3, spent=104)
    hear_facts(at_once=True)
    assert tell_moves() == 2
    assert _lake() == _books(), "because the lake hears of the merge"
    second = world.merge("C", "A")
    with pytest.raises(MergedAway):
        part_members(first, now=world.till.now, actor="test")
    world.part(second)
    world.part(first)
    with pytest.raises(MergeUndone):
        part_members(first, now=world.till.now, actor="test")
    assert world.differs() == []
    assert rows(f"SELECT member_id FROM receipts_receipt WHERE id IN ({sold}, {later}) ORDER BY id") == [(b,), (b,)]
    assert tell_moves() > 0
    assert _lake() == _books()
    after = [rows(f"SELECT * FROM {table} ORDER BY 1") for table in ("members_member", "members_profile")]
    assert after == before, "because each says of themselves what they said"
    assert broken() == []

    third = world.merge("A", "B")
    personal_data.erase(a)
    assert rows("SELECT count(*) FROM members_member WHERE name = '李娜'") == [(0,)], "because the part is the person"
    assert rows(f"SELECT before->'member' FROM members_merge WHERE id = {third}") == [("{}",)]


def test_no_merge_beside_an_import(monkeypatch):
    world = World()
    monkeypatch.setattr("huitou.receipts.store.naming.try_turn", lambda: False)
    with pytest.raises(ImportUnderWay):
        world.merge("A", "B")
    assert issubclass(ImportUnderWay, HuitouError)


def _code(world: World, name: str) -> MemberRef:
    return MemberRef("code", members.dynamic_code(world.ids[name], at=world.till.now))


def _lake() -> dict[int, int]:
    return dict(lake_lines("DISTINCT receipt_id, member_id"))


def _books() -> dict[int, int]:
    return dict(rows("SELECT id, member_id FROM receipts_receipt"))
