"""How each peer reads the words that all of them use: `max_units: 1` is one piece a line here, one in all there.

A dialect belongs to a system, never to a case. What it says can be looked up in the peer's own documentation or in the
notes of the file.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.peers.reading import Case


@dataclass(frozen=True, slots=True)
class Dialect:
    """The peer's reading of words that are open in the schema."""

    most_units_of: str = "basket"
    """`max_units` counts over the `basket`, or in each `line`."""
    amount_of_order: bool = False
    """`min_amount` counts the whole order even where the condition names goods for `min_qty`."""
    percent_of_goods: str = "unit"
    """What a percent on goods is rounded over: each `unit`, each `line`, or the `lot` (as one on the order is)."""
    units_serve_once: bool = False
    """Two promotions on the same goods share the units out; elsewhere they follow each other on the same unit."""
    deal_made_once: bool = False
    """The assertion is about one application of the benefit."""
    all_presented: bool = False
    """Every promotion is something that the customer presents, tested when its turn comes."""
    first_amounts: bool = False
    """Conditions look at the first prices, however much was taken off before."""


PLAIN = Dialect()
ODOO = Dialect(amount_of_order=True, percent_of_goods="lot")
OSCAR = Dialect(percent_of_goods="line", units_serve_once=True)
OSCAR_BENEFIT = Dialect(percent_of_goods="line", units_serve_once=True, deal_made_once=True)
MEDUSA = Dialect(most_units_of="line")
VOUCHERIFY = Dialect(all_presented=True)
TMALL = Dialect(first_amounts=True)


def dialect_of(case: Case) -> Dialect:
    """The dialect of the system that asserted the case, or that its issue is about."""
    said_by = f"{case.system} {case.origin}".lower()
    if "django-oscar" in said_by:
        return OSCAR_BENEFIT if "_benefit.py" in said_by else OSCAR
    for word, dialect in (
        ("odoo", ODOO),
        ("medusa", MEDUSA),
        ("voucherify", VOUCHERIFY),
        ("tmall", TMALL),
        ("taobao", TMALL),
    ):
        if word in said_by:
            return dialect
    return PLAIN
