"""What each page shows, to whom, in both languages; what it must never show."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import unquote

import pytest
from django.test import Client

from huitou.access import service as access
from huitou.access.rules.roles import scope_of
from huitou.access.terms import Role
from huitou.usecases.refresh import refresh
from tests.builders import line, member_ids, rows, store_ids, take_into_lake

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(lasting_chain) -> None:
    """Every test here looks at the small chain."""


RECEIPT = '<details class="rec"'
ROLES = [("administrator", ""), ("marketer", ""), ("store_manager", "east"), ("cashier", "east")]


def text_of(response) -> str:
    """The words of a page, without its tags; a sentence with a figure marked up in it is one sentence."""
    inline = re.sub(r"</?(?:b|small|span)\b[^>]*>", "", response.content.decode())
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", inline))


@pytest.mark.parametrize(
    ("path", "back"),
    [("/", ""), ("/members", "?next=/members"), ("/members/1", "?next=/members/1")],
    ids=["the start, where each role has its own", "members", "a member"],
)
def test_whoever_is_not_logged_in_goes_to_the_log_in(client, chain, path, back):
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"] == f"/login{back}"


@pytest.mark.parametrize(("role", "store"), ROLES)
@pytest.mark.parametrize(("language", "title"), [("zh-hans", "会员"), ("en", "Members")])
def test_every_role_sees_the_members_in_its_language(chain, as_role, role, store, language, title):
    response = as_role(role, store, language).get("/members")
    assert response.status_code == 200
    assert f"<h1>{title}</h1>" in response.content.decode()


@pytest.mark.parametrize(
    ("path", "role", "store", "status", "because"),
    [
        ("/", "marketer", "", 200, "a marketer sees the whole chain's figures"),
        ("/", "store_manager", "east", 200, "a manager sees their store's figures"),
        ("/", "cashier", "east", 403, "a cashier has no right to the overview"),
        ("/members/999999999999", "administrator", "", 404, "nobody has that number"),
        ("/members/99999999999999999999999", "administrator", "", 404, "no number of the database is that long"),
        ("/nothing", "administrator", "", 404, "there is no such page"),
        ("/members?page=99999", "administrator", "", 200, "a page that isn't there says which one is the last"),
        ("/members?layer=platinum&sort=x&store=zzz&page=-1", "administrator", "", 200, "nonsense is left out"),
        ("/members?q=%00'%25_%22", "administrator", "", 200, "odd characters are searched, not obeyed"),
        ("/?store=99999&kpi=nothing", "administrator", "", 200, "an unknown choice falls back to the chain"),
    ],
)
def test_status(chain, as_role, path, role, store, status, because):
    response = as_role(role, store).get(path)
    assert response.status_code == status, because
    assert response["Content-Security-Policy"].startswith("default-src 'self'; script-src 'self'"), because


@pytest.mark.parametrize(
    "path", ["/", "/members", "/members?q=nobody", "/members/{C1}", "/nothing", "/members/999", "/login"]
)
def test_pages_hold_to_their_own_policy(chain, as_role, path):
    """The policy forbids inline styles and scripts, so a page that has one would be broken in the browser."""
    client = Client() if path == "/login" else as_role("administrator")
    page = client.get(path.format(**member_ids())).content.decode()
    assert not re.search(r"<[^>]+\sstyle=", page)
    assert not re.search(r"<[^>]+\son[a-z]+=", page)
    assert "<style" not in page
    assert re.findall(r"<script(?![^>]*(?:\ssrc=|application/json))", page) == []


def test_the_overview_opens_with_the_finding_and_the_figures(chain, as_role):
    said = text_of(as_role("administrator").get("/"))
    assert "销售额为 133.60 元，还没有更早的一期可比" in said
    assert "east" in said
    assert "west" in said


def test_a_manager_sees_the_figures_of_their_store_only(chain, as_role):
    client = as_role("store_manager", "east", "en")
    said = text_of(client.get(f"/?store={store_ids()['west']}"))
    assert "Sales stands at 75.50 yuan" in said
    assert "west" not in said


@pytest.mark.parametrize(
    ("query", "finds", "because"),
    [
        ("", {"C1", "C2"}, "no query is everybody"),
        ("C1", {"C1"}, "the whole card"),
        ("C", {"C1", "C2"}, "the beginning of a card"),
        ("1", set(), "the end of a card is not its beginning"),
        ("%", set(), "a wildcard is a character"),
        ("{code}", {"C1"}, "the member code"),
        ("m{id}", {"C1"}, "the member code without its zeros"),
    ],
)
def test_members_are_found(chain, as_role, query, finds, because):
    ids = member_ids()
    query = query.format(code=f"M{ids['C1']:08d}", id=ids["C1"])
    page = as_role("administrator").get("/members", {"q": query}).content.decode()
    assert {card for card, id_ in ids.items() if f'href="/members/{id_}"' in page} == finds, because


def test_a_search_without_a_hit_says_what_to_do(chain, as_role):
    client = as_role("administrator", language="en")
    assert 'Nobody matches "zzzz".' in text_of(client.get("/members?q=zzzz"))
    assert "Without the layer, 2 members match." in text_of(client.get("/members?layer=dormant"))


def test_another_stores_member_is_as_good_as_not_there(chain, as_role):
    ids = member_ids()
    client = as_role("store_manager", "east", "en")
    assert client.get(f"/members/{ids['C1']}").status_code == 200
    hidden, absent = client.get(f"/members/{ids['C2']}"), client.get("/members/999999")
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert re.sub(r"\d+", "", text_of(hidden)) == re.sub(r"\d+", "", text_of(absent)), "it tells nothing"
    assert client.get("/members?q=C2").content.decode().count("data-row>") == 0
    for part in ("receipts", "postings"):
        assert client.get(f"/members/{ids['C2']}/{part}").status_code == 404


def test_a_member_page_shows_receipts_down_to_lines_and_points(chain, as_role):
    said = text_of(as_role("administrator", language="en").get(f"/members/{member_ids()['C1']}"))
    for words in ("C1", "55.50", "Milk", "Tea", "Return", "−10.00", "+55", "Taken back after a return", "RFM"):
        assert words in said


def test_consents_are_taken_by_who_does_not_see_what_was_said(chain, as_role):
    from huitou.members.terms import ConsentAbout
    from huitou.usecases.tags import note_consent

    ids = member_ids()
    note_consent(ids["C1"], ConsentAbout.HEALTH, given=True, actor="somebody", how="form 7")
    manager, cashier, admin = as_role("store_manager", "east"), as_role("cashier", "east"), as_role("administrator")
    page, taken = manager.get(f"/members/{ids['C1']}").content.decode(), f"/members/{ids['C1']}/consent"
    assert ("form 7" in page, page.count('name="given" value="1"'), page.count('name="given" value="0"')) == (
        False, 3, 3), "the same whatever they said before"  # fmt: skip
    assert "consent" not in cashier.get(f"/members/{ids['C1']}").content.decode()
    assert "form 7" in admin.get(f"/members/{ids['C1']}").content.decode()
    said = {"about": "minors", "given": "1", "how": "form 8"}
    assert cashier.post(taken, said).status_code == 403
    assert manager.post(f"/members/{ids['C2']}/consent", said).status_code == 404, "a member of another store"
    answers = [manager.post(taken, one) for one in (said, said, said | {"about": "health"})]
    assert {(one.status_code, one["Location"]) for one in answers} == {(302, f"/members/{ids['C1']}#tags")}
    assert rows("SELECT about, noted_by, how FROM members_consent ORDER BY id") == [
        ("health", "somebody", "form 7"), ("minors", "store_manager-east-zh-hans", "form 8")]  # fmt: skip
    assert manager.post(taken, said | {"given": "0", "how": ""}).status_code == 422, "a word needs its proof"
    assert manager.post(taken, said | {"given": "0", "how": "by phone"}).status_code == 302
    assert rows("SELECT about FROM members_agreed") == [("health",)]
    with access.scoped(scope_of(Role.STORE_MANAGER, [store_ids()["east"]])):
        assert rows("SELECT 1 FROM members_consent") == [], "what was noted is hidden again from whoever noted it"


def test_older_receipts_come_page_by_page(chain, as_role, monkeypatch):
    from huitou.doors.console.views import member as view

    monkeypatch.setattr(view, "RECEIPTS_A_PAGE", 2)
    client, id_ = as_role("administrator"), member_ids()["C1"]
    first = client.get(f"/members/{id_}").content.decode()
    assert first.count(RECEIPT) == 2
    link = re.search(r'hx-get="([^"]+/receipts[^"]+)"', first)[1]
    rest = client.get(link).content.decode()
    assert rest.count(RECEIPT) == 1
    assert "hx-get" not in rest
    whole = re.search(r'href="(/members/\d+\?receipts_before=\d+)#receipts"', first)[1]
    assert client.get(whole).content.decode().count(RECEIPT) == 1, "without scripts the same page starts there"


def test_a_page_of_members_costs_few_queries(chain, as_role, django_assert_max_num_queries):
    client = as_role("administrator")
    client.get("/members")
    with django_assert_max_num_queries(14):
        client.get("/members")
    with django_assert_max_num_queries(43):
        client.get(f"/members/{member_ids()['C1']}")


def test_a_failure_leaves_nothing_half_done(chain, as_role, monkeypatch):
    from huitou.doors.console.views import member as view

    def fail(*args):
        raise RuntimeError("planted")

    client, (identity, member_id) = as_role("administrator"), _with_phone()
    client.raise_request_exception = False
    monkeypatch.setattr(view.rooms_members, "reveal_phone", lambda *args: "13800138000")
    monkeypatch.setattr(view, "is_fragment", fail)
    response = client.post(f"/members/{member_id}/phones/{identity}")
    assert response.status_code == 500
    assert "我们这边出错了" in response.content.decode()
    assert rows("SELECT count(*) FROM access_auditentry") == [(0,)], "the note went with what it noted"


def _with_phone() -> tuple[int, int]:
    """Give C1 a phone; returns (identity, member)."""
    from huitou.privacy import service as privacy

    sealed, index, tail = privacy.seal_phone("13800138000")
    return rows(
        "INSERT INTO members_identity (member_id, kind, sealed, blind_index, tail, verified) "
        "VALUES (%s, 'phone', %s, %s, %s, true) RETURNING id, member_id",
        member_ids()["C1"],
        sealed,
        index,
        tail,
    )[0]


@pytest.mark.parametrize("query", ["13800138000", "8000", "138 0013 8000"])
def test_a_phone_is_found_whole_or_by_its_end_and_shown_masked(chain, as_role, query):
    _with_phone()
    page = as_role("marketer").post("/members", {"q": query}, follow=True).content.decode()
    assert "138****8000" in page
    assert "13800138000" not in page.replace('value="13800138000', ""), "but for what was typed, and in no address"


@pytest.mark.parametrize(
    ("query", "address", "because"),
    [
        ("C1", "/members?q=C1&sort=name", "what is asked is an address: it can be kept and sent"),
        ("8000", "/members?q=8000&sort=name", "four digits tell nobody a phone"),
        ("13800138000", "/members?sort=name", "a phone in clear would lie in history and logs"),
        ("陈 138 0013 8000", "/members?sort=name", "nor beside a name"),
        ("", "/members?sort=name", "nothing is asked"),
    ],
)
def test_a_searched_phone_stands_in_no_address(chain, as_role, query, address, because):
    client, asked = as_role("administrator"), {"q": query, "sort": "name", "layer": "", "csrf": "x"}
    assert client.post("/members", {"sort": "spend"})["Location"] == "/members", "what is usual need not be said"
    part = client.post("/members", asked, headers={"HX-Request": "true"})
    assert (part.status_code, unquote(part["HX-Push-Url"])) == (200, address), because
    whole = client.post("/members", asked)
    if "q=" in address or not query:
        assert (whole.status_code, unquote(whole["Location"])) == (302, address), because
    else:
        assert (whole.status_code, whole["Cache-Control"]) == (200, "no-store"), because
        typed = client.get("/members", asked)
        assert (typed.status_code, typed["Location"]) == (302, address), (
            "typed into the address it goes away from there"
        )
        assert not re.search(r'(href|hx-\w+|action)="[^"]*8000', whole.content.decode())


@pytest.mark.parametrize("fragment", [True, False])
def test_showing_a_phone_leaves_one_audit_row(chain, as_role, fragment):
    identity, member_id = _with_phone()
    client = as_role("store_manager", "east")
    assert "13800138000" not in client.get(f"/members/{member_id}").content.decode()
    headers = {"HX-Request": "true"} if fragment else {}
    response = client.post(f"/members/{member_id}/phones/{identity}", headers=headers)
    assert "13800138000" in response.content.decode()
    assert response["Cache-Control"] == "no-store"
    assert rows("SELECT actor, action, subject FROM access_auditentry") == [
        ("store_manager-east-zh-hans", "phone_revealed", f"member:{member_id}")
    ]


@pytest.mark.parametrize(
    ("role", "store", "method", "status", "because"),
    [
        ("marketer", "", "post", 403, "a marketer may not unmask"),
        ("cashier", "east", "post", 403, "nor may a cashier"),
        ("store_manager", "west", "post", 404, "the member is another store's"),
        ("administrator", "", "get", 405, "reading a link must not unmask"),
    ],
)
def test_a_phone_stays_masked(chain, as_role, role, store, method, status, because):
    identity, member_id = _with_phone()
    response = getattr(as_role(role, store), method)(f"/members/{member_id}/phones/{identity}")
    assert response.status_code == status, because
    assert "13800138000" not in response.content.decode(), because
    assert rows("SELECT count(*) FROM access_auditentry") == [(0,)], "nothing was read, so nothing is noted"


def _strip(client, member_id: int) -> str:
    page = client.get(f"/members/{member_id}").content.decode()
    found = re.search(r'<p class="finding">.*?</p>|<section class="strip six">.*?</section>', page, re.DOTALL)
    strip = re.search(r'<section class="strip six">.*?</section>', page, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0] + strip[0]).split())


def test_a_page_counts_the_receipts_that_its_reader_sees_and_never_both(chain, as_role, tmp_path):
    at = [f"2026-11-{day:02} 10:00" for day in (7, 9, 11, 13, 15)]
    rows_of_west = [line(f"7{n}", day, "tea", store="west", member="C1") for n, day in enumerate(at)]
    take_into_lake(tmp_path, [*rows_of_west, line("60", "2026-11-04 10:00", store="east", member="C1")])
    refresh(as_of=date(2026, 11, 20))
    anna = member_ids()["C1"]

    whole = _strip(as_role("administrator", language="en"), anna)
    for words in ("135.50 yuan", "12 months 8 usually 2 days apart", "16.94 yuan", "about every 2 days", "15 Nov"):
        assert words in whole, "55.50 + 30 − 10 of the east, 10 more there, and five times 10 of the west"

    east_client = as_role("store_manager", "east", "en")
    east = _strip(east_client, anna)
    for words in ("85.50 yuan", "12 months 3 too few to tell a rhythm", "28.50 yuan", "4 Nov", "too seldom"):
        assert words in east, "the east's receipts, in the sentence and in the figures alike"
    page = text_of(east_client.get(f"/members/{anna}"))
    for words in ("135.50", "16.94", "8 receipts", "every 2 days"):
        assert words not in page, "nothing of what the whole chain adds up to"
    assert "are the whole chain's" in page
    assert "are those of the whole chain" in text_of(east_client.get("/members"))
    assert "are those of the whole chain" not in text_of(as_role("administrator", language="en").get("/members"))


def test_the_sentence_and_the_figure_measure_the_rhythm_alike(chain, as_role, tmp_path):
    days = (1, 8, 15, 22, 29)
    once_away = [line(f"9{day}", f"2026-06-{day:02} 10:00", store="east", member="C5") for day in days]
    take_into_lake(tmp_path, [*once_away, line("99", "2026-10-10 10:00", store="east", member="C5")])
    refresh(as_of=date(2026, 11, 20))
    strip = _strip(as_role("administrator", language="en"), member_ids()["C5"])
    assert "usually 7 days apart" in strip, "one long holiday is no rhythm: the middle gap, not the average of 26 days"
    assert "every 7 days" in strip


def test_a_session_that_ended_sends_a_background_request_to_the_log_in(client, chain):
    response = client.get("/members", headers={"HX-Request": "true", "HX-Current-URL": "http://testserver/members?q=1"})
    assert response.status_code == 204
    assert response["HX-Redirect"] == "/login?next=%2Fmembers"
