"""Members who look like one person, found among all of them by splink over DuckDB, for a person to decide (A5).

Phones and addresses are compared by keyed numbers made of them, so that nothing lies in clear where DuckDB spills.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from huitou.members.rules import likeness as rules
from huitou.members.spelling import sound
from huitou.members.store import resembling
from huitou.privacy import service as privacy

Progress = Callable[[str], None]
_SEED = 20261128
_SAMPLED_PAIRS = 2_000_000
_MILLION = 1_000_000
_SHARES = 10**8
_QUIET = 40
"""splink tells its progress in the log."""


def likely_pairs(
    *, spill: Path, memory_mb: int, progress: Progress = lambda step: None, at_least_percent: int = rules.LIKELY_PERCENT
) -> pa.Table:
    """(member_id, other_id, likely in millionths, evidence as JSON: [[field, level, weight in millibits], ...])."""
    with _session(spill, memory_mb) as session:
        progress("people")
        _lay_people(session)
        progress("compare")
        return _compare(session, at_least_percent / 100)


@contextmanager
def _session(spill: Path, memory_mb: int) -> Iterator[Any]:
    import duckdb

    spill.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=spill, suffix=".part") as folder:
        session = duckdb.connect(str(Path(folder) / "people.duckdb"))
        try:
            session.execute("SET autoinstall_known_extensions = false")
            session.execute("SET temp_directory = '" + folder.replace("'", "''") + "'")
            session.execute("SET enable_progress_bar = false")
            session.execute(f"SET memory_limit = '{int(memory_mb)}MB'")
            yield session
        finally:
            session.close()


def _lay_people(session: Any) -> None:
    """The table `people`: what is compared, and what pairs are looked for by."""
    session.execute(
        "CREATE TABLE told (unique_id BIGINT, name VARCHAR, sound VARCHAR, family VARCHAR, birthday VARCHAR, "
        "month_day SMALLINT, sex VARCHAR, home_store INTEGER, email VARCHAR, address VARCHAR, pieces BIGINT[], "
        "phones BIGINT[], near BIGINT[])"
    )
    for piece in resembling.people():
        session.register("arriving", _keyed(piece))
        session.execute("INSERT INTO told SELECT * FROM arriving")
        session.unregister("arriving")
    session.execute(
        "CREATE TABLE usual AS SELECT birthday FROM told WHERE birthday IS NOT NULL GROUP BY birthday "
        f"HAVING count(*) > greatest(20, {rules.COMMON_BIRTHDAY} * (SELECT count(birthday) / count(DISTINCT birthday) "
        "FROM told))"
    )
    session.execute(
        "CREATE TABLE people AS SELECT * REPLACE (CASE WHEN birthday IN (SELECT birthday FROM usual) THEN NULL "
        "ELSE birthday END AS birthday) FROM told"
    )
    session.execute("DROP TABLE told")


def _keyed(piece: pa.Table) -> pa.Table:
    names = piece["name"].to_pylist()
    sounds = [sound(name) if name else (None, None) for name in names]
    phones, near = [], []
    for sealed in piece["phones"].to_pylist():
        numbers = [privacy.open_phone(bytes.fromhex(one)) for one in sealed.split(",")] if sealed else []
        phones.append(privacy.keyed_numbers(numbers, purpose="whole phone") or None)
        near.append(
            privacy.keyed_numbers([left for one in numbers for left in _one_left_out(one)], purpose="near phone")
        )
    pieces = [
        None if sealed is None else privacy.keyed_numbers(
            _pairs(privacy.unseal(bytes.fromhex(sealed), purpose="address")), purpose="address"
        )
        for sealed in piece["address_sealed"].to_pylist()
    ]  # fmt: skip
    return pa.table(
        {
            "unique_id": piece["member_id"],
            "name": names,
            "sound": pa.array([one[0] for one in sounds], pa.string()),
            "family": pa.array([one[1] for one in sounds], pa.string()),
            **{name: piece[name] for name in ("birthday", "month_day", "sex", "home_store", "email", "address")},
            "pieces": pa.array(pieces, pa.list_(pa.int64())),
            "phones": pa.array(phones, pa.list_(pa.int64())),
            "near": pa.array([one or None for one in near], pa.list_(pa.int64())),
        }
    )


def _one_left_out(phone: str) -> set[str]:
    """Two phones that are one slip apart (a digit wrong, missing, too many, or two changed over) share one of these."""
    return {phone, *(phone[:at] + phone[at + 1 :] for at in range(len(phone)))}


def _pairs(text: str) -> set[str]:
    plain = "".join(text.split()).casefold()
    return {plain[at : at + 2] for at in range(max(1, len(plain) - 1))}


@dataclass(frozen=True, slots=True)
class Likeness:
    """What makes rows alike, and by what pairs are looked for. `lists` are columns of several values."""

    fields: Sequence[rules.Field]
    blocks: Sequence[tuple[str, ...]]
    learn_by: Sequence[tuple[str, ...]]
    lists: Sequence[str] = ()


OF_MEMBERS = Likeness(rules.FIELDS, rules.BLOCKS, rules.LEARN_BY, rules.LISTS)


def compare(session: Any, table: str, of: Likeness, *, prior: float, learn: bool, at_least: float) -> list[tuple]:
    """Pairs of `unique_id` of a table that are one with at least this probability: (left, right, probability, then of
    each field the level, counted from the last, and its weight in thousandths of a bit)."""
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI(session)
    linker = Linker(database.register(table), _settings_of(of, prior), log_level=_QUIET)
    if learn:
        linker.training.estimate_u_using_random_sampling(max_pairs=_SAMPLED_PAIRS, seed=_SEED)
        for columns in of.learn_by:
            linker.training.estimate_parameters_using_expectation_maximisation(_learning_block(of, columns))
    found = linker.inference.predict(threshold_match_probability=at_least)
    session.execute(f"CREATE OR REPLACE VIEW found AS SELECT * FROM {found.physical_name}")
    names = [name for name, *_ in session.sql("DESCRIBE found").fetchall()]
    columns = ["unique_id_l", "unique_id_r", "match_probability"]
    for field in of.fields:
        adjusted = f" + coalesce(mw_tf_adj_{field.name}, 0)" if f"mw_tf_adj_{field.name}" in names else ""
        columns += [f"gamma_{field.name}", f"round((mw_{field.name}{adjusted}) * 1000)::INTEGER"]
    return session.sql(f"SELECT {', '.join(columns)} FROM found ORDER BY 3 DESC, 1, 2").fetchall()


def _settings_of(of: Likeness, prior: float) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "probability_two_random_records_match": prior,
        "comparisons": [_comparison(field) for field in of.fields],
        "blocking_rules_to_generate_predictions": [_block(of, columns) for columns in of.blocks],
        "retain_intermediate_calculation_columns": True,
        "retain_matching_columns": True,
    }


def _block(of: Likeness, columns: Sequence[str]) -> Any:
    from splink import block_on

    return block_on(*columns, arrays_to_explode=[one for one in columns if one in of.lists] or None)


def _learning_block(of: Likeness, columns: Sequence[str]) -> Any:
    """splink unfolds lists where it looks for pairs and refuses to where it learns: there the first of a list does."""
    from splink import block_on

    return block_on(*(f"{one}[1]" if one in of.lists else one for one in columns))


def _comparison(field: rules.Field) -> dict[str, Any]:
    levels: list[dict[str, Any]] = [
        {"sql_condition": field.unknown, "label_for_charts": "unknown", "is_null_level": True}
    ]
    for level in field.levels:
        said = {
            "sql_condition": level.sql or "ELSE",
            "label_for_charts": level.code,
            "m_probability": level.m / _SHARES,
            "u_probability": level.u / _SHARES,
        }
        if level.common:
            said["tf_adjustment_column"] = level.common
        levels.append(said)
    return {"output_column_name": field.name, "comparison_levels": levels}


def _compare(session: Any, at_least: float) -> pa.Table:
    ((count,),) = session.sql("SELECT count(*) FROM people").fetchall()
    if count < 2:
        return _table([])
    # Of n members, n / EXPECTED_TWICE_PER pairs among n * n / 2 are one person.
    prior = min(0.001, 2 / (rules.EXPECTED_TWICE_PER * count))
    learn = count >= rules.LEARN_FROM
    rows = compare(session, "people", OF_MEMBERS, prior=prior, learn=learn, at_least=at_least)
    levels = {field.name: _codes(field) for field in rules.FIELDS}
    return _table([(*row[:3], _evidence(row[3:], levels)) for row in rows])


def _codes(field: rules.Field) -> dict[int, str]:
    """splink counts levels from the last, 0, up; -1 is unknown."""
    return {-1: "unknown", **{place: level.code for place, level in enumerate(reversed(field.levels))}}


def _evidence(seen: Sequence[int], levels: Mapping[str, Mapping[int, str]]) -> str:
    agreed = zip(levels.items(), seen[::2], seen[1::2], strict=True)
    return json.dumps([[name, codes[level], weight] for (name, codes), level, weight in agreed])


def _table(rows: Sequence[tuple[int, int, float, str]]) -> pa.Table:
    return pa.table(
        {
            "member_id": pa.array([min(row[:2]) for row in rows], pa.int64()),
            "other_id": pa.array([max(row[:2]) for row in rows], pa.int64()),
            "likely": pa.array([int(row[2] * _MILLION) for row in rows], pa.int32()),
            "evidence": pa.array([row[3] for row in rows], pa.string()),
        }
    )
