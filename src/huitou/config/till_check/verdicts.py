"""How a rule is judged by what was told."""

from __future__ import annotations

from huitou.config.till_check.vendor import Exchange

Verdict = tuple[str, bool, str]
"""The rule, whether it holds, and what was found."""


def rule(name: str, holds: bool, exchange: Exchange) -> Verdict:
    return name, holds, f"{exchange.status} {exchange.told[:300]}"


def refused(name: str, exchange: Exchange, status: int | None, code: str) -> Verdict:
    """`status` None: any of the caller's faults."""
    right = exchange.status == status if status else 400 <= exchange.status < 500
    return rule(name, right and exchange.read().get("code") == code, exchange)
