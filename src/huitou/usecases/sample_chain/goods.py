"""The products of the sample chain, read from goods.txt (its best sellers) and ranges.txt beside this file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from zlib import crc32

from huitou.kernel.money import yuan

# Brands stand at the front of a best seller's name; what carries none of these is loose or of the house.
BRANDS = (
    "禾邻", "牧云", "晨岭", "娟姗牧场", "小禾苗", "麦田记", "谷满仓", "金穗", "味和轩", "喜浪",
    "清岩", "钱江", "柔棉坊", "洁宜", "清露",
)  # fmt: skip

FRESH = "生鲜"
WHOLESALERS = {
    "生鲜/水果": "良渚果蔬合作社", "生鲜/蔬菜": "勾庄联合鲜品行", "生鲜/肉类": "两头乌肉业行",
    "生鲜/水产": "舟山海获水产行", "生鲜/熟食": "禾邻中央厨房",
}  # fmt: skip
# What the goods cost of a price, in thousandths. Vegetables: the median of a real supermarket's wholesale prices
# against its own prices is 600 (docs/sample-chain.md).
COST_PERMILLE = {FRESH: 620, "乳品烘焙": 740, "粮油调味": 800, "冷冻食品": 740, "休闲食品": 690, "酒水饮料": 720}
OTHER_COST_PERMILLE = 700


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
    """How often it is taken, relative to the others of its category."""
    season: str
    """Empty: all year. `6-9`: these months. `中秋节-30`: the thirty days before the festival."""
    pack: str = ""
    """`950毫升`; empty for loose goods."""
    barcode: str = ""
    """EAN-13; empty for what the scale labels."""
    supplier: str = ""
    cost_fen: int = 0

    @property
    def department(self) -> str:
        return self.category.split("/")[0]


@dataclass(frozen=True, slots=True)
class Aisle:
    """A category of the third level: how often something is taken from it, and when."""

    category: str
    pull: float
    season: str


@cache
def read_aisles() -> tuple[Aisle, ...]:
    """Every category, in the order of the shop."""
    seen: dict[str, Aisle] = {}
    for category, _, pull, season, _ in _aisles_of_best_sellers():
        seen[category] = Aisle(category, pull, season)
    for category, _, head, _ in _ranges():
        if category not in seen:
            assert head, f"{category} is new and says not how often it is taken"
            seen[category] = Aisle(category, float(head[0]), head[1] if len(head) > 1 else "")
    return tuple(seen.values())


KEPT_OUT = "个护母婴/婴儿奶粉/1段"
"""What the law keeps out of promotions among the goods of the shelf; tobacco stands behind the counter."""
_TOBACCO = (("西泠软盒香烟", 1600), ("西泠硬盒香烟", 2600), ("雨前细支香烟", 4500))


def behind_the_counter() -> tuple[Good, ...]:
    """Tobacco: in the price list, and in nobody's drawn basket. Brands are invented, as all of them."""
    plain = (
        Good(
            f"990{place:03d}",
            name,
            "酒水饮料/烟草/香烟",
            name[:2],
            fen,
            weighed=False,
            pull=0.0,
            season="",
            pack="20支",
        )
        for place, (name, fen) in enumerate(_TOBACCO, 1)
    )
    return tuple(_bought_in(good) for good in plain)


@cache
def read_goods() -> tuple[Good, ...]:
    """Every product, best sellers of a category first; codes are six digits: three per aisle, three per place in it."""
    aisles = {aisle.category: (number, aisle) for number, aisle in enumerate(read_aisles(), start=101)}
    places = dict.fromkeys(aisles, 0)
    names: set[str] = set()
    goods: list[Good] = []
    for category, name, brand, pack, price_fen, weighed in _named():
        if name in names:
            continue
        names.add(name)
        places[category] += 1
        number, aisle = aisles[category]
        place = places[category]
        plain = Good(
            sku=f"{number}{place:03d}",
            name=name,
            category=category,
            brand=brand,
            price_fen=price_fen,
            weighed=weighed,
            # The first of an aisle is its best seller; the next ones fall off nearly as 1/rank does.
            pull=place**-0.85,
            season=aisle.season,
            pack=pack,
        )
        goods.append(_bought_in(plain))
    return tuple(goods)


def _bought_in(good: Good) -> Good:
    """With its barcode, its supplier and its cost."""
    spread = crc32(good.sku.encode()) % 321 - 160
    permille = COST_PERMILLE.get(good.department, OTHER_COST_PERMILLE) + spread
    loose = good.department == FRESH and good.brand != "禾邻"
    return replace(
        good,
        barcode="" if good.weighed else ean13(good),
        supplier=WHOLESALERS[good.category.rsplit("/", 1)[0]] if loose else f"{good.brand or '禾邻'}商贸有限公司",
        cost_fen=max(1, good.price_fen * permille // 1000),
    )


def ean13(good: Good) -> str:
    """A barcode of China's range: 69, four digits of the maker, six of the good, and the check digit."""
    digits = f"69{9000 + crc32((good.brand or good.category).encode()) % 1000}{good.sku}"
    odd, even = digits[0::2], digits[1::2]
    return digits + str(-(sum(map(int, odd)) + 3 * sum(map(int, even))) % 10)


def _named() -> Iterator[tuple[str, str, str, str, int, bool]]:
    """(category, name, brand, pack, price in fen, weighed), the best sellers first."""
    for category, unit, _, _, rows in _aisles_of_best_sellers():
        for row in rows:
            name, price = row.rsplit(" ", 1)
            brand = next((brand for brand in BRANDS if name.startswith(brand)), "")
            pack = name.rsplit(" ", 1)[1] if " " in name else ""
            yield category, name, brand, pack, yuan(price).fen, unit == "kg"
    for category, unit, _, (brands, kinds, sizes) in _ranges():
        # Size outermost: a category's first places then hold many brands of the usual size.
        for size in sizes.split(","):
            pack, price = size.strip().rsplit(" ", 1)
            for kind in kinds.split():
                for brand in brands.split():
                    # An origin is no brand, and makers differ in price: by up to a tenth, to ten fen.
                    permille = 900 + crc32(f"{brand}{category}{kind}".encode()) % 201
                    price_fen = max(50, yuan(price).fen * permille // 10_000 * 10)
                    weighed = unit == "kg"
                    named = "" if weighed else brand
                    yield category, f"{brand}{kind} {pack}", named, "" if weighed else pack, price_fen, weighed


def _aisles_of_best_sellers() -> Iterator[tuple[str, str, float, str, list[str]]]:
    """(category, kg or piece, pull, season, its rows) as goods.txt has them."""
    found: tuple[str, str, float, str, list[str]] | None = None
    for row in _rows("goods.txt"):
        if "|" in row:
            if found:
                yield found
            category, unit, pull, *season = (part.strip() for part in row.split("|"))
            found = category, unit, float(pull), season[0] if season else "", []
        elif found:
            found[4].append(row.strip())
    if found:
        yield found


def _ranges() -> Iterator[tuple[str, str, list[str], tuple[str, str, str]]]:
    """(category, kg or piece, [pull, season] of a new category, (brands, kinds, sizes)) as ranges.txt has them."""
    for row in _rows("ranges.txt"):
        category, unit, brands, kinds, sizes, *head = (part.strip() for part in row.split("|"))
        yield category, unit, head, (brands, kinds, sizes)


def _rows(name: str) -> list[str]:
    text = files(__package__).joinpath(name).read_text(encoding="utf-8")
    return [row for row in text.splitlines() if row.strip() and not row.startswith("#")]
