"""The pages of figures cut to a segment: beside everybody else, in links and files, within one's stores."""

from __future__ import annotations

import csv
import json
from datetime import UTC, date, datetime
from io import StringIO

import pytest
from django.utils.translation import override

from huitou.doors.console.views.kpis import _month_row
from huitou.insight.terms import KpiFigure
from huitou.members import service as members
from huitou.members.terms import ConsentAbout, MemberRef, NewEvent
from huitou.segments import service as segments
from huitou.segments.errors import SegmentTookTooLong
from huitou.segments.service import tags
from huitou.segments.terms.tags import Tag, TagSource
from huitou.usecases.analyse import Asked, funnel_of
from huitou.usecases.segment_snapshots import take_snapshot
from huitou.usecases.segments import define_segment
from huitou.usecases.tags import define_tag
from tests.builders import member_ids, store_ids

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.usefixtures("one_connection")]
EXPECTING = Tag(
    name="expecting", owner="Anna", purpose="advice", source=TagSource.HAND, sensitive=ConsentAbout.PREGNANCY
)
BOUGHT_EAST = {"leaf": "bought", "at_least": 1, "of": {"stores": ["east"]}}


def defined(name: str, where: dict) -> int:
    define_segment(name, json.dumps({"language": 1, "where": where}), made_by="test")
    return segments.find(name).segment_id


def sales(client, **asked) -> list[dict[str, str]]:
    answer = client.get("/figures/sales.csv", asked)
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"))))


def test_figures_of_a_segment_stand_beside_everybody_elses(lasting_chain, as_role):
    number = defined("东区", BOUGHT_EAST)
    marketer = as_role("marketer")
    everybody, theirs = sales(marketer), sales(marketer, segment=number)
    newest = next(row for row in theirs[::-1] if row["cut"] == "28 days")
    assert (newest["numerator"], everybody[0]["numerator"]) == ("7550", "13360"), (
        "C1 bought for 85.50, and gave 10 back"
    )
    assert {(row["segment"], row["version"]) for row in theirs} == {("东区", "1")}, "because a file says whose it is"

    page = marketer.get("/figures/sales", {"segment": number}).content.decode()
    for told in ("其他所有人", "东区", f"segment={number}", "huitou kpis --kpi sales", "--segment"):
        assert told in page, told
    listed = marketer.get("/figures", {"segment": number}).content.decode()
    assert f"/figures/sales?segment={number}" in listed, "because the choice goes on to each figure's page"


def test_a_snapshot_holds_who_was_in_it_then(lasting_chain, as_role):
    number = defined("东区", BOUGHT_EAST)
    taken = take_snapshot("东区", asked_by="test", now=lambda: datetime.now(UTC))["snapshot"]
    define_segment("东区", json.dumps({"language": 1, "where": {"leaf": "everyone"}}), made_by="test")
    marketer = as_role("marketer")
    now, then = sales(marketer, segment=number), sales(marketer, segment=number, snapshot=taken)
    assert (then[0]["version"], now[0]["version"]) == ("1", "2")
    assert int(then[0]["numerator"]) < int(now[0]["numerator"])
    other = defined("别的", {"leaf": "everyone"})
    assert sales(marketer, segment=other, snapshot=taken)[0]["segment"] == "别的", "a snapshot of another is none"


def test_a_snapshot_of_who_bears_a_sensitive_tag_is_for_who_may_see_it(lasting_chain, as_role):
    define_tag(EXPECTING, made_by="test")
    number = defined("准妈妈", {"leaf": "tag", "tag": "expecting"})
    taken = take_snapshot("准妈妈", asked_by="test", now=lambda: datetime.now(UTC))["snapshot"]
    define_segment("准妈妈", json.dumps({"language": 1, "where": {"leaf": "everyone"}}), made_by="test")
    address = "/figures/sales.csv"
    asked = {"segment": number, "snapshot": taken}
    assert as_role("administrator").get(address, asked).status_code == 200
    marketer = as_role("marketer")
    assert marketer.get(address, {"segment": number}).status_code == 200, "who is in it now is no secret"
    assert marketer.get(address, asked).status_code == 403, "what its version named then counts"


