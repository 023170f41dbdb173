"""Search over everything: who finds what, and what nobody finds who may not see it."""

from __future__ import annotations

import pytest

from tests.builders import member_ids, rows

pytestmark = pytest.mark.django_db


def found(client, query, *, fragment=True):
    headers = {"HX-Request": "true"} if fragment else {}
    return client.post("/search", {"q": query}, headers=headers)


@pytest.fixture
def names(chain):
    """C1 of the store `east` is called 欧阳静, C2 of `west` 欧阳明."""
    from huitou.members.spelling import spelled

    for card, name in (("C1", "欧阳静"), ("C2", "欧阳明")):
        rows(
            "UPDATE members_member SET name = %s, spelled = %s WHERE id = %s RETURNING id",
            name,
            spelled(name),
            member_ids()[card],
        )


@pytest.fixture
def tagged(names):
    """One tag that everybody sees, one that few do."""
    from huitou.members.terms import ConsentAbout
    from huitou.segments.terms.tags import Tag, TagSource
    from huitou.usecases.tags import define_tag

    for name, about in (("贵宾", None), ("孕妈", ConsentAbout.PREGNANCY)):
        tag = Tag(name=name, owner="a", purpose=f"{name}茶会", source=TagSource.HAND, sensitive=about)
        define_tag(tag, made_by="test")


FOUND = (
    ("欧阳", "administrator", "", ("欧阳静", "欧阳明"), (), "a family name"),
    ("ouyangj", "administrator", "", ("欧阳静",), ("欧阳明",), "pinyin, as far as it is typed"),
    ("oyj", "administrator", "", ("欧阳静",), ("欧阳明",), "initials"),
    ("欧阳", "store_manager", "east", ("欧阳静",), ("欧阳明",), "a manager finds whom their store has"),
    ("C2", "cashier", "east", (), ("欧阳明",), "a card of another store is nobody's here"),
    ("C2", "administrator", "", ("欧阳明",), (), "a card"),
    ("milk", "cashier", "east", ("Milk",), (), "a product by its name or code"),
    ("milk  MIL", "cashier", "east", ("Milk",), (), "every word, in any order"),
    ("milk tea", "cashier", "east", (), ("Milk",), "and all of them"),
    ("dair", "marketer", "", ("/products?category=dairy",), (), "a category leads to its products"),
    ("dairy", "cashier", "east", (), ("category=",), "a cashier has no page of it"),
    ("怎么导入", "administrator", "", ("/imports/new",), (), "help, without the words that only ask"),
    ("怎么看复购率", "administrator", "", ("/figures/repurchase_rate",), (), "a figure, too"),
    ("east", "store_manager", "east", ("/stores/",), (), "a store by its code"),
    ("west", "store_manager", "east", (), ("/stores/",), "a store of somebody else"),
    ("复购", "marketer", "", ("/figures/repurchase_rate",), (), "a figure in the person's language"),
    ("repurchase", "cashier", "east", (), ("/figures",), "a cashier sees no figures"),
    ("refresh", "administrator", "", ("/refresh",), (), "a page"),
    ("refresh", "store_manager", "east", (), ("/refresh",), "a page that the role may not open"),
    ("贵宾", "store_manager", "east", ("/tags/",), (), "a tag by its name"),
    ("茶会", "marketer", "", ("贵宾",), ("孕妈",), "by its purpose; a sensitive one by few"),
    ("茶会", "administrator", "", ("贵宾", "孕妈"), (), "who may see it"),
    ("贵宾", "cashier", "east", (), ("/tags/",), "a cashier has no registry"),
    ("收银", "cashier", "east", ("/till/",), (), "the till is a page too, though another door's"),
    ("密码", "cashier", "east", ("/password",), (), "help, by what people call it"),
    ("price label", "store_manager", "east", ("/labels",), (), "help, by every word, in any order"),
    ("label", "cashier", "east", (), ("/labels",), "no help for what one may not do"),
    ("%", "administrator", "", ("至少输入",), (), "one character is half a city"),
    ("zzzz", "administrator", "", ("没有找到",), (), "nothing says what to try"),
)


def test_who_finds_what(tagged, as_role):
    for query, role, store, finds, lacks, because in FOUND:
        said = found(as_role(role, store), query).content.decode()
        assert [text for text in finds if text not in said] == [], because
        assert [text for text in lacks if text in said] == [], because


def test_a_receipt_is_found_by_its_number_and_opened(chain, as_role):
    number, receipt, store = rows("SELECT number, id, store_id FROM receipts_receipt ORDER BY id LIMIT 1")[0]
    code = rows("SELECT code FROM catalogue_store WHERE id = %s", store)[0][0]
    other = "west" if code == "east" else "east"
    assert f"/receipts/{receipt}" in found(as_role("cashier", code), number).content.decode()
    assert as_role("cashier", code).get(f"/receipts/{receipt}").status_code == 200
    assert as_role("cashier", other).get(f"/receipts/{receipt}").status_code == 404, "it belongs to another store"
    assert as_role("administrator").get("/receipts/99999999999999999999").status_code == 404


def test_without_scripts_the_hits_are_a_page(names, as_role):
    page = found(as_role("administrator"), "欧阳", fragment=False).content.decode()
    assert "<h1>搜索</h1>" in page
    assert "欧阳静" in page


def test_what_was_typed_is_kept_nowhere(names, as_role):
    response = found(as_role("administrator"), "13800001234")
    assert response["Cache-Control"] == "no-store"


def test_hostile_words_are_searched_and_not_obeyed(chain, as_role):
    client = as_role("administrator")
    for words in ("' OR 1=1 --", "%%%%", "\x00ab", "<script>x</script>", "9" * 80):
        response = found(client, words)
        assert response.status_code == 200
        assert "<script>x" not in response.content.decode()


def test_a_category_that_only_holds_others_is_found(monkeypatch):
    from huitou.doors.console.views import search

    monkeypatch.setattr(search.catalogue, "category_paths", lambda: ["生鲜/蔬菜/叶菜", "生鲜/蔬菜/根茎", "粮油"])
    hits = list(search._categories("蔬菜"))
    assert [(hit.name, hit.detail) for hit in hits] == [("蔬菜", "生鲜")], "once, and none of those within it"
    assert hits[0].address == "/products?category=%E7%94%9F%E9%B2%9C%2F%E8%94%AC%E8%8F%9C"
    assert [hit.name for hit in search._categories("粮油")] == ["粮油"]


def test_who_comes_without_a_question_is_shown_those_that_they_may_ask(chain, as_role):
    for role, store, finds, lacks in (
        ("administrator", "", ("/people", "/password"), ()),
        ("cashier", "east", ("/password",), ('href="/people"', 'href="/targets"')),
    ):
        client = as_role(role, store)
        said = client.get("/search").content.decode().split("<main", 1)[1].split("</main>", 1)[0]
        assert [link for link in finds if f'href="{link}"' not in said] == [], "each answer leads to its page"
        assert [link for link in lacks if link in said] == [], "and what one may not do is not asked"
        assert 'role="option"' not in said, "on a page of their own they are links"
        assert "tabindex" not in said, "which Tab reaches"
        assert 'role="option"' in found(client, "密码").content.decode(), "below the field they are choices"
