"""`huitou household`: shown, put together, taken out and named from the command line."""

from __future__ import annotations

import json
from contextlib import nullcontext
from datetime import date
from types import SimpleNamespace

import pytest

from huitou.doors.cli import app
from huitou.members import service as members
from huitou.members.terms import NewMember

pytestmark = pytest.mark.django_db
RUNTIME = SimpleNamespace(version="0", open_database=nullcontext)


@pytest.fixture
def said(capsys, monkeypatch):
    day = date(2026, 11, 1)
    members.take_people([NewMember("A", "何A", day, "13800138000"), NewMember("B", "何B", day, "13900139000")])

    def run(*words, language="en"):
        monkeypatch.setenv("HUITOU_LANGUAGE", language)
        code = app.run(RUNTIME, ["household", *words])
        return code, *capsys.readouterr()

    return run


def test_two_live_together_and_part(said):
    assert "Nobody is known to live with them." in "".join(said("show", "A")[1:])
    code, out, _ = said("add", "A", "13900139000", "--json")
    assert (code, json.loads(out)["new"]) == (0, 2)
    assert "新加入 0 人，这个家庭现有 2 位会员。" in "".join(said("add", "A", "B", language="zh")[1:])
    said("name", "B", "何家")
    code, out, _ = said("show", "A")
    assert out.splitlines()[0] == "何家"
    assert "139****9000" in out
    assert "13900139000" not in out
    assert json.loads(said("remove", "B", "--json")[1]) == {"left": True}
    assert json.loads(said("remove", "B", "--json")[1]) == {"left": False}


def test_what_cannot_be_is_refused_with_its_code(said):
    code, out, _ = said("add", "A", "A", "--json")
    assert (code, json.loads(out)["code"]) == (app.REFUSED, "household_of_one")
    code, out, _ = said("add", "A", "nobody", "--json")
    assert (code, json.loads(out)["code"]) == (app.REFUSED, "member_unknown")
