"""The pages of segments: listed, built, counted among the members one sees, kept in versions, put away and back."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from django.utils import translation

from huitou.doors.console.segmenting.facts import choices
from huitou.segments import service as segments
from huitou.usecases.segments import define_segment
from tests.builders import member_ids, rows, run

pytestmark = [pytest.mark.django_db(databases=["default"]), pytest.mark.usefixtures("one_connection")]

EVERYONE = {"leaf": "everyone"}


def tree(*conditions) -> str:
    return json.dumps({"language": 1, "where": {"all": list(conditions)}}, ensure_ascii=False)


def bought(**asked):
    return {"leaf": "bought", "at_least": 1, **asked}


def test_a_segment_is_built_kept_changed_put_away_and_back(lasting_chain, as_role):
    marketer = as_role("marketer")
    assert "还没有人群" in marketer.get("/segments").content.decode(), "because an empty page says what to do"
    assert marketer.get("/segments/new").status_code == 200

    kept = {"name": "常客", "tree": tree(bought()), "on_top_of": "0", "do": "keep"}
    answer = marketer.post("/segments/new", kept)
    assert answer.status_code == 302
    number = segments.find("常客").segment_id
    assert answer["Location"] == f"/segments/{number}"
    taken = marketer.post("/segments/new", kept)
    assert (taken.status_code, "已经有叫 常客 的人群" in taken.content.decode()) == (409, True)

    changed = {"tree": tree(bought(at_least=2)), "on_top_of": "1", "do": "keep"}
    assert marketer.post(f"/segments/{number}/edit", changed).status_code == 302
    late = marketer.post(f"/segments/{number}/edit", changed | {"tree": tree(EVERYONE)})
    assert (late.status_code, segments.find("常客").version) == (409, 2), "because somebody else's change is not lost"
    assert "at_least" in late.content.decode(), "because what was built is still on the page"
    page = marketer.get(f"/segments/{number}").content.decode()
    assert "购买任意商品至少 2 次" in page, "because the versions say what changed"

    define_segment("别的", tree({"leaf": "segment", "segment": "常客"}), made_by="test")
    refused = marketer.post(f"/segments/{number}/archive")
    assert (refused.status_code, "别的" in refused.content.decode()) == (409, True)
    other = segments.find("别的").segment_id
    assert marketer.post(f"/segments/{other}/archive").status_code == 302
    assert marketer.post(f"/segments/{number}/archive").status_code == 302
    assert [one.name for one in segments.listed()] == []
    assert "常客" in marketer.get("/segments?archived=1").content.decode()
    orphan = marketer.post(f"/segments/{other}/restore")
    assert orphan.status_code == 422, "because what it names is archived"
    assert marketer.post(f"/segments/{number}/restore").status_code == 302
    assert [one.name for one in segments.listed()] == ["常客"]


def test_what_cannot_be_is_named_at_its_condition_while_it_is_typed(lasting_chain, as_role):
    marketer = as_role("marketer")
    define_segment("一", tree(EVERYONE), made_by="test")
    define_segment("二", tree({"leaf": "segment", "segment": "一"}), made_by="test")

    def wrong(*conditions, called="") -> dict:
        return marketer.post("/segments/check", {"tree": tree(*conditions), "called": called}).json()["wrong"][0]

    assert wrong(EVERYONE, bought(of={"categories": ["不存在"]})) == {
        "at": "where.all[1].of.categories[0]",
        "says": "第 2 条：没有品类 不存在。",
    }
    assert "早于" in wrong(bought(window={"since": "2026-02-01", "until": "2026-01-01"}))["says"]
    assert "一 → 二 → 一" in wrong({"leaf": "segment", "segment": "二"}, called="一")["says"]
    assert wrong({"leaf": "attribute", "of": "age", "window": {"last_days": 3}})["at"] == "where.all[0].window"
    assert wrong({"leaf": "tier"})["says"] == "第 1 条还没填完：选好或填上缺的地方。"
    deep = "[" * 1_000 + "]" * 1_000
    too_deep = marketer.post("/segments/check", {"tree": deep}).json()["wrong"][0]
    assert (too_deep["code"], bool(too_deep["next"])) == ("segment_too_large", True), "and what to do about it"
    fine = marketer.post("/segments/check", {"tree": tree(bought())}).json()
    assert (fine["wrong"], "购买" in fine["sentence"], fine["other"].startswith("Members who")) == ([], True, True)


def test_what_nothing_bears_is_counted_and_doubted_in_the_persons_language(lasting_chain, as_role):
    asked = {"tree": tree({"leaf": "tier", "is_one_of": ["钻石卡"]}), "page": "p", "number": "1"}
    told = as_role("marketer").post("/segments/count", asked).json()
    assert (told["members"], told["doubts"]) == (0, ["目前没有会员处于等级「钻石卡」，请确认名称是否正确。"])
    fine = as_role("store_manager", "east").post("/segments/count", asked | {"tree": tree(EVERYONE)}).json()
    assert fine["doubts"] == []
    assert "data-doubts" in as_role("marketer").get("/segments/new").content.decode()


def test_each_person_counts_the_members_they_see(lasting_chain, as_role):
    define_segment("所有人", tree(EVERYONE), made_by="test")
    for role, store, members in (("marketer", "", 2), ("manager", "east", 1)):
        person = as_role("store_manager" if role == "manager" else role, store)
        told = person.post("/segments/count", {"tree": tree(EVERYONE), "page": "p", "number": "1"}).json()
        assert told["members"] == members, role
        counted = person.get("/segments/counts").content.decode()
        assert f'<td class="num fw6">{members}</td>' in counted
        drawn = person.post("/segments/profile", {"tree": tree(EVERYONE), "page": "p", "number": "2"}).json()["html"]
        assert drawn.count("/members/") == members


def test_another_stores_member_is_nobody_to_a_manager(lasting_chain, as_role):
    manager = as_role("store_manager", "east")
    codes = {card: f"M{number:08}" for card, number in member_ids().items()}
    asked = {"tree": tree(EVERYONE), "page": "p"}
    answers = {card: manager.post("/segments/why", asked | {"who": code}).json() for card, code in codes.items()}
    assert ["html" in answers[card] for card in ("C1", "C2")] == [True, False]


def test_an_export_needs_its_right_and_leaves_a_line(lasting_chain, as_role):
    define_segment("所有人", tree(EVERYONE), made_by="test")
    number = segments.find("所有人").segment_id
    assert as_role("store_manager", "east").post(f"/segments/{number}/export").status_code == 403
    answer = as_role("marketer").post(f"/segments/{number}/export")
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert [line.split(",")[0] for line in lines] == ["member", *sorted(f"M{one:08}" for one in member_ids().values())]
    ((detail,),) = rows("SELECT detail FROM access_auditentry WHERE action = 'segment.export'")
    assert json.loads(detail)["members"] == 2 if isinstance(detail, str) else detail["members"] == 2
    page = as_role("administrator").get(f"/segments/{number}").content.decode()
    line = page.split('id="exports"')[1].split("</ul>")[0]
    assert "2 个会员号" in line
    assert "marketer" in line, "who took them out"
    assert 'id="exports"' not in as_role("store_manager", "east").get(f"/segments/{number}").content.decode()


def test_nobody_left_says_which_condition_took_the_last(lasting_chain, as_role):
    never = bought(at_least=1_000)
    told = as_role("marketer").post("/segments/count", {"tree": tree(EVERYONE, never), "page": "p", "number": "1"})
    html = told.json()["html"]
    assert "没有人全部满足" in html
    assert "到第 2 条之前还有 2 人" in html


def test_the_list_counts_only_what_nobody_knows(lasting_chain, as_role, monkeypatch):
    from django.db import connection

    from huitou.usecases import segment_desk
    from huitou.usecases.segment_snapshots import take_snapshot

    counted: list[list[str]] = []
    count = segment_desk.count_listed

    def noting(names, *asked, **more):
        counted.append(list(names))
        return count(names, *asked, **more)

    monkeypatch.setattr(segment_desk, "count_listed", noting)
    for name in ("实时", "快照", "没数过"):
        define_segment(name, tree(EVERYONE), made_by="test")
    take_snapshot("快照", asked_by="test", now=lambda: datetime.now(UTC))
    with connection.cursor() as cursor:
        number = segments.find("实时").segment_id
        cursor.execute("INSERT INTO segments_live (segment_id, found_by) VALUES (%s, 'x')", [number])
        cursor.execute(
            "INSERT INTO segments_membership (segment_id, member_id, since) SELECT %s, id, now() FROM members_member",
            [number],
        )
    marketer, manager = as_role("marketer"), as_role("store_manager", "east")
    opened = marketer.get("/segments").content.decode()
    assert opened.count('<td class="num fw6">2</td>') == 2, "because the live one and the snapshot are known"
    marketer.get("/segments/counts")
    manager.get("/segments/counts")
    marketer.get("/segments/counts", {"all": "1"})
    assert counted == [["没数过"], ["快照", "没数过"], ["实时", "快照", "没数过"]], (
        "because a snapshot is of the whole chain, and a manager sees a store"
    )
    assert '<td class="num fw6">1</td>' in manager.get("/segments").content.decode(), "of the live one's members"


def test_the_page_says_how_far_a_snapshot_is_who_left_it_and_ends_it(lasting_chain, as_role):
    from huitou.usecases.segment_snapshots import count_next, take_snapshot

    define_segment("所有人", tree(EVERYONE), made_by="test")
    define_segment("别的", tree(EVERYONE), made_by="test")
    number, other = (segments.find(name).segment_id for name in ("所有人", "别的"))
    marketer, manager = as_role("marketer"), as_role("store_manager", "east")
    lapse = "UPDATE segments_snapshot SET leased_until = clock_timestamp() - interval '1 second'"

    def says(text: str) -> str:
        page = marketer.get(f"/segments/{number}").content.decode()
        assert text in page
        mark = page.split("/growth?seen=")[1].split('"')[0]
        assert marketer.get(f"/segments/{number}/growth", {"seen": mark}).status_code == 204, (
            "nothing new, nothing sent"
        )
        assert text in marketer.get(f"/segments/{number}/growth", {"seen": ""}).content.decode()
        return page

    assert marketer.post(f"/segments/{number}/snapshot").status_code == 302
    asked = segments.snapshots_of("所有人")[0].id
    assert f"/snapshot/{asked}/stop" in says("几秒内开始统计")
    segments.lease_snapshot("first")
    says("正在记一次快照")
    run(lapse)
    says("没有回应")
    segments.lease_snapshot("second")
    says("第 2 次，最多 3 次")
    assert manager.post(f"/segments/{number}/snapshot/{asked}/stop").status_code == 403
    assert "/growth" not in manager.get(f"/segments/{number}").content.decode(), "a snapshot is of the whole chain"
    assert marketer.post(f"/segments/{other}/snapshot/{asked}/stop").status_code == 404, "it is of another segment"
    assert marketer.post(f"/segments/{number}/snapshot/{asked}/stop").status_code == 302
    assert "/stop" not in says("正在停止").split('id="coming"')[1].split("</div>")[0]
    run(lapse)
    assert not count_next(lambda: datetime.now(UTC))
    assert marketer.get(f"/segments/{number}/growth", {"seen": ""})["HX-Refresh"] == "true"
    assert "上次快照已停止" in marketer.get(f"/segments/{number}").content.decode()
    marketer.post(f"/segments/{number}/snapshot")
    for holder in "123":
        segments.lease_snapshot(holder)
        run(lapse)
    count_next(lambda: datetime.now(UTC))
    assert "先后 3 次" in marketer.get(f"/segments/{number}").content.decode()
    for problem, said in (("segment_took_too_long", "超过了时限"), ("ZeroDivisionError: 13800138000", "程序出错")):
        run(f"UPDATE segments_snapshot SET problem = '{problem}' WHERE state = 'failed'")
        page = marketer.get(f"/segments/{number}").content.decode()
        assert said in page
        assert problem not in page, "because it is a word of the program, and may name data"
    take_snapshot("所有人", asked_by="test", now=lambda: datetime.now(UTC))
    page = marketer.get(f"/segments/{number}").content.decode()
    assert "目前有一次快照" in page
    assert "共 2 人" in page


def test_live_membership_is_switched_on_the_page_and_counts_as_a_use(lasting_chain, as_role):
    define_segment("所有人", tree(EVERYONE), made_by="test")
    number, marketer = segments.find("所有人").segment_id, as_role("marketer")
    assert as_role("store_manager", "east").post(f"/segments/{number}/live", {"on": "1"}).status_code == 403
    assert marketer.post(f"/segments/{number}/live", {"on": "1"}).status_code == 302
    assert "实时" in marketer.get("/segments").content.decode()
    refused = marketer.post(f"/segments/{number}/archive")
    assert refused.status_code == 409, "because who is in it is being kept"
    assert marketer.post(f"/segments/{number}/live", {"on": "0"}).status_code == 302
    assert marketer.post(f"/segments/{number}/archive").status_code == 302


def test_the_page_of_a_live_segment_says_who_came_and_who_left_and_what_moved_them(lasting_chain, as_role):
    from huitou.kernel.ids import member_code
    from huitou.segments.service import live
    from huitou.usecases.live_segments import switch_live

    define_segment("所有人", tree(EVERYONE), made_by="test")
    number, marketer = segments.find("所有人").segment_id, as_role("marketer", language="en")
    switch_live("所有人", on=True, actor="test")
    assert "Nobody has come or left since it went live." in marketer.get(f"/segments/{number}").content.decode()
    east, west = sorted(member_ids().values())[:2]
    now = datetime.now(UTC)
    for found, because in (([east, west], "first"), ([west], "time"), ([east, west], "event")):
        live.settle({"所有人": number}, {"所有人": found}, None, at=now, because=because)
    page = marketer.get(f"/segments/{number}").content.decode()
    moves = page[page.index('id="moves"') :].partition("</ul>")[0]
    assert moves.count(f">{member_code(east)}</a>") == 2, "because whom it found when it was switched on has not moved"
    assert moves.index("by something that happened") < moves.index("by time alone"), "the newest first"
    assert member_code(west) not in moves
    seen = as_role("store_manager", "west").get(f"/segments/{number}").content.decode()
    assert member_code(east) not in seen, "because the member is of another store"


def test_who_may_not_see_a_sensitive_tag_is_not_told_how_many_a_segment_of_it_has(lasting_chain, as_role):
    from huitou.members.terms import ConsentAbout
    from huitou.segments.terms.tags import Tag, TagSource
    from huitou.usecases.segment_snapshots import take_snapshot
    from huitou.usecases.tags import define_tag, give_tag, note_consent

    define_tag(
        Tag(name="孕期", owner="a", purpose="p", source=TagSource.HAND, sensitive=ConsentAbout.PREGNANCY),
        made_by="test",
    )
    for member in member_ids().values():
        note_consent(member, ConsentAbout.PREGNANCY, given=True, actor="test", how="表单")
        give_tag("孕期", member, day=datetime.now(UTC).date(), actor="test")
    define_segment("准妈妈", tree({"leaf": "tag", "tag": "孕期"}), made_by="test")
    define_segment("经由", tree({"leaf": "segment", "segment": "准妈妈"}), made_by="test")
    define_segment("改过", tree({"leaf": "tag", "tag": "孕期"}), made_by="test")
    taken = {
        name: take_snapshot(name, asked_by="test", now=lambda: datetime.now(UTC))["snapshot"]
        for name in ("准妈妈", "经由", "改过", "改过")  # the last twice: growth is drawn of two
    }
    define_segment("改过", tree({"not": EVERYONE}), made_by="test")
    ids = {name: segments.find(name).segment_id for name in taken}
    marketer, admin = as_role("marketer"), as_role("administrator")
    told, hidden = '<td class="num fw6">2</td>', "谁在其中、有多少人，只有管理员能看"
    page = admin.get("/segments").content.decode()
    assert (page.count(told), page.count(hidden)) == (3, 0)
    for address in ("/segments", "/segments/counts?all=1"):
        page = marketer.get(address).content.decode()
        assert (page.count(told), page.count(hidden)) == (0, 2), "of the third an old snapshot alone asked for it"
    drawn = 'data-chart="growth"'
    assert drawn in admin.get(f"/segments/{ids['改过']}").content.decode(), "of two snapshots"
    for name, number in ids.items():
        page = marketer.get(f"/segments/{number}").content.decode()
        assert (drawn in page, hidden in page) == (False, name != "改过"), name
        cut = {"segment": number, "snapshot": taken[name]}
        assert (marketer.get("/figures", cut).status_code, admin.get("/figures", cut).status_code) == (403, 200), name
    before = rows("SELECT count(*) FROM segments_snapshot")
    for name, status in (("准妈妈", 403), ("经由", 403), ("改过", 302)):
        assert marketer.post(f"/segments/{ids[name]}/snapshot").status_code == status, name
    for doing in ("export", "live"):
        assert marketer.post(f"/segments/{ids['经由']}/{doing}", {"on": "1"}).status_code == 403, doing
    assert admin.post(f"/segments/{ids['经由']}/snapshot").status_code == 302
    assert rows("SELECT count(*) FROM segments_snapshot") == [(before[0][0] + 2,)]


def test_a_version_made_by_the_command_line_says_so_in_the_readers_language(lasting_chain, as_role):
    define_segment("命令行建的", tree(EVERYONE), made_by="command line")
    number = segments.find("命令行建的").segment_id
    assert "命令行 · " in as_role("marketer").get(f"/segments/{number}").content.decode()
    assert "command line · " in as_role("marketer", language="en").get(f"/segments/{number}").content.decode()


def test_events_are_chosen_by_name_and_any_other_by_what_is_typed():
    def found(words: str) -> list[tuple[str, str]]:
        with translation.override("en"):
            return [(one.value, one.text) for one in choices("kinds", words)]

    assert found("scan") == [("scan", "code scanned")], "a kind that has a name is not offered by its code, too"
    assert found("lottery") == [("lottery", "lottery")]
    assert len(found("")) == 6
