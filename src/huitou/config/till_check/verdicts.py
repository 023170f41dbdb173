"""How a rule is judged by what was told."""

from __future__ import annotations

from typing import Any

from huitou.config.till_check.vendor import Exchange

PROBLEM = "application/problem+json"
LANGUAGES = ("zh-hans", "en")
Verdict = tuple[str, bool, str]
"""The rule, whether it holds, and what was found."""


def rule(name: str, holds: bool, exchange: Exchange) -> Verdict:
    return name, holds, f"{exchange.status} {exchange.told[:300]}"


def refused(name: str, exchange: Exchange, status: int | None, code: str) -> Verdict:
    """`status` None: any of the caller's faults. It is problem+json, and helps in both languages."""
    right = exchange.status == status if status else 400 <= exchange.status < 500
    right = right and exchange.told_kind == PROBLEM
    return rule(name, right and _helps(exchange.read(), code), exchange)


def _helps(told: dict[str, Any], code: str) -> bool:
    said = [told.get("translations", {}).get(language, {}) for language in LANGUAGES]
    return told.get("code") == code and all(text.get(part) for text in said for part in ("message", "next_step"))
