"""An import that lands while the audit runs is accused of nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.db import InternalError, connection, transaction
from tests.builders import SMALL_CHAIN, lake_lines, line, rows, run, take_into_lake

from huitou.lake import service as lake
from huitou.receipts import service as receipts
from huitou.usecases import audit as auditing
from huitou.usecases.audit import audit


def _import_meanwhile(folder: Path) -> None:
    """Another process's import, from its first row to the lake."""

    def work() -> None:
        try:
            take_into_lake(folder, [line("77", "2026-11-09 10:00", "tea", "2", "71.00", store="west", member="C9")])
        finally:
            connection.close()

    other = threading.Thread(target=work)
    other.start()
    other.join()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("room", "asked", "because"),
    [
        (lake, "totals", "the lake has an import that the snapshot does not know"),
        (receipts, "verdicts", "the ledger was looked at before, the receipts after it"),
    ],
)
def test_what_lands_meanwhile_is_not_accused(tmp_path, monkeypatch, room, asked, because):
    take_into_lake(tmp_path, SMALL_CHAIN)
    answer = getattr(room, asked)
    imports = []

    def answer_after_an_import(**asking: object) -> object:
        if not imports:
            imports.append(_import_meanwhile(tmp_path))
        return answer(**asking)

    monkeypatch.setattr(room, asked, answer_after_an_import)
    assert [verdict for verdict in audit() if not verdict.holds] == [], because
    assert len(lake_lines()) == len(SMALL_CHAIN) + 1, "it did land"
    assert rows("SELECT count(*) FROM receipts_import") == [(2,)]


@pytest.mark.django_db(transaction=True)
def test_the_snapshot_is_one_moment_and_writes_nothing(tmp_path):
    with auditing._one_snapshot():
        before = rows("SELECT count(*) FROM receipts_receipt")
        _import_meanwhile(tmp_path)
        assert rows("SELECT count(*) FROM receipts_receipt") == before == [(0,)]
        with pytest.raises(InternalError, match="read-only transaction"), transaction.atomic():
            run("DELETE FROM receipts_import")
    assert rows("SELECT count(*) FROM receipts_receipt") == [(1,)]
