"""Bodies as a till sends them."""

from __future__ import annotations

from typing import Any


def sale_body(**changed: Any) -> dict[str, Any]:
    """Tea for 35.00 after a discount, and 1.352 kg of apples, sold to the card C1."""
    return {
        "store": "east",
        "till": "1",
        "number": "0007",
        "at": "2026-11-25T10:15:00+08:00",
        "member": {"kind": "card", "value": "C1"},
        "lines": [
            {
                "line": 1,
                "sku": "tea",
                "name": "龙井茶",
                "category": "饮料/茶",
                "quantity": "1.000",
                "unit_price": "35.50",
                "discount": "0.50",
                "amount": "35.00",
            },
            {"line": 2, "sku": "apples", "quantity": "1.352", "amount": "12.80"},
        ],
        **changed,
    }


RESPELLED = [
    ({"channel": "store", "points_used": 0, "hold": None}, "what is left out is what it usually is"),
    ({"at": "2026-11-25T02:15:00Z"}, "it is the same moment"),
    ({"at": "2026-11-25T02:15:00.000+00:00"}, "it is the same moment"),
    ({"lines": sale_body()["lines"][::-1]}, "lines have numbers"),
    ({"lines": [{**sale_body()["lines"][0], "unit_price": "35.5000"}, sale_body()["lines"][1]]}, "the same price"),
]
"""Changes of the sale that leave it what it is."""


def return_body(**changed: Any) -> dict[str, Any]:
    """The tea comes back."""
    return {
        "store": "east",
        "till": "1",
        "number": "R0001",
        "at": "2026-11-26T09:00:00+08:00",
        "sale": {"store": "east", "till": "1", "business_date": "2026-11-25", "number": "0007"},
        "lines": [{"line": 1, "sale_line": 1, "quantity": "1.000", "amount": "35.00"}],
        **changed,
    }
