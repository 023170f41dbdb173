"""The first run: asked once, in steps that can be left and gone back in, and never where data is."""

from __future__ import annotations

import pytest
from django.utils import timezone

from huitou.lake import straight
from huitou.usecases.sample_chain.terms import SEED, SampleChain
from tests.builders import lake_lines, rows, run
from tests.doors.console.test_pages import text_of

pytestmark = pytest.mark.django_db

HELD = (
    "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted "
    "AND objid = (hashtext('receipts into the lake')::bigint & 4294967295)::oid"
)
CHAIN = {"name": "禾邻生活", "language": "zh-hans", "currency": "CNY", "zone": "Asia/Shanghai"}


@pytest.fixture(autouse=True)
def as_before(settings):
    """What a process follows is put back after each test."""
    for name in ("CHAIN_NAME", "CURRENCY", "TIME_ZONE"):
        setattr(settings, name, getattr(settings, name))


def test_an_administrator_goes_through_it_and_ends_on_the_overview(db, as_role):
    admin = as_role("administrator")
    assert admin.get("/")["Location"] == "/start"
    assert admin.post("/start", CHAIN)["Location"] == "/start/targets"
    assert admin.post("/start/targets", {"churn_rate_target": "15"})["Location"] == "/start/stores"
    # Left here, and taken up again another day: what was said stays.
    assert admin.get("/")["Location"] == "/start"
    assert 'value="禾邻生活"' in admin.get("/start").content.decode()
    assert admin.post("/start/targets", {"churn_rate_target": "15"}).status_code == 302, (
        "going on again changes nothing"
    )
    pasted = "101\t滨江店\t滨江区\n102，大学城店，江干区\n103"
    assert admin.post("/start/stores", {"stores": pasted})["Location"] == "/start/bring"
    assert rows("SELECT code, name, district FROM catalogue_store ORDER BY code") == [
        ("101", "滨江店", "滨江区"),
        ("102", "大学城店", "江干区"),
        ("103", "103", ""),
    ]
    assert admin.post("/start/bring")["Location"] == "/"
    assert admin.get("/").status_code == 200
    assert admin.get("/start")["Location"] == "/", "nobody is asked twice"
    assert rows("SELECT action FROM access_auditentry ORDER BY id")[-1] == ("start.finish",)


def test_what_does_not_do_is_refused_and_stays_as_it_was_typed(db, as_role):
    admin = as_role("administrator")
    for step, typed, code, because in (
        ("", CHAIN | {"name": ""}, "chain_unfit", "a chain has a name"),
        ("", CHAIN | {"zone": "Mars/Olympus"}, "chain_unfit", "nobody lives there"),
        ("", CHAIN | {"currency": "yuan"}, "chain_unfit", "no code of a currency"),
        ("/targets", {"churn_rate_target": "150"}, "goal_unfit", "more than all"),
        ("/stores", {"stores": "101,A\n101,B"}, "stores_unfit", "one code, one store"),
        ("/stores", {"stores": "1 0 1"}, "stores_unfit", "no code"),
    ):
        answer = admin.post(f"/start{step}", typed)
        assert answer.status_code == 400, because
        assert code in answer.content.decode(), because
    assert rows("SELECT count(*) FROM catalogue_store") == [(0,)]
    assert rows("SELECT count(*) FROM catalogue_chain") == [(0,)]
    assert admin.get("/start/nothing").status_code == 404


def test_a_chain_with_data_and_other_roles_never_see_it(chain, as_role):
    admin = as_role("administrator")
    assert admin.get("/").status_code == 200
    assert admin.get("/start")["Location"] == "/"
    assert admin.post("/start", CHAIN)["Location"] == "/"
    assert rows("SELECT count(*) FROM catalogue_chain") == [(0,)]
    assert as_role("marketer").get("/start").status_code == 403


def test_the_name_and_currency_are_followed_unless_the_operator_says_otherwise(db, as_role, settings):
    from huitou.catalogue import service as catalogue

    settings.TOLD_BY_OPERATOR = {"CURRENCY"}
    catalogue.tell_chain("禾邻生活", "en", "GBP", "Europe/London")
    catalogue.follow_chain()
    assert (settings.CHAIN_NAME, settings.CURRENCY, settings.TIME_ZONE) == ("禾邻生活", "CNY", "Europe/London")


def test_the_next_step_speaks_of_the_currency_that_was_chosen(
    db, as_role, settings, django_capture_on_commit_callbacks
):
    """Every process asks now and then what another was told; the first questions wait for none of them."""
    from huitou.catalogue import service as catalogue

    settings.TOLD_BY_OPERATOR = set()
    settings.CURRENCY = "CNY"
    admin = as_role("administrator", language="en")
    assert "pounds" not in text_of(admin.get("/start/targets"))
    with django_capture_on_commit_callbacks(execute=True):
        admin.post("/start", CHAIN | {"language": "en", "currency": "USD"})
    assert settings.CURRENCY == "USD", "the process that was told knows it at once"
    catalogue.tell_chain("禾邻生活", "en", "GBP", "Europe/London")  # by another process
    assert "pounds" in text_of(admin.get("/start/targets"))
    assert settings.CURRENCY == "GBP", "and any other on its next page"


