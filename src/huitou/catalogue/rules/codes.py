"""What a till means by a code: a sku, a barcode, a PLU, or a label that its scale printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from huitou.catalogue.rules import barcodes
from huitou.catalogue.rules.scale_codes import Scheme, read_scale_code

_LEAST_GTIN = 12


@dataclass(frozen=True, slots=True)
class Scanned:
    """A till's code as it is looked up: first as a sku, word for word, then by `code`."""

    sku: str
    """What the till wrote."""
    code: str
    """Its one spelling; of a scale's label the goods' PLU."""
    plu: str | None
    """Of a scale's label."""
    weight_g: int | None
    by_price: bool
    """The label holds a price, and no weight."""
    name_for_new: str
    """The sku of the product that is made where nobody knows this code: one for all spellings and labels."""
    price_fen: int | None = None
    """Of a scale's label."""


def read_code(text: str, schemes: Sequence[Scheme]) -> Scanned:
    """Every text is a code of some kind; nothing is refused here: the sale happened."""
    label = read_scale_code(text, schemes)
    if label is not None:
        by_price = label.weight_g is None and label.price_fen is not None
        return Scanned(text, label.plu, label.plu, label.weight_g, by_price, label.blank, label.price_fen)
    code = barcodes.spelled(text)
    # 00123 and 123 may be two skus of a chain, as 012345678905 and 0012345678905 never are two barcodes.
    return Scanned(
        text, code, None, None, False, code if len(code) >= _LEAST_GTIN and barcodes.is_sound(code) else text
    )
