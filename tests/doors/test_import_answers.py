"""What an import answers when very much was refused, and when nobody hears what it says."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest

from huitou.doors.cli import import_files, import_reports
from huitou.usecases.report_of_receipts import Report
from tests.builders import line, run, take


def _report(refused: int) -> Report:
    given = {field.name: 0 for field in fields(Report)}
    rows = [{"row_number": number, "code": "at_blank", "detail": "x"} for number in range(refused)]
    return Report(
        **given | {"dry_run": False, "rows_refused": refused, "refused": rows, "quantity": "0", "amount": "0"}
    )


@pytest.mark.parametrize(("refused", "listed", "not_listed"), [(0, 0, 0), (1000, 1000, 0), (250_000, 1000, 249_000)])
def test_json_lists_the_first_and_counts_the_others(refused, listed, not_listed):
    answer = import_reports.as_plain(_report(refused))
    assert (len(answer["refused"]), answer["refused_not_listed"]) == (listed, not_listed)
    assert answer["rows_refused"] == refused
    assert len(json.dumps(answer)) < 100_000


@pytest.mark.django_db
def test_an_import_warns_when_facts_wait_for_a_worker(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("HUITOU_LANGUAGE", "en")
    import_files._warn_of_facts_that_wait()
    assert capsys.readouterr().err == "", "all is heard"
    take(tmp_path, [line("1", "2026-11-01 10:00")])
    import_files._warn_of_facts_that_wait()
    assert "1 facts wait for a worker" in capsys.readouterr().err
    run("UPDATE outbox_fact SET done_at = now()")
    import_files._warn_of_facts_that_wait()
    assert capsys.readouterr().err == ""
