"""What a person sees while a command or a job runs: every step that a use case tells has its words at each door."""

from __future__ import annotations

import inspect
import re
from types import ModuleType

import pytest

from huitou.doors.cli import audit as audit_command
from huitou.doors.cli import import_described as describe_command
from huitou.doors.cli import import_files as import_command
from huitou.doors.cli import import_undo as undo_command
from huitou.doors.cli import refresh as refresh_command
from huitou.doors.console.views.imports import jobs
from huitou.usecases import audit, import_described, import_receipts, refresh, undo_described, undo_import

_TOLD = re.compile(r'(?:progress|run\.step)\("(\w+)"\)')


def told_by(*usecases: ModuleType) -> set[str]:
    return {step for usecase in usecases for step in _TOLD.findall(inspect.getsource(usecase))}


@pytest.mark.parametrize(
    ("words", "usecases"),
    [
        (refresh_command.STEPS, [refresh]),
        (audit_command.STEPS, [audit]),
        (import_command.STEPS, [import_receipts]),
        (describe_command.STEPS, [import_described]),
        (undo_command.STEPS, [undo_import, undo_described]),
    ],
    ids=["refresh", "audit", "import receipts", "import members", "import undo"],
)
def test_a_command_has_words_for_every_step(words: dict[str, str], usecases: list[ModuleType]) -> None:
    steps = told_by(*usecases)
    assert steps, "the steps are found in the source"
    assert steps <= words.keys(), "a step without words ends the command with an error, after its work was done"


def test_the_pages_have_words_for_every_step_of_a_refresh() -> None:
    assert told_by(refresh) - {"done"} <= jobs.STEPS["refresh"].keys()
