"""The note in the installation's folder that says which sample chain was begun or laid there."""

from __future__ import annotations

import json
import os
from dataclasses import asdict
from datetime import date
from pathlib import Path

from huitou.usecases.sample_chain.errors import SampleNoteUnreadable
from huitou.usecases.sample_chain.terms import SampleChain

NOTE = "sample-chain.json"
DRAWING = "drawing"
"""The folder beside it into which the drawing spills."""


def chain_in(folder: Path) -> SampleChain | None:
    """The chain that was laid or begun here, if any. Raises SampleNoteUnreadable."""
    path = folder / NOTE
    if not path.exists():
        return None
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        return SampleChain(
            int(noted["seed"]),
            int(noted["members"]),
            int(noted["months"]),
            date.fromisoformat(noted["today"]),
            laid=bool(noted["laid"]),
            clearing=bool(noted.get("clearing", False)),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise SampleNoteUnreadable(path=path) from error


def keep_note(folder: Path, chain: SampleChain) -> None:
    """Written whole or not at all, also when the power fails."""
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{NOTE}.part"
    with part.open("w", encoding="utf-8") as file:
        json.dump(asdict(chain) | {"today": chain.today.isoformat()}, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    part.replace(folder / NOTE)


def forget_note(folder: Path) -> None:
    """No sample chain is here any more."""
    (folder / NOTE).unlink(missing_ok=True)
