"""One place below every query keeps a store's people to their store: every table, every route (M6, F18 to F22)."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import DatabaseError, IntegrityError, models, transaction
from django.test import Client
from django.urls import reverse
from tests.access.routes import OF_A_SERVICE_AGENT, ROUTES, STAFF_LABELS_AND_TAGS
from tests.access.tables import MAY, MAY_NAME_NOTHING, NOBODYS_SECRET, OF_THE_FRAMEWORKS, STORE_COLUMNS
from tests.builders import (
    SMALL_CHAIN,
    copy_lake,
    every_table,
    lasting,
    line,
    member_ids,
    rows,
    run,
    seen_by,
    store_ids,
    take_into_lake,
)

from huitou.access import service as access
from huitou.access.terms import NOTHING, WHOLE_CHAIN, Role
from huitou.doors.console.urls import urlpatterns
from huitou.doors.console.views.offers import one
from huitou.members import service as members
from huitou.members.terms import NewMember
from huitou.usecases.refresh import refresh

pytestmark = pytest.mark.django_db


def _build(folder: Path) -> None:
    """Members who shop in their own store only, so that each row has one owner; with phones, facts and KPIs."""
    back = line("8", "2026-11-05 10:00", "rice", "-0.5", "-4.20", store="west", member="C2")
    take_into_lake(folder, [*SMALL_CHAIN, back, line("7", "2026-11-06 10:00", "tea", "x", store="east")])
    stores = store_ids()
    members.take_people(
        [
            NewMember("P1", "Anna", date(2026, 1, 1), "13800138001", date(1990, 1, 1), stores["east"]),
            NewMember("P-2", "Xanthippe", date(2026, 1, 1), "13800138002", date(1990, 1, 1), stores["west"]),
        ]
    )
    run(
        "INSERT INTO receipts_returnof (return_receipt_id, sale_source, sale_store_id, sale_till, "
        "sale_business_date, sale_number) SELECT id, source, store_id, till, business_date, 'X' "
        "FROM receipts_identity WHERE kind = 'return'",
        "INSERT INTO receipts_conflict (kind, store_id, identity_id, member_id, source, digest, body) "
        "SELECT 'points_honoured', store_id, id, member_id, source, number, '{}' FROM receipts_receipt "
        "WHERE member_id IS NOT NULL",
        "INSERT INTO loyalty_opening (account_id, batch_id, source, first_day, balance, before, digest) SELECT a.id, "
        "b.id, 'old', '2026-01-01', 0, 0, '' FROM loyalty_account a, receipts_import b WHERE a.member_id IS NOT NULL",
        "INSERT INTO loyalty_tierentry (member_id, tier, since, rule, rule_version, source, actor) "
        "SELECT id, 'gold', '2026-01-01', 'carried_over', 1, 'old', 'test' FROM members_member",
        "INSERT INTO members_tier (member_id, tier, since) SELECT id, 'gold', '2026-01-01' FROM members_member",
        "INSERT INTO members_profile (member_id) SELECT id FROM members_member",
        "INSERT INTO members_household (id, name) OVERRIDING SYSTEM VALUE SELECT id, '' FROM members_member",
        "INSERT INTO members_householdmember (household_id, member_id, noted_by) SELECT id, id, '' FROM members_member",
        "INSERT INTO receipts_tender (receipt_id, place, kind, amount_fen) SELECT id, 0, 'cash', 100 "
        "FROM receipts_receipt WHERE member_id IS NOT NULL AND kind = 'sale'",
        "INSERT INTO receipts_named (receipt_id, member_id) SELECT id, member_id FROM receipts_receipt "
        "WHERE member_id IS NOT NULL",
        *(
            f"INSERT INTO {table} SELECT DISTINCT ON (m.home_store_id) m.id, o.id, {more} FROM members_member m "
            "JOIN members_member o ON o.home_store_id = m.home_store_id AND o.id > m.id"
            for table, more in (
                ("members_candidate (member_id, other_id, likely, evidence)", "900000, '{}'"),
                (
                    "members_merge (member_id, other_id, merged_by, before, after, undone_at, undone_by)",
                    "'test', '{}', '{}', now(), 'test'",
                ),
            )
        ),
        "INSERT INTO members_event (source, source_id, kind, member_id, store_id, at, body, digest) "
        "SELECT 'app', id::text, 'viewed', id, home_store_id, now(), '{}', '' FROM members_member",
        "INSERT INTO insight_stagemove (member_id, on_day, stage) SELECT id, '2026-10-31', 'new' FROM members_member",
        "INSERT INTO segments_segment (name) VALUES ('all')",
        *(
            f"INSERT INTO segments_{table} ({columns}) SELECT {values} FROM members_member m, segments_segment s"
            for table, columns, values in (
                ("membership", "segment_id, member_id, since", "s.id, m.id, now()"),
                ("move", "segment_id, member_id, entered, at, because", "s.id, m.id, true, now(), 'first'"),
                ("look", "member_id, at", "m.id, now()"),
            )
        ),
        *STAFF_LABELS_AND_TAGS,
        "INSERT INTO loyalty_bonus (transaction_id, offer, line, points) SELECT id, 'O', 1, 1 FROM loyalty_transaction",
        "INSERT INTO offers_couponkind (code, title) VALUES ('K', 'ten off')",
        "INSERT INTO offers_couponbatch (kind_id, issued, source, actor) SELECT id, 2, 'old', 'test' "
        "FROM offers_couponkind",
        "INSERT INTO offers_coupon (code, batch_id, member_id, changed_on) "
        "SELECT 'K' || m.id, b.id, m.id, '2026-01-01' FROM members_member m, offers_couponbatch b",
        "INSERT INTO offers_couponuse (coupon_id, receipt_id) SELECT DISTINCT ON (c.id) c.id, r.id "
        "FROM offers_coupon c JOIN receipts_receipt r ON r.member_id = c.member_id",
        "INSERT INTO offers_brought (receipt_id, offer_id, number, coupon_id) "
        "SELECT u.receipt_id, o.id, 1, u.coupon_id FROM offers_couponuse u, offers_offer o WHERE o.code = 'O'",
        "INSERT INTO offers_settled (receipt_id, business_date, reckoned_fen, claimed_fen, takings, applied) "
        "SELECT id, business_date, 0, 0, '[]', '[]' FROM receipts_identity",
    )
    refresh(as_of=date(2026, 11, 20))


@pytest.fixture(scope="module")
def laid(django_db_setup, django_db_blocker, tmp_path_factory):
    with lasting(django_db_blocker, tmp_path_factory.mktemp("chain"), _build) as lake:
        yield lake


@pytest.fixture
def chain(laid, db, settings) -> dict[str, int]:
    copy_lake(laid, settings)
    return store_ids()


def _links() -> dict[str, list[tuple[str, str, str]]]:
    """Of each table: (column, other table, its column) of every foreign key, also those without a constraint."""
    found: dict[str, list[tuple[str, str, str]]] = {}
    for model in apps.get_models(include_auto_created=True):
        found[model._meta.db_table] = [
            (field.column, field.related_model._meta.db_table, field.target_field.column)
            for field in model._meta.concrete_fields
            if isinstance(field, models.ForeignKey)
        ]
    return found


def _owners_of(table: str, links: dict, seen: tuple[str, ...] = ()) -> list[str]:
    """SQL expressions over `t` that name the store which a row belongs to: by its own column, or along its keys."""
    columns = {name for (name,) in rows("SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass", table)}
    alias = f"t{len(seen)}"
    owners, own = [], [f"{alias}.{column}" for column in STORE_COLUMNS if column in columns]
    if own and table != "offers_limitedtally":  # whose rows are of a store or of a member
        return own
    for column, other, key in links.get(table, ()):
        if other in seen:
            continue
        further = f"t{len(seen) + 1}"
        owners += [
            f"(SELECT {owner} FROM {other} {further} WHERE {further}.{key} = {alias}.{column})"
            for owner in _owners_of(other, links, (*seen, table))
        ]
    return [f"coalesce({', '.join((*own, *owners))})"] if own else owners


def _owned_tables() -> dict[str, list[str]]:
    links = _links()
    ours = [table for table in every_table() if not table.startswith(OF_THE_FRAMEWORKS)]
    return {table: owners for table in ours if (owners := _owners_of(table, links))}


def _readable(tables: dict) -> dict:  # consents are seen by few: tests/segments/test_tags.py
    return {one: owners for one, owners in tables.items() if "SELECT" in MAY.get(one, ()) and one != "members_consent"}


def test_every_table_has_owners_or_is_nobodys_secret(db):
    ours = {table for table in every_table() if not table.startswith(OF_THE_FRAMEWORKS)}
    owned = set(_owned_tables())
    assert owned >= {"members_facts", "members_identity", "receipts_line", "loyalty_entry", "loyalty_lot"}, (
        "by its keys"
    )
    assert ours - owned - {"receipts_refusal"} == NOBODYS_SECRET
    guarded = {table for (table,) in rows("SELECT relname FROM pg_class WHERE relrowsecurity")}
    assert owned <= guarded, "row level security is on for each of them"


def test_a_manager_sees_the_rows_of_their_store_and_no_others(chain):
    for table, owners in _readable(_owned_tables()).items():
        every_owner = " UNION ALL ".join(f"SELECT {owner} AS store FROM {table} t0" for owner in owners)
        asked = f"SELECT DISTINCT store FROM ({every_owner}) o WHERE store IS NOT NULL"
        assert {store for (store,) in rows(asked)} == set(chain.values()), f"{table}: both stores have rows"
        place = "t0.tableoid::text || t0.ctid::text"  # a place is of one month's part, and the months are many
        # Looked up as the owner, so that rows which are hidden further on still tell whose they are.
        of_east = chain["east"]
        wholly = " AND ".join(
            f"coalesce({owner}, {of_east}) = {of_east}" if table in MAY_NAME_NOTHING else f"{owner} = {of_east}"
            for owner in owners
        )
        (all_of_east,) = rows(f"SELECT count(*) FROM {table} t0 WHERE {wholly}")
        owner_of_row = dict(rows(f"SELECT {place}, coalesce({', '.join(owners)}) FROM {table} t0"))
        with seen_by(chain["east"]):
            visible = [found for (found,) in rows(f"SELECT {place} FROM {table} t0")]
        assert {owner_of_row[found] for found in visible} <= {chain["east"]}, table
        assert len(visible) == all_of_east[0] > 0, f"{table}: their own rows are all there"


def test_a_request_may_do_what_stands_above_and_nothing_else(db):
    found: dict[str, set[str]] = {}
    for table, right in rows(
        "SELECT c.relname, r FROM pg_class c, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', "
        "'REFERENCES', 'TRIGGER']) r WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN "
        "('r', 'p', 'v', 'm', 'f') AND has_table_privilege('huitou_scoped', c.oid, r)"
    ):
        found.setdefault(table, set()).add(right)
    for table, column, right in rows(
        "SELECT c.relname, a.attname, r FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 "
        "AND NOT a.attisdropped, unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'REFERENCES']) r "
        "WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm', 'f') "
        "AND has_column_privilege('huitou_scoped', c.oid, a.attnum, r) "
        "AND NOT has_table_privilege('huitou_scoped', c.oid, r)"
    ):
        found.setdefault(table, set()).add(f"{right} {column}")
    assert found == MAY
    writes_ids = "has_sequence_privilege('huitou_scoped', seqrelid, 'USAGE, UPDATE')"
    assert rows(f"SELECT seqrelid::regclass FROM pg_sequence WHERE {writes_ids}") == [], "ids are given by the tables"


def test_a_new_table_is_nobodys_until_it_is_granted(db):
    run("CREATE TABLE new_room (id int)")
    with pytest.raises(DatabaseError, match="permission denied"), access.scoped(WHOLE_CHAIN):
        rows("SELECT FROM new_room")


def test_the_figures_of_the_chain_are_not_a_stores(chain):
    asked = "SELECT DISTINCT store_id FROM insight_kpivalue"
    assert {store for (store,) in rows(asked)} == {None, *chain.values()}
    with seen_by(chain["east"]):
        assert rows(asked) == [(chain["east"],)]


@pytest.mark.parametrize("how", ["nothing", "no setting", "an unknown store"])
def test_with_no_scope_nothing_is_there(chain, how):
    with access.scoped(NOTHING):
        if how == "no setting":
            run("SET LOCAL huitou.stores = ''")
        if how == "an unknown store":
            run("SET LOCAL huitou.stores = '{99999}'")
        for table in _readable(_owned_tables()):
            assert rows(f"SELECT count(*) FROM {table}") == [(0,)], table


def test_a_scope_that_cannot_be_read_shows_nothing(chain):
    with pytest.raises(DatabaseError), seen_by(chain["east"]):
        run("SET LOCAL huitou.stores = 'all stores'", "SELECT FROM receipts_receipt")


def test_the_whole_chain_is_the_whole_chain(chain):
    counts = {table: rows(f"SELECT count(*) FROM {table}") for table in _readable(_owned_tables())}
    with access.scoped(WHOLE_CHAIN):
        assert {table: rows(f"SELECT count(*) FROM {table}") for table in counts} == counts


def test_imports_and_their_refused_rows_are_the_whole_chains(chain):
    query = "SELECT (SELECT count(*) FROM receipts_import), (SELECT count(*) FROM receipts_refusal)"
    with seen_by(*chain.values()):
        assert rows(query) == [(0, 0)], "because a file may hold rows of any store"
    with access.scoped(WHOLE_CHAIN):
        assert rows(query) == [(1, 1)]


def test_who_shops_elsewhere_is_their_own_stores_and_the_receipt_is_the_others(chain, tmp_path):
    take_into_lake(tmp_path, [line("70", "2026-11-07 10:00", "tea", store="west", member="C1")])
    anna = member_ids()["C1"]
    with seen_by(chain["east"]):
        assert rows("SELECT count(*) FROM receipts_receipt WHERE number = '70'") == [(0,)]
        assert rows("SELECT count(*) FROM members_member WHERE id = %s", anna) == [(1,)]
    with seen_by(chain["west"]):
        assert rows("SELECT count(*) FROM receipts_receipt WHERE number = '70'") == [(1,)]
        assert rows("SELECT count(*) FROM members_member WHERE id = %s", anna) == [(0,)]
    with seen_by(*chain.values()):
        assert rows("SELECT count(*) FROM receipts_receipt WHERE number = '70'") == [(1,)]


@pytest.mark.parametrize(
    ("statement", "because"),
    [
        ("INSERT INTO members_member (joined_on, home_store_id) VALUES ('2026-01-01', {west})", "another's member"),
        ("UPDATE members_member SET home_store_id = {west}", "giving one's members away"),
        ("INSERT INTO members_identity (member_id, kind, value) VALUES ({their_member}, 'card', 'X')", "their card"),
        ("UPDATE receipts_receipt SET store_id = {west}", "moving a receipt over"),
        ("INSERT INTO loyalty_account (asset, role, member_id, balance) VALUES ('x', 'member', {their_member}, 9)",
         "an account for another store's member"),
        ("INSERT INTO insight_kpivalue (kpi, period, starts_on, ends_on, numerator) "
         "VALUES ('sales', 'rolling28', '2026-01-01', '2026-01-31', 1)", "a figure of the chain"),
        ("INSERT INTO receipts_import (source, file_name, file_digest, mapping, actor) "
         "VALUES ('x', 'x', 'x', '{{}}', 'x')", "an import"),
        ("UPDATE loyalty_entry SET points = 1", "a ledger entry"),
        ("DELETE FROM loyalty_entry", "a ledger entry"),
        ("UPDATE loyalty_transaction SET actor = 'x'", "a posting"),
        ("DELETE FROM loyalty_transaction", "a posting"),
        ("UPDATE loyalty_tierentry SET tier = 'x'", "a tier"),
        ("INSERT INTO offers_coupon (code, batch_id, changed_on) VALUES ('x', 1, '2026-01-01')", "a coupon"),
        ("UPDATE receipts_refusal SET row = '{{}}'", "what stood in a file"),
        ("UPDATE receipts_conflict SET body = '{{}}'", "what a till said"),
        ("UPDATE access_auditentry SET actor = 'x'", "the audit trail"),
        ("DELETE FROM access_auditentry", "the audit trail"),
        ("TRUNCATE access_auditentry", "the audit trail"),
        ("SELECT FROM access_auditentry", "the audit trail, even to read"),
        ("INSERT INTO insight_cutoffs (body, made_by) VALUES ('{{}}', 'x')", "the cut-offs of the chain"),
        ("UPDATE insight_cutoffs SET made_by = 'x'", "a version of the cut-offs"),
        ("INSERT INTO insight_layerspan (member_id, layer, since, cut_offs_id) "
         "VALUES ({their_member}, 'gold', '2026-01-01', 1)", "a layer"),
        ("SELECT FROM outbox_fact", "facts of the whole chain"),
        ("SELECT FROM receipts_returnmatch", "what no page reads"),
        ("UPDATE access_user SET store_ids = '{{{west}}}'", "giving oneself another store"),
        ("UPDATE access_user SET role = 'administrator'", "giving oneself another role"),
        ("UPDATE access_user SET password = 'x'", "another's password"),
        ("DELETE FROM access_user", "people"),
        ("INSERT INTO access_user (username, password, name, role, is_active, store_ids) "
         "VALUES ('x', 'x', 'x', 'administrator', true, '{{}}')", "a person"),
        ("DELETE FROM procrastinate_jobs", "jobs"),
        ("SELECT FROM django_migrations", "the history of the tables"),
        ("UPDATE catalogue_store SET name = 'x'", "stores"),
        ("INSERT INTO catalogue_chain (name) VALUES ('x')", "what the chain is"),
        ("CREATE TABLE new_room (id int)", "a table"),
    ],
)  # fmt: skip
def test_writes_out_of_scope_are_refused(chain, statement, because):
    facts = {"west": chain["west"], "their_member": member_ids()["C2"]}
    with pytest.raises(DatabaseError, match=r"row-level security|permission denied"), seen_by(chain["east"]):
        run(statement.format(**facts))


@pytest.mark.parametrize("statement", ["UPDATE loyalty_entry SET points = points + 1", "DELETE FROM loyalty_entry",
                                       "UPDATE loyalty_transaction SET actor = 'x'", "DELETE FROM loyalty_transaction",
                                       "DELETE FROM access_auditentry", "TRUNCATE access_auditentry"])  # fmt: skip
def test_entries_never_change_not_even_by_the_owner(chain, statement):
    access.note(type("Person", (), {"username": "x"}), "looked", "member:1")
    run("GRANT UPDATE, DELETE ON loyalty_entry TO CURRENT_USER")  # who takes the right back meets the trigger
    with pytest.raises(IntegrityError, match="never change"), transaction.atomic():
        run(statement)


@pytest.mark.parametrize("statement", ["UPDATE loyalty_entry SET points = points + 1", "DELETE FROM loyalty_sealed"])
def test_the_product_itself_has_no_right_to_change_an_entry(chain, statement):
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic():
        run(statement)


def _who() -> tuple[str, str]:
    return rows("SELECT current_user, coalesce(current_setting('huitou.stores', true), '')")[0]


@pytest.mark.parametrize("how", ["quietly", "by an exception", "by a statement that failed"])
def test_the_role_ends_with_the_block(chain, how):
    before = _who()[0]
    try:
        with seen_by(chain["east"]):
            assert _who() == ("huitou_scoped", f"{{{chain['east']}}}")
            if how == "by an exception":
                raise LookupError
            if how == "by a statement that failed":
                run("SELECT 1 / 0")
    except (LookupError, DatabaseError):
        pass
    assert _who() == (before, "")
    assert rows("SELECT count(*) FROM receipts_receipt") == [(7,)], "the owner sees everything again"


OPEN_TO_ANYBODY = {"login": 200, "language": 400, "logout": 302}


@pytest.fixture(autouse=True)
def pages(settings):
    """Static files by their own names: nobody gathered them."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def _client(role: Role, stores: list[int]) -> Client:
    access.ensure_user(username=role, name=role, role=role, password="pass word 1", store_ids=stores, language="en")
    client = Client()
    person = get_user_model().objects.get(username=role)
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    return client


