"""Prompts for cashiers as rows. Few of them, read whole."""

from __future__ import annotations

import json
from typing import Any

from django.db import connection

from huitou.offers.rules.exchange import read, write
from huitou.offers.terms import Goods
from huitou.offers.terms.prompting import Prompt, PromptSeen

_SAID = ("code", "say_zh", "say_en", "goods", "segment", "members_only", "starts", "ends", "rest_days")
_COLUMNS = ", ".join(_SAID)
_SEEN = f"{_COLUMNS}, is_on, revision, made_by, made_at, changed_by, changed_at"


def _rows(query: str, values: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values or [])
        return cursor.fetchall() if cursor.description else []


def every() -> list[PromptSeen]:
    """By code."""
    return [_seen(row) for row in _rows(f"SELECT {_SEEN} FROM offers_prompt ORDER BY code")]


def find(code: str, *, lock: bool = False) -> PromptSeen | None:
    rows = _rows(f"SELECT {_SEEN} FROM offers_prompt WHERE code = %s" + " FOR NO KEY UPDATE" * lock, [code])
    return _seen(rows[0]) if rows else None


def rows_on() -> list[tuple[Any, ...]]:
    """Those that are switched on, by code, as `prompt_of` reads them."""
    return _rows(f"SELECT {_COLUMNS} FROM offers_prompt WHERE is_on ORDER BY code")


def insert(prompt: Prompt, by: str) -> bool:
    """Off at first. False where the code is taken."""
    values = _values(prompt)
    return bool(
        _rows(
            f"INSERT INTO offers_prompt ({_COLUMNS}, made_by, changed_by) "
            f"VALUES ({', '.join(['%s'] * (len(values) + 2))}) ON CONFLICT (code) DO NOTHING RETURNING id",
            [*values, by, by],
        )
    )


def update(prompt: Prompt, by: str) -> None:
    code, *values = _values(prompt)
    _rows(
        f"UPDATE offers_prompt SET {', '.join(f'{name} = %s' for name in _SAID[1:])}, revision = revision + 1, "
        "changed_by = %s, changed_at = now() WHERE code = %s",
        [*values, by, code],
    )


def switch(code: str, on: bool, by: str) -> None:
    _rows(
        "UPDATE offers_prompt SET is_on = %s, revision = revision + 1, changed_by = %s, changed_at = now() "
        "WHERE code = %s",
        [on, by, code],
    )


def prompt_of(row: tuple[Any, ...]) -> Prompt:
    code, say_zh, say_en, goods, *rest = row
    return Prompt(code, say_zh, say_en, read(Goods, json.loads(goods)), *rest)


def _values(prompt: Prompt) -> list[Any]:
    said = {name: words for name, words in write(prompt.goods).items() if words}
    goods = json.dumps(said, ensure_ascii=False, sort_keys=True)
    return [prompt.code, prompt.say_zh, prompt.say_en, goods, prompt.segment, prompt.members_only, prompt.starts,
            prompt.ends, prompt.rest_days]  # fmt: skip


def _seen(row: tuple[Any, ...]) -> PromptSeen:
    return PromptSeen(prompt_of(row[: len(_SAID)]), *row[len(_SAID) :])
