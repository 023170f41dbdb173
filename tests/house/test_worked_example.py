"""The worked example of docs/importing.md, typed as it stands there, answers what stands there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from huitou.doors.cli import import_reports
from huitou.doors.cli.mapping import read_mapping
from huitou.usecases.import_receipts import import_receipts

pytestmark = [pytest.mark.database, pytest.mark.django_db]

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "importing.md").read_text()
FILE, COMMAND, DRY_ANSWER, SECOND_ANSWER = re.findall(r"^```\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
NOW = datetime(2026, 7, 1, tzinfo=UTC)


def lines(text: str) -> list[str]:
    return [" ".join(line.split()) for line in text.strip().splitlines()]


def test_the_example_answers_what_the_page_says(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    path = tmp_path / "june.csv"
    path.write_text(FILE)
    columns = read_mapping(re.findall(r"--map (\S+)", COMMAND))

    def answer(*, dry_run: bool) -> list[str]:
        report = import_receipts(path, columns, now=NOW, source="hz-till", dry_run=dry_run)
        import_reports.tell(report, as_json=False)
        return lines(capsys.readouterr().out)

    assert answer(dry_run=True) == lines(DRY_ANSWER)
    first = answer(dry_run=False)
    assert first == lines(DRY_ANSWER)[:-1], "a dry run says what the import will say"
    assert answer(dry_run=False)[:4] == lines(SECOND_ANSWER)
