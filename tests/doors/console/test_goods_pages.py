"""The pages of products, stores and all members: what they show is what was counted, and nobody sees another's."""

from __future__ import annotations

from datetime import date

import pytest

from huitou.insight import service as insight
from huitou.usecases.member_timeline import member_timeline, place_read
from huitou.usecases.rank_goods import rank_goods
from tests.builders import member_ids, rows, run, seen_by, store_ids
from tests.doors.console.test_pages import text_of

pytestmark = pytest.mark.django_db
VIEWS = ("layers", "rfm", "cohorts", "stages", "moves", "new")


@pytest.fixture
def chain(lasting_chain) -> None:
    """Every test here looks at the small chain."""


def product(sku: str) -> int:
    ((found,),) = rows("SELECT id FROM catalogue_product WHERE sku = %s", sku)
    return found


@pytest.mark.parametrize("path", ["/products", "/stores", *(f"/members/all?view={view}" for view in VIEWS)])
@pytest.mark.parametrize(
    ("role", "store", "status"),
    [("administrator", "", 200), ("marketer", "", 200), ("store_manager", "east", 200), ("cashier", "east", 403)],
)
def test_who_may_look(chain, as_role, path, role, store, status):
    assert as_role(role, store).get(path).status_code == status


def test_products_stand_by_what_they_sold_and_their_categories_add_up(chain):
    ranked = rank_goods(None)
    assert [(product.sku, sold.net_fen) for product, sold in ranked.rows] == [
        ("tea", 7100), ("milk", 5000), ("rice", 1260),
    ]  # fmt: skip
    assert [(name, sold.net_fen) for name, sold in ranked.categories] == [("drinks", 7100), ("dairy", 5000), ("", 1260)]
    assert ranked.whole.net_fen == 13360 == sum(sold.net_fen for _, sold in ranked.categories)
    assert [product.sku for product, _ in rank_goods(None, words="MIL").rows] == ["milk"]
    assert rank_goods(None, category="dairy").total == 1
    assert rank_goods(None, category="dai").total == 0, "a category is a whole name"


def test_the_page_says_what_its_two_counts_of_products_count(chain, as_role):
    """The list holds what a year ago sold, too; the categories count what sold in these weeks. Side by side under one
    word they read as a fault."""
    page = text_of(as_role("marketer", language="en").get("/products"))
    assert "Products sold" in page
    assert "that sold in these weeks, in the four before or a year ago" in page


def test_a_manager_sees_what_their_store_sold_and_no_more(chain, as_role):
    client, whole = as_role("store_manager", "east", "en"), as_role("marketer", language="en")
    page, chains = text_of(client.get("/products")), text_of(whole.get("/products"))
    assert "40.00" in page, "milk in the east, less what came back"
    assert "50.00" in chains, "milk in the chain"
    assert "50.00" not in page
    assert "Rice" not in page.title(), "sold in the west alone"
    assert text_of(client.get(f"/products?store={store_ids()['west']}")) == page, (
        "another store is not theirs to choose"
    )


def test_weeks_of_a_product_are_those_of_the_readers_stores(chain, as_role):
    """The lake knows no policies: what is read there is kept to the reader's stores by the page."""
    milk = product("milk")
    response = as_role("store_manager", "west", "en").get(f"/products/{milk}")
    assert response.status_code == 200
    weeks = response.context["sales"] or response.context["here"]
    assert response.context["here"].net_fen == 1000, "one pack in the west"
    assert response.context["pairs"] == [], "what is bought together is the chain's"
    with seen_by(store_ids()["west"]):
        assert insight.bought_with(milk) == []
        assert {one.store_id for one in insight.goods_of_product(milk)} == {store_ids()["west"]}
    assert weeks is not None
    assert as_role("marketer", language="en").get(f"/products/{milk}").context["here"].net_fen == 5000
    assert not as_role("marketer").get(f"/products/{milk}").context["kept_out"]
    run("UPDATE catalogue_product SET promotable = false")
    assert as_role("marketer").get(f"/products/{milk}").context["kept_out"]
    assert as_role("marketer").get("/products/999999").status_code == 404
    assert as_role("marketer").get(f"/products/{2**70}").status_code == 404


def test_a_stores_page_is_its_peoples(chain, as_role):
    east, west = store_ids()["east"], store_ids()["west"]
    manager = as_role("store_manager", "east", "en")
    assert manager.get(f"/stores/{west}").status_code == 404
    page = text_of(manager.get(f"/stores/{east}"))
    (sales,) = rows("SELECT numerator FROM insight_kpivalue WHERE kpi = 'sales' AND period = 'rolling28' "
                    "AND store_id = %s AND cut = '' ORDER BY ends_on DESC LIMIT 1", east)  # fmt: skip
    assert f"{sales[0] / 100:.2f}" in page
    assert "west" not in text_of(manager.get("/stores"))
    assert {"east", "west"} <= set(text_of(as_role("marketer", language="en").get("/stores")).split())