def _path(route, member: int) -> str:
    (phone,) = rows("SELECT coalesce(min(id), 1) FROM members_identity WHERE member_id = %s AND kind = 'phone'", member)
    known = {"member_id": member, "identity_id": phone[0], "name": "sales", "conflict_id": _their_conflict(member)}
    (product,) = rows("SELECT min(product_id) FROM receipts_line")
    (receipt,) = rows("SELECT min(id) FROM receipts_receipt WHERE store_id = %s", store_ids()["west"])
    known |= {
        "store_id": store_ids()["west"],
        "product_id": product[0],
        "receipt_id": receipt[0],
        "version": 1,
        "step": "stores",
        "code": "nothing",
        "key": "weekend",
    }
    known["other_id"] = member
    known |= dict.fromkeys(("upload_id", "number", "job_number", "row_number", "user_id", "word", "snapshot"), 1)
    if route.name == "coupon_batch":  # one that is there; numbers go on from test to test
        ((known["number"],),) = rows("SELECT coalesce(min(id), 1) FROM offers_couponbatch")
    return reverse(f"console:{route.name}", kwargs={name: known[name] for name in route.pattern.converters})


def _their_conflict(member: int) -> int:
    query = "SELECT coalesce(min(id), 1) FROM receipts_conflict WHERE store_id = "
    (found,) = rows(query + "(SELECT home_store_id FROM members_member WHERE id = %s)", member)
    return found[0]


