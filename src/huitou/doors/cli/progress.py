"""A progress bar where a person waits: on a terminal only, on standard error, step by step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from huitou.doors.cli.words import translate


@contextmanager
def steps_shown(steps: Mapping[str, str], *, quiet: bool) -> Iterator[Callable[[str], None]]:
    """A function to call with each step's name as it begins. `steps` names them in order, with what people read."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    screen = Console(stderr=True)
    if quiet or not screen.is_terminal:
        yield lambda step: None
        return
    names = list(steps)
    with Progress(
        SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=screen
    ) as bar:
        task = bar.add_task(translate(steps[names[0]]), total=len(names) - 1)

        def begin(step: str) -> None:
            bar.update(task, completed=names.index(step), description=translate(steps[step]))

        yield begin
