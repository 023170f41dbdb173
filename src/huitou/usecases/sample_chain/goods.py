"""The products of the sample chain, read from goods.txt beside this file."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from huitou.kernel.money import yuan

# Brands stand at the front of a product's name; what carries none of these is loose or of the house.
BRANDS = (
    "禾邻", "牧云", "晨岭", "娟姗牧场", "小禾苗", "麦田记", "谷满仓", "金穗", "味和轩", "喜浪",
    "清岩", "钱江", "柔棉坊", "洁宜", "清露",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Good:
    """One product. Prices are fen per kilogram when `weighed`, else fen per piece."""

    sku: str
    name: str
    category: str
    brand: str
    price_fen: int
    weighed: bool
    pull: float
    """How often it is taken, relative to the others."""
    season: str
    """Empty: all year. `6-9`: these months. `中秋节-30`: the thirty days before the festival."""

    @property
    def department(self) -> str:
        return self.category.split("/")[0]


def read_goods() -> tuple[Good, ...]:
    """Every product, in the order of the shelf; codes are six digits: two per aisle, two per place on it."""
    text = files(__package__).joinpath("goods.txt").read_text(encoding="utf-8")
    goods: list[Good] = []
    aisle, place, head = 0, 0, ("", "piece", 0.0, "")
    for row in text.splitlines():
        if not row.strip() or row.startswith("#"):
            continue
        if "|" in row:
            aisle, place, head = aisle + 1, 0, _read_aisle(row)
            continue
        place += 1
        name, price = row.strip().rsplit(" ", 1)
        category, unit, pull, season = head
        goods.append(
            Good(
                sku=f"{10 + aisle:02d}{place:02d}{aisle * place % 90 + 10:02d}",
                name=name,
                category=category,
                brand=next((brand for brand in BRANDS if name.startswith(brand)), ""),
                price_fen=yuan(price).fen,
                weighed=unit == "kg",
                # The first of an aisle is its best seller; the next ones fall off as 1/rank does.
                pull=pull / place**0.7,
                season=season,
            )
        )
    return tuple(goods)


def _read_aisle(row: str) -> tuple[str, str, float, str]:
    category, unit, pull, *season = (part.strip() for part in row.split("|"))
    return category, unit, float(pull), season[0] if season else ""