def test_the_sample_chain_is_asked_for_once_and_its_progress_shown(db, as_role):
    from huitou.inbox import service as inbox

    admin = as_role("administrator", language="en")
    page = admin.get("/start/bring").content.decode()
    assert "20,000 members and 24 months" in page
    assert "MB of disk" in page, "what it needs is told before"
    for _ in range(2):
        assert admin.post("/start/sample")["Location"] == "/start/bring"
    (job,) = [one for one in inbox.jobs_without_import() if one.what == "sample"]
    assert (job.state, job.reading) == ("waiting", {"members": 20_000, "months": 24}), "two clicks are one job"
    page = admin.get("/start/bring").content.decode()
    assert "Laying the sample chain" in page
    assert 'hx-get="/imports/jobs/' in page
    assert "start/sample" not in page, "nothing to press while it runs"
    assert as_role("marketer").post("/start/sample").status_code == 403


@pytest.mark.parametrize(
    ("there", "code"),
    [
        ("INSERT INTO catalogue_store (code, name) VALUES ('101', 'ours')", "other_data_here"),
        ("INSERT INTO members_member (joined_on) VALUES ('2026-01-01')", "members_here"),
    ],
)
def test_the_sample_chain_mixes_with_nothing(db, as_role, there, code):
    from huitou.inbox import service as inbox

    run(there)
    admin = as_role("administrator", language="en")
    assert "Not here any more" in admin.get("/start/bring").content.decode()
    refused = admin.post("/start/sample")
    assert refused.status_code == 409
    assert code in refused.content.decode()
    assert inbox.jobs_without_import() == []


@pytest.mark.django_db(transaction=True)
def test_the_worker_lays_what_the_command_would(as_role, settings, monkeypatch):
    """Another worker may hear of a month while it is on its way into the lake: it waits, and finds it there."""
    from huitou.inbox import service as inbox
    from huitou.usecases import run_jobs
    from huitou.usecases.sample_chain import asking
    from huitou.usecases.sample_chain.note import chain_in

    held, append = [], straight.append

    def append_noting_the_lock(*told):
        held.extend(rows(HELD))
        return append(*told)

    monkeypatch.setattr(straight, "append", append_noting_the_lock)
    now = timezone.localtime()
    number = asking.start_sample(now=now, actor="admin", members=30, months=2)
    assert run_jobs.run_waiting(lambda: now) == 1
    job = inbox.job(number)
    assert (job.state, job.report) == ("done", {"members": 30, "months": 2})
    assert chain_in(settings.LAKE_PATH.parent) == SampleChain(SEED, 30, 2, now.date(), laid=True)
    assert held == [(1,)] * len(held) != [], "whoever else loads a month would load it twice"
    assert rows("SELECT count(*) FROM members_member") == [(30,)]
    ((lines, net_fen),) = rows("SELECT count(*), sum(net_fen)::bigint FROM receipts_line")
    assert lake_lines("count(*), sum(net_fen)::BIGINT") == [(lines, net_fen)], "each line once"
    admin = as_role("administrator")
    assert admin.get("/").status_code == 200, "and the overview has figures"
    assert admin.post("/start/sample")["Location"] == "/", "a chain that is there is left alone"


@pytest.mark.django_db(transaction=True)
def test_half_a_sample_chain_is_said_on_every_page_and_taken_away_by_one_press(as_role, settings):
    """What is taken away, and what is not, stands in tests/faults/test_sample_kills.py."""
    from huitou.inbox import service as inbox
    from huitou.usecases import run_jobs
    from huitou.usecases.sample_chain.note import chain_in, keep_note

    folder, now = settings.LAKE_PATH.parent, timezone.localtime()
    admin, marketer = as_role("administrator", language="en"), as_role("marketer", language="en")
    assert admin.post("/start/clear").status_code == 409, "nothing was begun"
    keep_note(folder, SampleChain(SEED, 30, 2, now.date()))
    assert "sample chain here is not whole" in marketer.get("/members").content.decode()
    page = admin.get("/start/bring").content.decode()
    assert "Finish the sample chain" in page
    assert "Take the half sample chain away?" in page, "it is asked once more"
    assert marketer.post("/start/clear").status_code == 403
    for _ in range(2):
        assert admin.post("/start/clear")["Location"] == "/start/bring"
    (job,) = [one for one in inbox.jobs_without_import() if one.what == "sample"]
    assert job.kind == "clear", "two clicks are one job"
    assert "Taking the sample chain away" in admin.get("/start/bring").content.decode()
    assert admin.post("/start/sample")["Location"] == "/start/bring", "not laid while it is taken away"
    assert run_jobs.run_waiting(lambda: now) == 1
    assert inbox.job(job.id).state == "done"
    assert chain_in(folder) is None
    page = admin.get("/start/bring").content.decode()
    assert "Lay the sample chain" in page, "it is offered again"
    assert "sample chain here is not whole" not in admin.get("/members").content.decode()
    keep_note(folder, SampleChain(SEED, 30, 2, now.date(), laid=True))
    assert admin.post("/start/clear").status_code == 409, "a whole one is not taken away in passing"


def test_before_the_first_store_it_is_said_that_the_sample_chain_goes(db, as_role):
    admin = as_role("administrator", language="en")
    assert "look around with the sample chain first" in admin.get("/start/stores").content.decode()
    admin.post("/start/stores", {"stores": "101,Riverside"})
    assert "look around with the sample chain first" not in admin.get("/start/stores").content.decode()
