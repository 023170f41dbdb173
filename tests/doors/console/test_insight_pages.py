"""The pages of the figures, of the refresh and of the cut-offs: what they show is what the command line counts."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from huitou.insight import service as insight
from huitou.insight.rules.kpis import KPIS
from huitou.usecases.kpis import kpis_between
from huitou.usecases.refresh import refresh
from tests.builders import NOW, contents, line, rows, store_ids, take_into_lake
from tests.doors.console.test_pages import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain(lasting_chain) -> None:
    """Every test here looks at the small chain."""


WINDOW = (date(2026, 10, 24), date(2026, 11, 20))
FORM = {
    "recency_days_by": "fifths",
    "frequency_by": "fifths",
    "monetary_fen_by": "fifths",
    "dormant_after_months": "3",
    "diamond_by": "percent",
    "diamond_percent": "5",
    "diamond_frequency": "4",
    "gold_score": "9",
}


@pytest.mark.parametrize("name", KPIS)
def test_each_figure_has_a_page_with_its_value_its_parts_and_its_sql(chain, as_role, name):
    page = text_of(as_role("marketer", language="en").get(f"/figures/{name}"))
    (whole,) = kpis_between(*WINDOW, names=[name])
    kpi = insight.kpi(name)
    for said in (kpi.question, kpi.numerator, kpi.denominator or "", kpi.caveat, kpi.grain):
        assert said.replace("'", "&#x27;") in page
    assert f"huitou kpis --kpi {name} --from 2026-10-24 --to 2026-11-20" in page, "whoever runs it gets the same"
    assert str(whole.numerator).split(".")[0] in page.replace(",", "")
    assert any(f"FROM {read}" in page for read in ("day_sums", "comings", "gaps", "steps", "(SELECT")), "its SQL"
    assert "By store" in page
    assert "--by" not in page, "an owner is told no command for what the page leaves out"
    silence = name in ("churn_rate", "wake_up_rate")
    assert ("By layer" in page) != silence, "a layer of those who stayed away would say 100 % of itself"
    assert ("Not split by layer" in page) == silence
    circular = name == "digital_share"
    assert ("By channel" in page) == (not kpi.looks_back and not circular), "the channel says itself what is digital"
    assert ("Not split by channel" in page) == (kpi.looks_back or circular)
    assert ("So a share of people" in page) == kpi.counts_members, "why the stores do not add up to the chain"


def test_a_link_that_is_kept_shows_the_same_after_the_next_refresh(chain, as_role, tmp_path):
    client = as_role("marketer", language="en")
    before = text_of(client.get("/figures/sales?ends=2026-11-20"))
    more = [line("99", "2026-11-27 10:00", store="east", member="C1", amount="77.00")]
    take_into_lake(tmp_path, more, now=NOW.replace(day=28))
    refresh(as_of=date(2026, 11, 27))
    kept = text_of(client.get("/figures/sales?ends=2026-11-20"))
    assert "133.60" in before
    assert "133.60" in kept
    assert "210.60" in text_of(client.get("/figures/sales"))
    assert "133.60" in text_of(client.get("/figures/sales?ends=2026-11-21"))
    assert client.get("/figures/sales?ends=2026-12-01").status_code == 404, "nobody has counted so far"
    assert client.get("/figures/sales?ends=2020-01-01").status_code == 404, "before everything"
    manager = as_role("store_manager", "west", "en")
    assert "133.60" not in text_of(manager.get("/figures/sales?ends=2026-11-21")), "their store alone, here too"
    assert client.get("/figures/sales?ends=yesterday").status_code == 404


def test_a_manager_sees_their_store_and_no_other(chain, as_role):
    client = as_role("store_manager", "east", "en")
    (whole, east) = (row for row in kpis_between(*WINDOW, names=["sales"], by="store") if row.part in (None, "east"))
    page = text_of(client.get("/figures/sales"))
    assert east.numerator in page
    assert whole.numerator not in page
    assert "west" not in page
    asked = client.get(f"/figures/sales?store={store_ids()['west']}")
    assert text_of(asked) == page, "another store is not theirs to choose"
    values = list(csv.DictReader(io.StringIO(client.get("/figures/sales.csv").content.decode("utf-8-sig"))))
    sold = int(float(east.numerator) * 100)
    assert {row["cut"] for row in values} == {"28 days", "month", "layer", "channel"}
    assert str(sold) in {row["numerator"] for row in values if row["cut"] == "28 days"}
    for cut in ("layer", "channel"):
        assert sum(int(row["numerator"]) for row in values if row["cut"] == cut) == sold, f"by {cut}"


def test_the_file_holds_every_part_that_the_reader_sees(chain, as_role):
    response = as_role("administrator").get("/figures/active_members.csv")
    values = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert response["Content-Type"].startswith("text/csv")
    assert {(row["cut"], row["part"]) for row in values} >= {
        ("28 days", ""), ("month", ""), ("store", "east"), ("store", "west"), ("channel", "store"),
        ("category", "dairy"), ("layer", ""),
    }  # fmt: skip


def test_a_name_that_a_spreadsheet_would_run_is_inert(chain, as_role, tmp_path):
    take_into_lake(tmp_path, [line("98", "2026-11-20 09:00", "x", store="east", category="=1+1", channel="@till")])
    refresh(as_of=date(2026, 11, 20))
    text = as_role("administrator").get("/figures/sales.csv").content.decode("utf-8-sig")
    assert ",'=1+1," in text
    assert ",'@till," in text
    assert ",=1+1," not in text


@pytest.mark.parametrize("path", ["/refresh", "/cut-offs"])
@pytest.mark.parametrize(
    ("role", "store", "status"),
    [("administrator", "", 200), ("marketer", "", 200), ("store_manager", "east", 403), ("cashier", "east", 403)],
)
def test_who_may_look_at_the_machinery(chain, as_role, path, role, store, status):
    assert as_role(role, store).get(path).status_code == status


def test_the_status_says_what_ran_what_was_restated_and_what_waits(chain, as_role, tmp_path):
    take_into_lake(tmp_path, [line("97", "2026-11-02 09:00", store="east", member="C1")])
    client = as_role("marketer", language="en")
    assert "changed in the lake: 2026-11, 1 days" in text_of(client.get("/refresh"))
    refresh(as_of=date(2026, 11, 20))
    page = text_of(client.get("/refresh"))
    assert "1 of them had been counted before" in page
    assert "2026-11 1" in page
    assert "all that was recorded is counted" in page


def test_cut_offs_are_looked_at_before_they_are_saved(chain, as_role):
    client = as_role("marketer", language="en")
    wanted = {**FORM, "diamond_by": "amount", "diamond_amount": "1", "diamond_frequency": "1", "note": "try"}
    before = contents()
    page = client.post("/cut-offs", {**wanted, "do": "preview"})
    assert page.status_code == 200
    assert "2of 2 members, 100.0%" in text_of(page), "both would be diamonds"
    assert contents() == before, "looking changes nothing"
    assert client.post("/cut-offs", {**wanted, "do": "save"}).status_code == 302
    seen = insight.cut_offs()
    assert (seen.cut_offs.diamond_fen, seen.note) == (100, "try")
    assert rows("SELECT count(*) FROM access_auditentry WHERE action = 'cut_offs.change'") == [(1,)]
    assert "try" in text_of(client.get("/cut-offs"))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({}, "cut_offs_same"),
        ({"gold_score": "11"}, "cut_offs_unfit"),
        ({"gold_score": "nine"}, "cut_offs_unfit"),
        ({"gold_score": "9" * 30}, "cut_offs_unfit"),
        ({"frequency_by": "own", "frequency_0": "4", "frequency_1": "3", "frequency_2": "2", "frequency_3": "1"},
         "cut_offs_unfit"),
        ({"frequency_by": "own"}, "cut_offs_unfit"),
        ({"diamond_by": "amount", "diamond_amount": "-5"}, "cut_offs_unfit"),
        ({"dormant_after_months": "<script>"}, "cut_offs_unfit"),
    ],
)  # fmt: skip
def test_what_cannot_be_cut_offs_is_said_and_saved_nowhere(chain, as_role, typed, code):
    client, before = as_role("administrator", language="en"), insight.cut_offs()
    response = client.post("/cut-offs", {**FORM, **typed, "do": "save"})
    assert (response.status_code, code in text_of(response)) == (422, True)
    assert insight.cut_offs() == before
    assert "<script>" not in response.content.decode().split("</head>")[1].replace("<script src", "")