def test_a_sensitive_tag_is_changed_by_who_may_see_it(lasting_chain, as_role):
    define_tag(EXPECTING, made_by="test")
    tag = tags.find("expecting")
    form = {"name": "expecting", "owner": "o", "purpose": "p", "source": "hand", "least": "1", "on_top_of": "1"}
    marketer = as_role("marketer")
    for address in (f"/tags/{tag.id}/edit", "/tags/new"):
        assert marketer.post(address, form).status_code == 403, "else everybody sees who bears it"
    assert marketer.post(f"/tags/{tag.id}/archive").status_code == 403
    assert tags.find("expecting").tag.sensitive is ConsentAbout.PREGNANCY
    assert as_role("administrator").post(f"/tags/{tag.id}/edit", form).status_code == 302
    assert tags.find("expecting").tag.sensitive is None


def test_a_stores_people_count_their_own_members_and_receipts(lasting_chain, as_role):
    everyone = defined("所有", {"leaf": "everyone"})
    manager = as_role("store_manager", store="west")
    found = sales(manager, segment=everyone)
    assert found[0]["numerator"] == "2260", "C2 is at home there; who has no card is in no segment"
    elsewhere = sales(manager, segment=everyone, store=store_ids()["east"])
    assert [row["numerator"] for row in elsewhere] == [row["numerator"] for row in found], "not of another store"
    asked = as_role("marketer").get("/figures/sales", {"segment": "999999"})
    assert asked.status_code == 404
    assert as_role("marketer").get("/figures/sales", {"segment": "x"}).status_code == 404


VIEWS = ("hours", "categories", "stores", "demand", "together", "funnel")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_analysis_answers_of_everybody_and_of_a_segment(lasting_chain, as_role, language):
    number = defined("东区", BOUGHT_EAST)
    nobody = defined("没人", {"all": [BOUGHT_EAST, {"not": {"leaf": "everyone"}}]})
    marketer, west = as_role("marketer", language=language), as_role("store_manager", store="west", language=language)
    for view in VIEWS:
        for asked in ({}, {"segment": number}, {"segment": nobody}, {"weeks": "52", "ends": "2026-11-10"}):
            assert marketer.get("/analysis", {"view": view, "counted": "1", **asked}).status_code == 200, (view, asked)
        assert west.get("/analysis", {"view": view, "counted": "1", "segment": number}).status_code == 200
    for asked in ({"segment": number}, {"segment": nobody}, {"segment": number, "store": store_ids()["west"]}):
        assert marketer.get("/members/all", {"view": "cohorts", **asked}).status_code == 200, asked
    for hostile in ({"within": "a/" * 20}, {"within": "x" * 500}, {"segment": "9" * 30}):
        assert marketer.get("/analysis", hostile).status_code == 404, hostile
    strange = {
        "view": "categories",
        "within": "it's' OR '1",
        "level": "x",
        "weeks": "-1",
        "store": "7x",
        "ends": "x",
        "counted": "1",
    }
    assert marketer.get("/analysis", strange | {"counted": "1"}).status_code == 200
    assert marketer.get("/analysis", {"view": "together", "level": "'; DROP", "counted": "1"}).status_code == 200


