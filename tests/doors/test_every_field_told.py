"""Each field of each kind of file stands in the help of its command and in the guide: nobody maps what nobody names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from huitou.lake import service as lake

DOCS = Path(__file__).parents[2] / "docs"
TOLD = {
    "receipts": ("import receipts", "importing.md"),
    "members": ("import members", "importing-members.md"),
    "products": ("import products", "importing-products.md"),
    "stores": ("import stores", "importing-stores.md"),
    "balances": ("import balances", "cut-over.md"),
    "tiers": ("import tiers", "cut-over.md"),
    "coupons": ("import coupons", "cut-over.md"),
    "old_totals": ("cutover check", "cut-over.md"),
    "day_totals": ("import receipts", "cut-over.md"),
}


def help_of(command: str) -> str:
    """What `--help` of the command says, as docs/cli.md has it: the two are compared by the check of generated docs."""
    return (DOCS / "cli.md").read_text().split(f"\n## `{command}`\n")[1].split("\n## ")[0]


@pytest.mark.parametrize("kind", list(lake.KINDS))
def test_every_field_is_told(kind):
    command, guide = TOLD[kind]
    said = {"help": help_of(command), "guide": (DOCS / guide).read_text()}
    missing = [
        f"{field.name} in the {where}"
        for field in lake.KINDS[kind].fields
        for where, text in said.items()
        if not re.search(rf"\b{field.name}\b", text)
    ]
    assert missing == []
