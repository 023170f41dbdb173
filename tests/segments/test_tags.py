"""Tags on the real database: who bears what because of what, given and taken, merged and parted, sensitive and not."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from huitou.access import service as access
from huitou.access.rules.roles import scope_of
from huitou.access.terms import WHOLE_CHAIN, Role, Scope
from huitou.members import personal_data as of_members
from huitou.members import service as members
from huitou.members.errors import ConsentWithoutProof
from huitou.members.terms import ConsentAbout
from huitou.segments import personal_data
from huitou.segments.errors import (
    SegmentImpossible,
    SegmentInUse,
    SensitiveTagAsked,
    TagArchived,
    TagInUse,
    TagIsReckoned,
    TagMovedOn,
    TagNameTaken,
    TagNeedsConsent,
    TagNotBorne,
    TagsCircular,
    TagUnfit,
    TagUnknown,
)
from huitou.segments.service import tags
from huitou.segments.terms.tags import Tag, TagSource
from huitou.usecases import renew_tags as renewing
from huitou.usecases import segments as asking
from huitou.usecases import tags as desk
from huitou.usecases.merge_members import merge_members, part_members
from huitou.usecases.promotions import draft_offer
from tests.builders import SMALL_CHAIN, copy_lake, lasting, member_ids, rows, run, store_ids, take_into_lake

NOW = datetime(2026, 11, 6, 4, tzinfo=UTC)
TODAY = date(2026, 11, 6)
PROOF = "form 12 of 1 November"
VIP = Tag(name="VIP", owner="Anna", purpose="invitations", source=TagSource.HAND, half_life_days=30, least=20)


@pytest.fixture(scope="module")
def laid(django_db_setup, django_db_blocker, tmp_path_factory):
    folder = tmp_path_factory.mktemp("chain")
    with lasting(django_db_blocker, folder, lambda folder: take_into_lake(folder, SMALL_CHAIN)) as lake:
        yield lake


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock(laid, db, settings) -> Clock:
    copy_lake(laid, settings)
    return Clock()


@pytest.fixture
def cards(clock) -> dict[str, int]:
    return member_ids()


def kept(tag: Tag = VIP, **changed) -> Tag:
    tag = replace(tag, **changed)
    desk.define_tag(tag, made_by="anna")
    return tag


def segment(name: str, where: dict) -> None:
    asking.define_segment(name, json.dumps({"language": 1, "where": where}), made_by="anna")


def bearing(clock, name: str, **more) -> list[int]:
    """Who is in the segment of those who bear it."""
    text = json.dumps({"language": 1, "where": {"leaf": "tag", "tag": name, **more}})
    return list(asking.members_of_segment(text, at=clock()).ids)


def give(clock, name: str, member: int, **more) -> None:
    desk.give_tag(name, member, day=clock().date(), **more)


def counted(clock) -> dict[str, int | None]:
    return {one.tag.name: one.bearers for one in tags.listed(clock().date())}


def shown(clock, name: str) -> list[int]:
    """Whom the page of the tag draws."""
    return sorted(one.member_id for one in tags.sample(tags.find(name), clock().date(), 8))


def said(clock, member: int) -> list[tuple[str, int, str]]:
    return [
        (one.tag, one.strength, one.why) for one in desk.tags_of_member(members.member(member), clock().date(), str)
    ]


def test_a_tag_is_kept_in_versions_and_put_away_without_loss(clock, cards):
    kept()
    assert desk.define_tag(VIP, made_by="bert") == 1, "the same again makes none"
    assert desk.define_tag(replace(VIP, purpose="tea"), made_by="bert", on_top_of=1) == 2
    with pytest.raises(TagMovedOn, match="bert"):
        desk.define_tag(replace(VIP, purpose="coffee"), made_by="anna", on_top_of=1)
    with pytest.raises(TagNameTaken):
        desk.define_tag(VIP, made_by="anna", on_top_of=0)
    assert [(one.version, one.tag.purpose) for one in tags.versions_of("VIP")] == [(2, "tea"), (1, "invitations")]
    give(clock, "VIP", cards["C1"], actor="anna")
    segment("guests", {"leaf": "tag", "tag": "VIP"})
    with pytest.raises(TagInUse, match="guests"):
        desk.archive_tag("VIP", actor="anna")
    segment("guests", {"leaf": "everyone"})
    desk.archive_tag("VIP", actor="anna")
    with pytest.raises(SegmentImpossible, match="no tag VIP"):
        segment("guests", {"leaf": "tag", "tag": "VIP"})
    with pytest.raises(TagArchived):
        give(clock, "VIP", cards["C2"], actor="anna")
    assert said(clock, cards["C1"]) == [], "of an archived tag nobody is a bearer"
    assert [one.seen.tag.name for one in desk.listed_tags(clock(), archived=True)] == ["VIP"]
    desk.restore_tag("VIP", actor="anna")
    assert bearing(clock, "VIP") == [cards["C1"]], "and it comes back with those who bore it"
    (listed,) = desk.listed_tags(clock())
    assert (listed.seen.bearers, listed.segments, listed.unused) == (1, (), False)
    assert [action for (action,) in rows("SELECT action FROM access_auditentry WHERE action LIKE 'tag.%%' ORDER BY id")
            ] == ["tag.define", "tag.define", "tag.define", "tag.give", "tag.archive", "tag.restore"]  # fmt: skip


def test_by_hand_it_fades_expires_is_taken_and_given_back(clock, cards):
    c1 = cards["C1"]
    kept(expires_days=100)
    give(clock, "VIP", c1, actor="anna", note="opened the store with us", strength=80)
    assert said(clock, c1) == [("VIP", 80, "given by hand by anna: opened the store with us")]
    assert bearing(clock, "VIP", at_least=80) == [c1]
    clock.now += timedelta(days=30)
    assert bearing(clock, "VIP", at_least=41) == []
    assert bearing(clock, "VIP", at_least=40) == [c1]
    clock.now += timedelta(days=30)
    assert bearing(clock, "VIP") == [c1], "the last day of a strength of 20"
    assert (counted(clock), shown(clock, "VIP")) == ({"VIP": 1}, [c1])
    clock.now += timedelta(days=1)
    assert bearing(clock, "VIP") == []
    assert (counted(clock), shown(clock, "VIP")) == ({"VIP": 0}, []), "also before a night has ended what faded"
    assert said(clock, c1) == []
    assert renewing.renew_tags(clock).ended == 1
    give(clock, "VIP", c1, actor="bert")
    kept(half_life_days=None, expires_days=100)
    clock.now += timedelta(days=100)
    assert bearing(clock, "VIP") == [c1]
    desk.take_tag("VIP", c1, actor="anna")
    assert bearing(clock, "VIP") == []
    with pytest.raises(TagNotBorne):
        desk.take_tag("VIP", c1, actor="anna")
    assert [one.ended_by for one in tags.lost_by(c1)] == ["anna"]
    desk.give_tag_back("VIP", c1, actor="anna")
    assert bearing(clock, "VIP") == [c1]
    today = clock.now.date()
    assert sum(tags.strengths(tags.find("VIP"), today)) == 1
    clock.now += timedelta(days=1)
    assert bearing(clock, "VIP") == [], "after its last day"
    assert sum(tags.strengths(tags.find("VIP"), clock().date())) == 0, "also before a night has ended it"
    assert (counted(clock), shown(clock, "VIP")) == ({"VIP": 0}, [])
    for refused in (lambda: give(clock, "WHO", c1, actor="anna"), lambda: desk.take_tag("WHO", c1, actor="anna")):
        with pytest.raises(TagUnknown):
            refused()


def test_from_a_segment_it_is_renewed_each_night_and_what_a_person_took_stays_off(clock, cards):
    c1, c2 = cards["C1"], cards["C2"]
    segment("lately", {"leaf": "bought", "at_least": 1, "window": {"last_days": 5}})
    kept(Tag(name="regular", owner="Anna", purpose="tea", source=TagSource.SEGMENT, of="lately"))
    kept(Tag(name="was regular", owner="Anna", purpose="tea", source=TagSource.SEGMENT, of="lately", expires_days=2))
    with pytest.raises(SegmentInUse, match="tag regular"):
        asking.delete_segment("lately", actor="anna")
    with pytest.raises(TagsCircular, match="regular"):
        segment("lately", {"leaf": "tag", "tag": "regular"})
    assert renewing.renew_new_tags(clock).moved == {"regular": (2, 0), "was regular": (2, 0)}
    assert renewing.renew_new_tags(clock).moved == {}, "nothing is new"
    assert bearing(clock, "regular") == [c1, c2]
    assert said(clock, c1)[0] == ("regular", 100, "in the segment lately")
    desk.take_tag("regular", c1, actor="anna")
    assert renewing.renew_tags(clock).moved == {"regular": (0, 0), "was regular": (0, 0)}, "written is what differs"
    assert bearing(clock, "regular") == [c2], "a person's word stands against the segment's"
    clock.now += timedelta(days=2)  # they bought on 2 and 3 November
    assert renewing.renew_tags(clock).moved == {"regular": (0, 1), "was regular": (0, 2)}
    assert bearing(clock, "regular") == [], "lost at once, for nothing says how long it lasts"
    assert bearing(clock, "was regular") == [c1, c2], "lost after two days"
    clock.now += timedelta(days=3)
    assert bearing(clock, "was regular") == []
    clock.now -= timedelta(days=5)
    renewing.renew_tags(clock)
    assert bearing(clock, "regular") == [c2], "and found again it comes again"
    give(clock, "regular", c1, actor="anna")
    assert bearing(clock, "regular") == [c1, c2], "a person gives back what a person took"
    assert tags.growth(tags.find("regular").id) == [(TODAY, 1), (TODAY + timedelta(days=2), 0)]


def test_rules_are_asked_once_a_week_and_tastes_are_reckoned(clock, cards):
    c1 = cards["C1"]
    run(f"UPDATE members_member SET birthday = '1960-01-01' WHERE id = {c1}",
        "INSERT INTO members_facts (member_id, layer, recency_score, frequency_score, monetary_score, "
        "first_purchase_on, last_purchase_on, receipts_year, spend_year_fen, categories, category_shares) VALUES "
        f"({c1}, 'gold', 5, 4, 3, '2026-10-11', '2026-11-02', 2, 7550, '{{dairy}}', '{{800}}')")  # fmt: skip
    kept(Tag(name="senior", owner="Anna", purpose="early market", source=TagSource.RULE, of="senior"))
    kept(Tag(name="dairy lover", owner="Anna", purpose="milk", source=TagSource.TASTE, of="dairy", least=40,
             half_life_days=10))  # fmt: skip
    assert renewing.renew_new_tags(clock).moved == {"senior": (1, 0)}
    assert said(clock, c1) == [("senior", 100, "told a birthday: 66 years old"),
                        ("dairy lover", 60, "80 % of what they spend, weighed by how long ago, is dairy")]  # fmt: skip
    assert bearing(clock, "dairy lover", at_least=60) == [c1]
    assert {one.seen.tag.name: one.seen.bearers for one in desk.listed_tags(clock())} == {"dairy lover": 1, "senior": 1}
    for refused in (
        lambda **by: give(clock, "dairy lover", c1, **by),
        lambda **by: desk.take_tag("dairy lover", c1, **by),
    ):
        with pytest.raises(TagIsReckoned):
            refused(actor="anna")
    run("UPDATE members_member SET birthday = NULL")
    clock.now += timedelta(days=6)
    assert renewing.renew_tags(clock).moved == {}
    assert bearing(clock, "dairy lover") == [c1], "10 days after the last purchase half of 80 is left"
    clock.now += timedelta(days=1)
    assert renewing.renew_tags(clock).moved == {"senior": (0, 1)}
    assert (bearing(clock, "dairy lover"), bearing(clock, "senior")) == ([], [])


def test_a_merge_carries_the_tags_and_parting_brings_them_back(clock, cards):
    c1, c2 = cards["C1"], cards["C2"]
    kept()
    kept(name="neighbour")
    give(clock, "VIP", c1, actor="anna", strength=40)
    give(clock, "VIP", c2, actor="anna", strength=90)
    give(clock, "neighbour", c2, actor="anna")
    before = rows("SELECT * FROM segments_bearer ORDER BY id")
    assert shown(clock, "VIP") == [c1, c2]
    merged = merge_members(c1, c2, now=clock(), actor="test")
    assert (shown(clock, "VIP"), shown(clock, "neighbour")) == ([c1, c1], [c1]), "a page names the person, not the part"
    assert [(name, strength) for name, strength, _ in said(clock, c1)] == [("neighbour", 100), ("VIP", 90)], "each once"
    assert (bearing(clock, "neighbour"), bearing(clock, "VIP", at_least=90)) == ([c1], [c1])
    assert counted(clock) == {"VIP": 1, "neighbour": 1}, "a person bears it once, also through a part alone"
    part_members(merged.number, now=clock(), actor="test")
    assert rows("SELECT * FROM segments_bearer ORDER BY id") == before
    assert (bearing(clock, "neighbour"), bearing(clock, "VIP")) == ([c2], [c1, c2])
    assert counted(clock) == {"VIP": 2, "neighbour": 1}


def sensitive(name: str = "expecting", about: ConsentAbout = ConsentAbout.PREGNANCY) -> Tag:
    return kept(Tag(name=name, owner="Anna", purpose="advice", source=TagSource.HAND, sensitive=about))


def test_a_sensitive_tag_needs_its_own_consent_and_goes_with_it(clock, cards):
    c1, c2 = cards["C1"], cards["C2"]
    sensitive()
    with pytest.raises(TagNeedsConsent):
        give(clock, "expecting", c1, actor="anna")
    with pytest.raises(ConsentWithoutProof):
        desk.note_consent(c1, ConsentAbout.PREGNANCY, given=True, actor="anna", how=" ")
    assert desk.note_consent(c1, ConsentAbout.PREGNANCY, given=True, actor="anna", how=PROOF)
    assert not desk.note_consent(c1, ConsentAbout.PREGNANCY, given=True, actor="anna", how=PROOF), "said already"
    give(clock, "expecting", c1, actor="anna")
    assert bearing(clock, "expecting") == [c1]
    merged = merge_members(c2, c1, now=clock(), actor="test")
    assert bearing(clock, "expecting") == [c2], "one person, one word"
    part_members(merged.number, now=clock(), actor="test")
    assert desk.note_consent(c1, ConsentAbout.PREGNANCY, given=False, actor="anna", how="by phone")
    assert rows("SELECT count(*) FROM segments_bearer") == [(0,)], "gone, not only ended"
    assert [(one.about, one.given, one.how) for one in members.consents_of(c1)] == [
        ("pregnancy", False, "by phone"), ("pregnancy", True, PROOF)
    ]  # fmt: skip
    run("INSERT INTO segments_bearer (tag_id, member_id, since, given_by, source, strength, as_of, ongoing) SELECT id, "
        f"{c1}, '2026-11-01', 'x', 'hand', 100, '2026-11-01', false FROM segments_tag")  # fmt: skip
    assert bearing(clock, "expecting") == [], "without the consent a row says nothing"
    assert said(clock, c1) == []


def test_a_tag_that_becomes_sensitive_is_lost_by_those_who_never_agreed(clock, cards):
    kept()
    for card in ("C1", "C2"):
        give(clock, "VIP", cards[card], actor="anna")
    desk.note_consent(cards["C2"], ConsentAbout.HEALTH, given=True, actor="anna", how=PROOF)
    kept(sensitive=ConsentAbout.HEALTH)
    assert rows("SELECT member_id FROM segments_bearer") == [(cards["C2"],)]


def test_who_may_not_see_sensitive_tags_sees_none_whatever_is_asked(clock, cards, monkeypatch):
    sensitive()
    kept()
    stores = store_ids()
    for card, store in (("C1", "east"), ("C2", "west")):
        run(f"UPDATE members_member SET home_store_id = {stores[store]} WHERE id = {cards[card]}")
        desk.note_consent(cards[card], ConsentAbout.PREGNANCY, given=True, actor="anna", how=PROOF)
        give(clock, "expecting", cards[card], actor="anna")
        give(clock, "VIP", cards[card], actor="anna")

    def seen_as(scope: Scope) -> list[set]:
        with access.scoped(scope):
            borne = "SELECT t.name FROM segments_bearer b JOIN segments_tag t ON t.id = b.tag_id"
            visible = [cards[card] for card in ("C1", "C2") if _visible(cards[card])]
            shown = [one.tag for member in visible for one in desk.tags_of_member(members.member(member), TODAY, str)]
            return [
                {name for (name,) in rows(borne)},
                {name for (name,) in rows("SELECT about FROM members_consent")},
                {name for (name,) in rows("SELECT about FROM members_agreed")},
                {row["tag"] for table in tags.everybody() for row in table.to_pylist()},
                set(shown),
            ]

    every = {"expecting", "VIP"}
    assert seen_as(scope_of(Role.ADMINISTRATOR, [])) == [every, {"pregnancy"}, {"pregnancy"}, every, every]
    few = [{"VIP"}, set(), set(), {"VIP"}, {"VIP"}]
    for role in (Role.MARKETER, Role.SERVICE_AGENT, Role.STORE_MANAGER, Role.CASHIER):
        assert seen_as(scope_of(role, [stores["east"]])) == few, role
    assert seen_as(WHOLE_CHAIN) == few
    # The leak, planted: a policy that forgets what is sensitive is found by the same look.
    run("DROP POLICY scope ON segments_bearer",
        "CREATE POLICY scope ON segments_bearer USING ((SELECT huitou_sees_all()) OR EXISTS "
        "(SELECT FROM members_member m WHERE m.id = member_id))")  # fmt: skip
    assert seen_as(scope_of(Role.CASHIER, [stores["east"]]))[0] == every


class Person:
    """Somebody at the console."""

    store_ids: tuple[int, ...] = ()

    def __init__(self, role: Role) -> None:
        self.username, self.role = str(role), role


def test_a_segment_that_names_a_sensitive_tag_is_asked_by_who_may_see_it(clock, cards):
    c1 = cards["C1"]
    sensitive()
    desk.note_consent(c1, ConsentAbout.PREGNANCY, given=True, actor="anna", how=PROOF)
    give(clock, "expecting", c1, actor="anna")
    asked = {"leaf": "tag", "tag": "expecting"}
    segment("mothers", asked)
    admin, marketer = Person(Role.ADMINISTRATOR), Person(Role.MARKETER)
    for where in (asked, {"not": asked}, {"all": [{"leaf": "segment", "segment": "mothers"}]}):
        text = json.dumps({"language": 1, "where": where})
        asking.read_whole(text, person=admin)
        for refused in (
            lambda text=text: asking.read_whole(text, person=marketer),
            lambda text=text: asking.define_segment("x", text, made_by="m", person=marketer),
            lambda text=text: asking.why_member(text, c1, at=clock(), say=str, person=marketer),
        ):
            with pytest.raises(SensitiveTagAsked):
                refused()
    offer = {"id": "O", "valid": {"segments": ["mothers"]}, "get": {"kind": "percent_off", "percent": "10"}}
    with pytest.raises(SensitiveTagAsked):  # whoever tries a basket with it learns who is in the segment
        draft_offer(offer, actor="m", person=marketer)
    assert draft_offer(offer, actor="a", person=admin).version == 1, "and nothing of what was refused is left"
    assert asking.why_member(json.dumps({"language": 1, "where": asked}), c1, at=clock(), say=str, person=admin).holds
    leak = Tag(name="advice", owner="Anna", purpose="p", source=TagSource.SEGMENT, of="mothers")
    with pytest.raises(TagUnfit, match="sensitive"):
        kept(leak)
    kept(replace(leak, sensitive=ConsentAbout.PREGNANCY))
    segment("open", {"leaf": "everyone"})
    kept(replace(leak, name="open to all", of="open"))
    with pytest.raises(TagUnfit, match="open to all"):
        segment("open", asked)


def _visible(member: int) -> bool:
    return bool(rows("SELECT 1 FROM members_member WHERE id = %s", member))


def test_a_person_gets_their_tags_and_consents_and_is_forgotten(clock, cards):
    c1 = cards["C1"]
    sensitive()
    kept()
    desk.note_consent(c1, ConsentAbout.PREGNANCY, given=True, actor="anna", how=PROOF)
    for name in ("expecting", "VIP"):
        give(clock, name, c1, actor="anna", note="she said so")
    told = personal_data.export(c1)["segments_bearer"]
    assert [(one["tag"], one["strength"], json.loads(one["because"])["note"]) for one in told] == [
        ("expecting", 100, "she said so"), ("VIP", 100, "she said so")
    ]  # fmt: skip
    assert [one["about"] for one in of_members.export(c1)["members_consent"]] == ["pregnancy"]
    assert personal_data.erase(c1)["segments_bearer"] == 2
    assert of_members.erase(c1)["members_consent"] == 1
    assert personal_data.erase(c1)["segments_bearer"] == 0


def test_the_planner_is_told_of_many_new_bearers(clock, cards):
    """Of a table that was empty before it compares each row that stays with each that is wanted, and does not end."""
    run("INSERT INTO members_member (joined_on) SELECT '2026-01-01' FROM generate_series(1, 1500)")
    everybody = [row[0] for row in rows("SELECT id FROM members_member WHERE merged_into_id IS NULL")]
    kept(VIP)
    seen = tags.find(VIP.name)
    came, _ = tags.renew(seen, tags.from_segment("all", 1, everybody), clock().date())
    assert came == len(everybody)
    assert rows("SELECT reltuples >= 1500 FROM pg_class WHERE relname = 'segments_bearer'") == [(True,)]