def test_the_way_from_looking_to_paying_is_that_of_the_events(lasting_chain, as_role):
    marketer, west = as_role("marketer", language="en"), as_role("store_manager", store="west", language="en")
    empty = marketer.get("/analysis", {"view": "funnel", "counted": "1"}).content.decode()
    assert "/api/v1/events" in empty, "because where no event is known the page says what to send"

    happened("C1", "view", "2026-11-02 09:50", channel="app")
    happened("C1", "basket", "2026-11-02 09:55", channel="app")
    happened("C1", "view", "2026-11-08 09:50", channel="app")
    happened("C1", "basket", "2026-11-08 09:55", channel="app", reason="delivery_fee")
    happened("C2", "view", "2026-11-02 10:30", store="west", channel="<b>")
    happened("C2", "sign_in", "2026-11-02 10:31", store="west", channel="sms")
    happened(None, "view", "2026-11-02 10:30", channel="app")
    _, found = funnel_of(Asked(until=date(2026, 11, 20)))
    assert [(one.channel, one.all.looked, one.all.basket.part, one.all.basket_paid.part, one.all.paid.part)
            for one in found.channels] == [("app", 2, 2, 1, 1), ("", 1, 0, 0, 1)], (
        "receipt 2 pays C1's first basket, nothing the second; a channel that is no code is none; who is unknown is out"
    )  # fmt: skip
    assert [(one.channel, one.paid_in) for one in found.paid_in] == [("", "store"), ("app", "store")]
    assert [(one.with_basket, one.reason) for one in found.left_for] == [(True, "delivery_fee")]
    page = marketer.get("/analysis", {"view": "funnel", "counted": "1"}).content.decode()
    for told in ("2 of 3 looks led to something in the basket, and 1 of these were paid", "the delivery fee", "app"):
        assert told in page, told
    assert "delivery_fee" not in page, "a usual reason is told in words, not by its code"
    theirs = west.get("/analysis", {"view": "funnel", "counted": "1"}).content.decode()
    assert "1 of 1 looks" in theirs, "because what C1 did names no store"
    assert "the delivery fee" not in theirs


def happened(card: str | None, kind: str, at: str, *, store: str = "", **detail: str) -> None:
    ref = MemberRef("card", card) if card else None
    moment = datetime.fromisoformat(f"{at}:00+08:00")
    event = NewEvent("app", f"{card} {kind} {at}", kind, ref, store_ids()[store] if store else None, moment, detail)
    members.record_event(event, member_ids()[card] if card else None)


def test_the_analysis_counts_only_the_readers_store(lasting_chain, as_role):
    page = as_role("store_manager", store="west").get("/analysis", {"view": "stores", "counted": "1"}).content.decode()
    assert "west" in page
    assert "east" not in page, "because the lake knows no policies, and the page names their store"


def test_the_analysis_comes_before_it_is_counted(lasting_chain, as_role, monkeypatch):
    """Because in a large chain counting takes seconds, and a page that is not there yet says nothing."""

    def count(asked):
        raise SegmentTookTooLong(seconds=30)

    monkeypatch.setattr("huitou.doors.console.views.analysis.hours.hours_of", count)
    marketer = as_role("marketer", language="en")
    page = marketer.get("/analysis", {"weeks": "4"}).content.decode()
    assert 'hx-get="/analysis?weeks=4&amp;view=hours&amp;counted=1"' in page
    counted = marketer.get("/analysis", {"weeks": "4", "counted": "1"})
    assert counted.status_code == 200
    assert "Ask for shorter windows" in counted.content.decode(), "what to do stands in its place"


@pytest.mark.parametrize(
    ("month", "before", "alone", "because"),
    [
        ((10, 1, 31), (9, 1, 30), "", "both are whole"),
        ((9, 1, 30), (8, 1, 31), "no whole month before", "the chain began on 28 August: four days are no measure"),
        ((8, 1, 31), None, "from 28 Aug 2025 on", "of the days before nothing is known"),
        ((11, 1, 20), (10, 1, 31), "not over yet", "20 days beside 31 would look like a fall"),
    ],
)
def test_a_month_is_compared_with_a_whole_one_before_it(month, before, alone, because):
    def figure(of: tuple[int, int, int]) -> KpiFigure:
        return KpiFigure("sales", date(2025, of[0], of[1]), date(2025, of[0], of[2]), 100, None)

    with override("en"):
        row = _month_row(figure(month), before and figure(before), date(2025, 8, 28))
    assert (row.alone, row.before) == (alone, None if alone else figure(before)), because
