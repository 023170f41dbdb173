"""What each column of a label file holds, in words for whoever sets up a label printer."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext

from huitou.kernel.errors import N_

GROUPS = (
    (
        ("store", "sku", "ean", "name", "brand", "category", "pack", "weighed"),
        N_("As the catalogue has them. ean is the first barcode of a single piece; weighed is 1 where it is weighed."),
    ),
    (("shelf_price",), N_("Yuan for a piece; for a kilogram where it is weighed.")),
    (
        ("member_price", "member_from", "member_until", "member_offer_zh", "member_offer_en"),
        N_("What any member pays, where that is less; from and until when, and the offers that make it, in words."),
    ),
    (
        ("offer_price", "offer_from", "offer_until", "offer_zh", "offer_en"),
        N_("What everybody pays, where offers lower it; from and until when, and the offers in words."),
    ),
    (
        ("deal_from", "deal_until", "deal_zh", "deal_en"),
        N_("An offer on these goods that sets no price of one piece: the second at half price, a bundle, some hours."),
    ),
    (
        ("unit", "unit_price", "unit_price_500g"),
        N_("What a kilogram or a litre costs at the shelf price, and 500 g. Empty where the pack says no weight."),
    ),
    (("offer_unit_price",), N_("The same at the lowest price of the label.")),
    (("promotable",), N_("0 is for tobacco, infant formula and medicine: their labels are bare.")),
    (("changed_at",), N_("Since when the label says what it says, as was seen here.")),
)


def column_rows() -> Iterator[tuple[tuple[str, ...], str]]:
    """The columns that belong together, and what they hold, in the reader's language."""
    return ((columns, gettext(said)) for columns, said in GROUPS)