def test_the_square_of_the_map_leads_to_its_members(chain, as_role):
    client = as_role("marketer", language="en")
    squares = insight.squares()
    assert sum(one.members for one in squares) == 2
    one = squares[0]
    page = client.get(f"/members?r={one.recency}&f={one.frequency}")
    same = [other for other in squares if (other.recency, other.frequency) == (one.recency, one.frequency)]
    assert page.context["found"].total == sum(other.members for other in same)
    assert client.get("/members?r=9&f=x").context["found"].total == 2, "no score: no condition"


def test_everything_that_happened_comes_once_however_it_is_paged(chain):
    member = member_ids()["C1"]
    store = store_ids()["east"]
    run(
        "INSERT INTO members_event (source, source_id, kind, member_id, store_id, at, body, digest) "
        f"SELECT 'app', n::text, 'viewed', {member}, {store}, '2026-11-02 04:00+00', '{{}}', '' "
        "FROM generate_series(1, 7) n"
    )
    told = {"joined_on": date(2026, 11, 1), "spans": insight.layers_of(member), "tiers": []}
    whole, end = member_timeline(member, **told, limit=1000)
    assert end is None
    assert {one.what for one in whole} == {"receipt", "posting", "event", "layer", "joined"}
    for limit in (1, 2, 3, 5):
        seen, after = [], None
        while True:
            page, after = member_timeline(member, **told, after=after, limit=limit)
            seen += page
            if after is None:
                break
            assert place_read(str(after)) == after
        assert [one.place for one in seen] == [one.place for one in whole], limit
    days = [one.place.day for one in whole]
    assert days == sorted(days, reverse=True), "newest first"


@pytest.mark.parametrize("text", ["", "x", "2026-11-02", "2026-11-02.9.x", "2026-13-02.1.1", "2026-11-02.11.1", "..."])
def test_a_place_that_cannot_be_read_is_none(text):
    assert place_read(text) is None


def test_a_members_page_says_what_it_cannot_tell(chain, as_role):
    page = text_of(as_role("marketer", language="en").get(f"/members/{member_ids()['C1']}"))
    assert "needs 4 visits to tell" in page
    assert "30 lines on 4 receipts are the fewest that tell." in page
    assert "Became a member" in page
    assert "drinks" in page, "what they buy"
    assert as_role("store_manager", "west").get(f"/members/{member_ids()['C1']}/timeline").status_code == 404


def test_a_profile_shows_no_address(chain, as_role):
    member = member_ids()["C1"]
    run(
        "INSERT INTO members_profile (member_id, sex, household_size, preferences, consents_noted, address_sealed, "
        f"address_index, source) VALUES ({member}, 'female', 3, '{{\"category\": \"tea\"}}', '{{\"sms\": false}}', "
        "'\\x00', '\\x00', 'crm')"
    )
    page = text_of(as_role("marketer", language="en").get(f"/members/{member}"))
    for said in ("3 people", "kept, sealed", "SMS no", "crm", "tea"):
        assert said in page


@pytest.mark.parametrize(
    ("role", "store", "language", "shown"),
    [
        ("administrator", "", "en", "about 1.2 km from the home store"),
        ("service_agent", "", "zh-hans", "距常去门店约 1.2 公里"),
        ("store_manager", "east", "zh-hans", "距常去门店约 1.2 公里"),
        ("marketer", "", "zh-hans", None),
        ("cashier", "east", "zh-hans", None),
    ],
)
def test_how_far_somebody_lives_is_told_to_few_and_where_to_nobody(chain, as_role, role, store, language, shown):
    member, east = member_ids()["C1"], store_ids()["east"]
    run(
        f"UPDATE catalogue_store SET latitude = 30.2, longitude = 120.2 WHERE id = {east}",
        f"UPDATE members_member SET home_store_id = {east} WHERE id = {member}",
        f"INSERT INTO members_profile (member_id, lives_at) VALUES ({member}, '30.211,120.200')",
    )
    page = text_of(as_role(role, store, language=language).get(f"/members/{member}"))
    assert ("住址位置" in page or "Where they live" in page) == (shown is not None)
    assert shown is None or shown in page
    assert "30.211" not in page, "no place on the map"


def test_products_are_not_counted_as_people(chain, as_role):
    client = as_role("marketer", language="zh-hans")
    assert "第 1～3 项，共 3 项" in text_of(client.get("/products"))
    assert "名会员" in text_of(client.get("/members"))


def test_where_a_store_has_figures_it_is_said_why_they_differ_from_the_chains(chain, as_role):
    """One of the same name stands on the overview with another value."""
    client, east = as_role("marketer", language="en"), store_ids()["east"]
    said = "who buys in two stores counts in both"
    for path in ("/stores", f"/stores/{east}", f"/figures/repurchase_rate?store={east}", f"/?store={east}"):
        assert said in text_of(client.get(path)), path
    for path in ("/", "/figures/sales"):
        assert said not in text_of(client.get(path)), f"{path} is the whole chain's, or of no members"
    assert text_of(client.get("/figures/repurchase_rate")).count(said) == 1, "beside its stores, which do not add up"
