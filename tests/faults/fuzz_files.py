"""Files by an enemy: bytes that atheris grows out of the golden files are opened, guessed and judged.

Whatever they are, the answer is rows, questions or a refusal: no other error, no crash, no hang.

    python -m tests.faults.fuzz_files --seconds 600

needs atheris, which is there on Linux with x86-64. A process for each processor grows files of its own; how many they
tried is said at the end. A file that breaks the rule is left as `crash-*` in the folder.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
_NAMES = ("till.csv", "till.xlsx", "till.ndjson", "till.parquet")
_ONE_FILE_SECONDS = 30


def main() -> None:
    asked = argparse.ArgumentParser()
    asked.add_argument("--seconds", type=int, default=600)
    asked.add_argument("--runs", type=int, default=-1)
    asked.add_argument("--seed", type=int, default=0, help="0 takes another each time")
    asked.add_argument("--folder", type=Path, help="where grown files and crashes are kept")
    asked.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    options = asked.parse_args()
    sys.exit(_beside_each_other(options) if options.jobs > 1 else _grow(options))


def _beside_each_other(options: argparse.Namespace) -> int:
    """So many processes, each with a seed and grown files of its own; their crashes lie in one folder."""
    folder = options.folder or Path(tempfile.mkdtemp(prefix="huitou-fuzz-"))
    first = options.seed or int.from_bytes(os.urandom(3))
    jobs = []
    for job in range(options.jobs):
        place = folder / f"job{job}"
        place.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", __spec__.name, "--jobs", "1", "--folder", str(place), "--seed",
                   str(first + job), "--seconds", str(options.seconds), "--runs", str(options.runs)]  # fmt: skip
        jobs.append((place, subprocess.Popen(command, stderr=(place / "log").open("w"))))
    worst = max(abs(process.wait()) for _, process in jobs)
    done = [int(found) for place, _ in jobs for found in re.findall(r"Done (\d+) runs", (place / "log").read_text())]
    for place, _ in jobs:
        for left in [*place.glob("crash-*"), *place.glob("timeout-*")]:
            shutil.move(left, folder / left.name)
        if worst:
            sys.stderr.write((place / "log").read_text()[-4000:])
    sys.stdout.write(f"{sum(done):,} files tried in {options.jobs} processes, seeds from {first}; {folder}\n")
    return worst


def _grow(options: argparse.Namespace) -> int:
    import atheris

    folder = options.folder or Path(tempfile.mkdtemp(prefix="huitou-fuzz-"))
    seeds = folder / "seeds"
    seeds.mkdir(parents=True, exist_ok=True)
    with atheris.instrument_imports(include=["huitou.lake"]):
        _settings(folder)
        from huitou.lake import service  # noqa: F401 - imported here so that its branches are seen
    from tests.lake.golden_texts import TEXTS
    from tests.lake.golden_workbooks import BOOKS, COLUMNARS

    for place, golden in enumerate([*TEXTS, *BOOKS, *COLUMNARS]):
        kind = next((number for number, name in enumerate(_NAMES) if golden.name.endswith(name[5:])), 0)
        if len(golden.content) < 20_000:
            (seeds / f"{place:03}").write_bytes(bytes([kind]) + golden.content)
    atheris.Setup(
        [
            sys.argv[0],
            f"-max_total_time={options.seconds}",
            f"-runs={options.runs}",
            f"-seed={options.seed}",
            f"-timeout={_ONE_FILE_SECONDS}",
            "-max_len=20000",
            "-rss_limit_mb=2048",
            f"-artifact_prefix={folder}/",
            str(seeds),
        ],
        lambda data: judge(data, folder),
    )
    atheris.Fuzz()
    return 0


def judge(data: bytes, folder: Path) -> None:
    """Open, guess and judge these bytes. Raises whatever is no refusal."""
    from huitou.kernel.errors import HuitouError
    from huitou.lake import service as lake
    from huitou.lake.terms import Field, Layout

    path = folder / _NAMES[data[0] % len(_NAMES) if data else 0]
    path.write_bytes(data[1:])
    try:
        with lake.open_file(path) as opened:
            guess = lake.guess_mapping(lake.KINDS["receipts"], opened)
            if opened.questions or guess.questions:
                return
            columns = {Field(field): column for field, column in guess.columns.items()}
            lake.judge_receipts(opened, Layout(columns, "Asia/Shanghai", NOW))
            rows = opened.session.sql(
                "SELECT (SELECT count(*) FROM clean), (SELECT sum(line_count) FROM baskets)"
            ).fetchall()[0]
            assert rows[0] == (rows[1] or 0), "each line that is taken belongs to a receipt"
            lake.refusals(opened.session)
    except HuitouError:
        return


def _settings(folder: Path) -> None:
    from django.conf import settings

    os.environ.setdefault("HUITOU_HOME", str(folder))
    settings.configure(LAKE_PATH=folder / "lake", LAKE_MEMORY_MB=256, CURRENCY="CNY", TIME_ZONE="Asia/Shanghai")
    from huitou.lake import tables

    def new_session(new=tables.new_session, **how):
        session = new(**how)
        session.execute("SET threads = 1")  # of a small file a second one only waits
        return session

    tables.new_session = new_session


if __name__ == "__main__":
    main()
