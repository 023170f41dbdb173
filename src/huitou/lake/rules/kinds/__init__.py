"""The kinds of files that are read, as data: their fields, and by which headers each is known.

A new kind is a file beside `receipts.py` with a `FileKind`, and a line here.
"""

from huitou.lake.rules.kinds.day_totals import DAY_TOTALS
from huitou.lake.rules.kinds.members import MEMBERS
from huitou.lake.rules.kinds.old_programme import BALANCES, COUPONS, OLD_TOTALS, TIERS
from huitou.lake.rules.kinds.products import PRODUCTS
from huitou.lake.rules.kinds.receipts import RECEIPTS
from huitou.lake.rules.kinds.stores import STORES
from huitou.lake.rules.words import normal
from huitou.lake.terms import FileKind

KINDS: dict[str, FileKind] = {
    kind.name: kind for kind in (RECEIPTS, MEMBERS, PRODUCTS, STORES, BALANCES, TIERS, COUPONS, OLD_TOTALS, DAY_TOTALS)
}

KNOWN_HEADERS: frozenset[str] = frozenset(
    normal(word) for kind in KINDS.values() for field in kind.fields for word in (*field.words, *field.also)
)
"""Every header that means something to some kind: a row with two of them names columns."""
