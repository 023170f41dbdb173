"""Members as another system knows them: who is who, what changes, and what is refused (A2, A5, A10, A12)."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from tests.builders import NOW, books, line, member_ids, rows, run, take
from tests.usecases.describing import counted, reasons, take_described

from huitou.catalogue import service as catalogue
from huitou.members import personal_data
from huitou.members import service as members
from huitou.members.errors import CardsArePhones, NationalIdsNotKept
from huitou.usecases.undo_described import undo_described

pytestmark = pytest.mark.django_db

WANG = {"card": "C1", "name": "王芳", "phone": "13800138000", "birthday": "1988-05-12", "sex": "女"}
LI = {"card": "C2", "name": "李强", "phone": "13900139000", "birthday": "05-20", "sex": "男"}
NATIONAL_ID = "11010519491231002X"


def phones() -> dict[str, bool]:
    """Last digits of each phone, and whether it is verified."""
    return dict(
        rows("SELECT tail || '/' || member_id, verified FROM members_identity WHERE kind = 'phone' ORDER BY id")
    )


def people() -> list[tuple]:
    return rows("SELECT name, birthday::text FROM members_member ORDER BY id")


def test_what_is_personal_is_sealed_and_goes_with_the_person(tmp_path: Path) -> None:
    store, _ = catalogue.take_stores([("HZ01", "西湖店", "")])
    told = {
        **WANG, "email": "Wang@Example.com", "address": "西湖路1号", "store": "西湖店", "joined_on": "2019-03-01",
        "household": "三口之家", "unionid": "u1", "prefers_category": "乳品", "consent_sms": "是",
    }  # fmt: skip
    assert counted(take_described(tmp_path, "members", [told])) == (1, 0, 0)
    ((member, home, joined),) = rows("SELECT id, home_store_id, joined_on::text FROM members_member")
    assert (home, joined) == (store["HZ01"], "2019-03-01")
    stored = repr(rows("SELECT p::text, i::text FROM members_profile p, members_identity i"))
    assert not [word for word in ("13800138000", "ang@", "西湖路") if word in stored], "nothing of it stands in clear"
    profile = personal_data.export(member)["members_profile"]
    assert (profile["email"], profile["address"]) == ("Wang@example.com", "西湖路1号"), "and the person gets it back"
    assert (profile["sex"], profile["household_size"]) == ("female", 3)
    assert (profile["preferences"], profile["consents_noted"]) == ({"category": "乳品"}, {"sms": True})
    assert members.look_up("wangf", stores=None, limit=5) == [member], "a name is found by its pinyin"
    assert personal_data.erase(member)["members_profile"] == 1
    assert rows("SELECT * FROM members_profile") == []
    assert set(personal_data.erase(member).values()) == {0}, "twice does no harm"


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    file = [{**WANG, "email": "w@example.com", "address": "1号"}, LI, {"phone": "13700137000", "name": "周杰"}]
    assert counted(take_described(tmp_path, "members", file)) == (3, 0, 0)
    before = books()
    assert counted(take_described(tmp_path, "members", file)) == (0, 0, 3)
    assert books() == before, "not even a seal is made anew"


def test_a_dry_run_reports_the_same_and_takes_nothing(tmp_path: Path) -> None:
    before = books()
    report = take_described(tmp_path, "members", [WANG, {**LI, "sex": "?"}], dry_run=True)
    assert (counted(report), reasons(report), report.import_id) == ((1, 0, 0), {3: "sex_unreadable"}, None)
    assert books() == before


def test_the_newest_word_wins_and_a_blank_erases_nothing(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [{**WANG, "email": "old@example.com"}, LI])
    news = [
        {"card": "C1", "name": "王方", "email": "between@example.com", "household": "4"},
        {"card": "C1", "name": "", "email": "new@example.com"},
        {"card": "C2", "name": "无", "birthday": "1900-01-01"},
    ]
    assert counted(take_described(tmp_path, "members", news)) == (0, 1, 1)
    assert people() == [("王方", "1988-05-12"), ("李强", None)]
    profile = personal_data.export(member_ids()["C1"])["members_profile"]
    assert (profile["email"], profile["household_size"]) == ("new@example.com", 4)


def test_about_where_they_live_is_kept_coarse_and_goes_with_the_person(tmp_path: Path) -> None:
    told = {**WANG, "latitude": "30.2514499", "longitude": "120.1685501"}
    assert counted(take_described(tmp_path, "members", [told, {**LI, "latitude": "0", "longitude": "0.0"}])) == (
        2,
        0,
        0,
    )
    member = member_ids()["C1"]
    assert rows("SELECT lives_at FROM members_profile ORDER BY member_id") == [("30.251,120.169",), (None,)]
    before = books()
    nearby = {"card": "C1", "latitude": "30.2511", "longitude": "120.1689"}
    assert counted(take_described(tmp_path, "members", [nearby])) == (0, 0, 1), "about the same place"
    assert counted(take_described(tmp_path, "members", [{"card": "C1", "latitude": "", "longitude": ""}])) == (0, 0, 1)
    assert books() == before, "a blank erases nothing"
    moved = take_described(tmp_path, "members", [{"card": "C1", "latitude": "30.3", "longitude": "120.2"}])
    assert personal_data.export(member)["members_profile"]["lives_at"] == "30.300,120.200"
    undo_described(moved.import_id, now=NOW, actor="anna")
    assert personal_data.export(member)["members_profile"]["lives_at"] == "30.251,120.169", "as before the file"
    assert not [text for (text,) in rows("SELECT t::text FROM members_told t") if "30.2514" in text]
    personal_data.erase(member)
    assert not [text for (text,) in rows("SELECT p::text FROM members_profile p") if "30.251" in text]


def test_the_database_keeps_no_finer_place(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [WANG])
    for finer in ("30.2514,120.168", "30.25,120.16", "91.000,120.168", "30.251", "30.251,180.001"):
        with pytest.raises(IntegrityError), transaction.atomic():
            run(f"UPDATE members_profile SET lives_at = '{finer}'")
    run("UPDATE members_profile SET lives_at = '-90.000,-180.000'")


def test_an_older_word_fills_gaps_and_overwrites_nothing(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [{"card": "C1", "name": "王芳", "updated_at": "2026-06-01 10:00"}])
    older = {"card": "C1", "name": "王小芳", "sex": "女", "updated_at": "2025-01-01 10:00"}
    assert counted(take_described(tmp_path, "members", [older])) == (0, 1, 0)
    assert people() == [("王芳", None)]
    assert rows("SELECT sex, told_at::date::text FROM members_profile") == [("female", "2026-06-01")]


def test_a_birthday_without_its_year(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [LI, {**WANG, "birthday": "2月29日"}])
    assert rows("SELECT birthday_month_day FROM members_profile ORDER BY member_id") == [(520,), (229,)]
    take_described(tmp_path, "members", [{"card": "C2", "birthday": "1979-05-20"}])
    take_described(tmp_path, "members", [{"card": "C2", "birthday": "05-20"}])
    assert people()[0] == ("李强", "1979-05-20"), "the same day without its year leaves the year"
    assert rows("SELECT birthday_month_day FROM members_profile ORDER BY member_id") == [(None,), (229,)]


def test_a_front_desks_phone_proves_nobody(tmp_path: Path) -> None:
    desk = "057188886666"
    file = [
        {**WANG, "phone": f"13800138000;{desk}"},
        {**LI, "phone": desk},
        {"card": "C3", "name": "孙莉", "phone": desk},
    ]
    report = take_described(tmp_path, "members", file)
    assert (counted(report), report.shared_phones) == ((3, 0, 0), 1)
    assert sorted(verified for tail, verified in phones().items() if tail.startswith("6666")) == [False, False, False]
    assert [verified for tail, verified in phones().items() if tail.startswith("8000")] == [True]
    report = take_described(tmp_path, "members", [{"phone": desk, "name": "郑爽"}])
    assert reasons(report) == {2: "phone_of_several"}, "and makes nobody new who could not be told apart"


def test_a_phone_that_turns_out_to_be_shared_is_doubted(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [WANG])
    assert list(phones().values()) == [True]
    take_described(tmp_path, "members", [WANG, {**LI, "phone": WANG["phone"]}])
    assert list(phones().values()) == [False, False]


def test_who_is_known_by_card_id_or_verified_phone_is_not_made_again(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [{**WANG, "unionid": "u1"}])
    for row in ({"card": "C1", "sex": "女"}, {"unionid": "u1"}, {"phone": "+86 138-0013-8000", "name": "王芳"}):
        report = take_described(tmp_path, "members", [row])
        assert (report.new, report.rows_refused) == (0, 0), row
    report = take_described(tmp_path, "members", [{"card": "C9", "unionid": "u1", "meituan": "m1"}])
    assert counted(report) == (0, 1, 0), "a second card and another id are added"
    assert len(people()) == 1


def test_a_number_that_was_given_to_somebody_else_inherits_no_account(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [WANG])
    report = take_described(tmp_path, "members", [{"card": "C9", "name": "赵敏", "phone": WANG["phone"]}])
    assert reasons(report) == {2: "phone_of_another"}
    assert report.refused[0]["facts"]["member"].startswith("M")
    assert [name for name, _ in people()] == ["王芳"]


def test_a_row_of_two_members_is_refused_with_both_named(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [{**WANG, "unionid": "u1"}, LI])
    ids = member_ids()
    both = {f"M{ids[card]:08d}" for card in ("C1", "C2")}
    before = books()
    for row in ({"card": "C2", "unionid": "u1"}, {"card": "C2", "phone": WANG["phone"]}):
        report = take_described(tmp_path, "members", [row])
        assert reasons(report) == {2: "two_people"}
        assert set(report.refused[0]["facts"].values()) == both
    assert books() == before, "because a refusal moves nothing"


def test_rows_that_together_make_one_of_two_members_are_refused(tmp_path: Path) -> None:
    take_described(tmp_path, "members", [WANG, LI])
    bridge = [{"card": "C1", "openid": "o1"}, {"card": "C2", "openid": "o1"}]
    report = take_described(tmp_path, "members", bridge)
    assert reasons(report) == {2: "two_people", 3: "two_people"}
    strangers = [{"card": "C5", "name": "孙莉", "openid": "o2"}, {"card": "C6", "name": "郑爽", "openid": "o2"}]
    report = take_described(tmp_path, "members", strangers)
    assert {row["code"]: row["facts"] for row in report.refused} == {"number_of_several": {"row": "2"}}
    assert [row["facts"] for row in report.refused] == [{"row": "3"}, {"row": "2"}]


def test_a_stranger_of_a_till_becomes_the_person_of_the_list(tmp_path: Path) -> None:
    bought = line("1", "2026-11-01 10:00", member="13800138000")
    take(tmp_path, [bought], member_kind="phone")
    assert counted(take_described(tmp_path, "members", [WANG])) == (0, 1, 0)
    assert people() == [("王芳", "1988-05-12")]
    assert list(phones().values()) == [True]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"card": "", "phone": "无"}, "nobody"),
        ({"card": "", "phone": "12345"}, "phone_unfit"),
        ({"card": "", "phone": "1380013"}, "phone_digits"),
        ({"card": "13800138000"}, "number_is_phone"),
        ({"meituan": "+86 13800138000"}, "number_is_phone"),
        ({"name": "王芳13800138000"}, "name_holds_phone"),
        ({"birthday": "05/06/1988"}, "birthday_ambiguous"),
        ({"birthday": "1990-02-29"}, "birthday_unreadable"),
        ({"birthday": "2027-01-01"}, "birthday_absurd"),
        ({"birthday": "1890-01-01"}, "birthday_absurd"),
        ({"sex": "x"}, "sex_unreadable"),
        ({"household": "many"}, "household_unreadable"),
        ({"email": "wang@"}, "email_unfit"),
        ({"latitude": "30.25"}, "home_place_half"),
        ({"longitude": "120.15", "latitude": "无"}, "home_place_half"),
        ({"latitude": "北纬30度", "longitude": "120.15"}, "home_place_unreadable"),
        ({"latitude": "120.15", "longitude": "30.25"}, "home_place_absurd"),
        ({"latitude": "30.25", "longitude": "1E+02"}, "home_place_unreadable"),
        ({"store": "nowhere"}, "home_store_unknown"),
        ({"joined_on": "2027-01-01"}, "joined_absurd"),
        ({"joined_on": "03/04/2020"}, "joined_ambiguous"),
        ({"consent_sms": "perhaps"}, "consent_unreadable"),
        ({"updated_at": "yesterday"}, "updated_unreadable"),
        ({"household": NATIONAL_ID}, "national_id"),
        ({"name": "王" * 61}, "name_too_long"),
    ],
)
def test_a_bad_row_is_refused_and_kept_without_what_is_personal(tmp_path: Path, row: dict, reason: str) -> None:
    report = take_described(tmp_path, "members", [{**WANG, **row}, LI, {**LI, "card": "C3", "phone": "13700137000"}])
    assert (reasons(report), report.new) == ({2: reason}, 2)
    ((kept,),) = rows("SELECT row::text FROM receipts_refusal")
    told = ("13800138000", "1988", NATIONAL_ID, "wang@", "王芳")
    assert not [word for word in told if word in kept], kept


def test_a_phone_at_which_nobody_can_be_called_is_left_out_and_named_and_its_member_taken(tmp_path: Path) -> None:
    told = {
        "C1": "1380013", "C2": "13800138000;138001380011", "C3": "88886666", "C4": "ask her husband",
        "C5": "0571-88886666", "C6": "+852 5123 4567", "C7": "12345678901",
    }  # fmt: skip
    report = take_described(tmp_path, "members", [{"card": card, "phone": phone} for card, phone in told.items()])
    assert (counted(report), report.rows_refused, report.phones_left) == ((7, 0, 0), 0, 5)
    assert [(row["row_number"], row["code"]) for row in report.in_part] == [
        (2, "phone_digits"), (3, "phone_digits"), (4, "phone_without_area"), (5, "phone_unfit"), (8, "phone_unfit"),
    ]  # fmt: skip
    assert [tail.partition("/")[0] for tail in phones()] == ["8000", "6666", "4567"], "and no other is kept"
    assert "1380013" not in repr(rows("SELECT report::text FROM receipts_import")), "the report names rows, no phones"


def test_very_many_phones_that_are_left_out_are_counted_and_the_first_named(tmp_path: Path) -> None:
    report = take_described(tmp_path, "members", [{"card": f"C{n}", "phone": "1380013"} for n in range(150)])
    assert (report.phones_left, len(report.in_part), report.new) == (150, 100, 150)


def test_national_ids_are_refused_until_somebody_says_that_they_are_not_read(tmp_path: Path) -> None:
    with pytest.raises(NationalIdsNotKept):
        take_described(tmp_path, "members", [{**WANG, "national_id": NATIONAL_ID}])
    assert people() == []


def test_a_column_of_phones_is_no_column_of_cards(tmp_path: Path) -> None:
    with pytest.raises(CardsArePhones):
        take_described(tmp_path, "members", [{"card": f"1380013800{digit}"} for digit in range(5)])


def test_erasing_a_person_empties_the_refused_rows_of_their_cards(tmp_path: Path) -> None:
    from huitou.receipts import personal_data as of_receipts

    take_described(tmp_path, "members", [WANG, {**WANG, "sex": "?"}])
    assert of_receipts.erase(member_ids()["C1"])["receipts_refusal"] == 1
    assert rows("SELECT row::text FROM receipts_refusal") == [("{}",)]


def test_the_order_of_rows_makes_nobody_else(tmp_path: Path) -> None:
    file = [
        {"card": "C1", "openid": "o1"}, {"openid": "o1", "unionid": "u1"}, {"unionid": "u1", "phone": "13800138000"},
        {"phone": "13800138000", "name": "王芳"}, {"card": "C2", "phone": "13900139000"},
    ]  # fmt: skip
    assert counted(take_described(tmp_path, "members", file)) == (2, 0, 0)
    assert counted(take_described(tmp_path, "members", file[::-1])) == (0, 0, 2)