def _their_member() -> int:
    return member_ids()["P-2"]


def test_every_route_stands_above():
    assert {route.name for route in urlpatterns} == set(ROUTES), "a new route says here what it shows to whom"


@pytest.mark.parametrize("route", urlpatterns, ids=lambda route: route.name)
def test_another_stores_member_is_not_there(chain, route):
    method, status = ROUTES[route.name]
    client = _client(Role.STORE_MANAGER, [chain["east"]])
    response = getattr(client, method)(_path(route, _their_member()), {"note": "settled"} if method == "post" else {})
    assert response.status_code == status
    page = response.content.decode()
    assert "Xanthippe" not in page
    assert "P-2" not in page
    assert "8002" not in page


@pytest.mark.parametrize("route", [route for route in urlpatterns if "member_id" in route.pattern.converters
                                   and ROUTES[route.name][1] != 403
                                   and route.name != "member_messages_undo"  # 404 where there is no such word
                                   and not route.name.startswith("household_")],  # 404 where nobody else is named
                         ids=lambda route: route.name)  # fmt: skip
@pytest.mark.parametrize(
    ("role", "store", "unmasks"),
    [(Role.ADMINISTRATOR, None, True), (Role.MARKETER, None, False), (Role.SERVICE_AGENT, None, True),
     (Role.STORE_MANAGER, "west", True),
     (Role.CASHIER, "west", False)],
)  # fmt: skip
def test_the_same_route_opens_for_whom_it_may(chain, route, role, store, unmasks):
    """The control: it is the scope that hides the member, not a page that fails for everybody."""
    method, _ = ROUTES[route.name]
    client = _client(role, [chain[store]] if store else [])
    response = getattr(client, method)(_path(route, _their_member()))
    notes = 403 if role is Role.CASHIER else 302
    opened = {"reveal_phone": 200 if unmasks else 403, "member_consent": notes, "member_messages": notes}
    assert response.status_code == opened.get(route.name, 200)


@pytest.mark.parametrize("route", urlpatterns, ids=lambda route: route.name)
def test_a_service_agent_opens_people_and_offers_and_nothing_else(chain, route):
    method, _ = ROUTES[route.name]
    response = getattr(_client(Role.SERVICE_AGENT, []), method)(_path(route, _their_member()))
    assert (response.status_code == 403) is (route.name not in OF_A_SERVICE_AGENT)


@pytest.mark.parametrize("step", sorted(one._STEPS))
def test_a_service_agent_does_nothing_to_an_offer(chain, step):
    assert _client(Role.SERVICE_AGENT, []).post(f"/offers/one/O/{step}", {"sure": "1"}).status_code == 403


@pytest.mark.parametrize("route", urlpatterns, ids=lambda route: route.name)
def test_nobody_is_sent_to_the_log_in(chain, client, route):
    method, _ = ROUTES[route.name]
    path = _path(route, _their_member())
    response = getattr(client, method)(path)
    if route.name in OPEN_TO_ANYBODY:
        assert response.status_code == OPEN_TO_ANYBODY[route.name]
    else:
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/login")
