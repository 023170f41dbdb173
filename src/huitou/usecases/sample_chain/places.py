"""The stores of the sample chain: a neighbourhood supermarket in and around Hangzhou."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Place:
    """A store: its code at the till, name, district, tills, its weight among the stores, and where and when it is open.

    Latitude and longitude are WGS 84 degrees of the district, not of a real shop.
    """

    code: str
    name: str
    district: str
    tills: int
    weight: int
    latitude: Decimal
    longitude: Decimal
    opens_at: time = time(7, 0)
    closes_at: time = time(22, 30)


def _place(code: str, name: str, district: str, tills: int, weight: int, where: str, hours: str = "7-22:30") -> Place:
    latitude, longitude = where.split()
    opens, closes = (part if ":" in part else f"{part}:00" for part in hours.split("-"))
    hour, minute = closes.split(":")
    return Place(
        code,
        name,
        district,
        tills,
        weight,
        Decimal(latitude),
        Decimal(longitude),
        time(int(opens.split(":")[0])),
        time(int(hour), int(minute)),
    )


PLACES = (
    _place("HZ01", "滨江店", "滨江区", 6, 24, "30.2084 120.2119"),
    _place("HZ02", "武林店", "拱墅区", 5, 20, "30.2713 120.1633"),
    _place("HZ03", "湖滨店", "上城区", 4, 17, "30.2527 120.1641", "7-23"),
    _place("HZ04", "西溪店", "西湖区", 4, 16, "30.2722 120.0703"),
    _place("HZ05", "未来科技城店", "余杭区", 4, 13, "30.2796 120.0022", "7-23"),
    _place("HZ06", "萧山店", "萧山区", 3, 10, "30.1844 120.2645"),
    _place("HZ07", "临平店", "临平区", 4, 14, "30.4196 120.2994"),
    _place("HZ08", "钱塘店", "钱塘区", 4, 13, "30.3229 120.4937"),
    _place("HZ09", "富阳店", "富阳区", 3, 11, "30.0487 119.9601"),
    _place("HZ10", "临安店", "临安区", 3, 9, "30.2338 119.7247", "7-22"),
    _place("HZ11", "城西店", "西湖区", 4, 15, "30.2907 120.1117"),
    _place("HZ12", "良渚店", "余杭区", 3, 10, "30.3795 120.0332"),
    _place("HZ13", "大关店", "拱墅区", 4, 12, "30.3052 120.1587"),
    _place("HZ14", "钱江新城店", "上城区", 5, 16, "30.2466 120.2114", "7-23"),
    _place("HZ15", "桐庐店", "桐庐县", 3, 7, "29.7933 119.6912", "7-22"),
    _place("NB01", "鼓楼店", "海曙区", 5, 17, "29.8743 121.5497"),
    _place("NB02", "东部新城店", "鄞州区", 5, 16, "29.8665 121.6236"),
    _place("NB03", "老外滩店", "江北区", 3, 10, "29.8869 121.5551", "7-23"),
    _place("NB04", "镇海店", "镇海区", 3, 8, "29.9489 121.7163"),
    _place("NB05", "慈溪店", "慈溪市", 3, 9, "30.1697 121.2664"),
    _place("SX01", "越城店", "越城区", 4, 13, "29.9976 120.5822"),
    _place("SX02", "柯桥店", "柯桥区", 4, 11, "30.0816 120.4950"),
    _place("SX03", "上虞店", "上虞区", 3, 8, "30.0329 120.8683"),
    _place("SX04", "诸暨店", "诸暨市", 3, 8, "29.7136 120.2362", "7-22"),
    _place("JX01", "南湖店", "南湖区", 4, 12, "30.7478 120.7837"),
    _place("JX02", "秀洲店", "秀洲区", 3, 8, "30.7650 120.7090"),
    _place("JX03", "海宁店", "海宁市", 3, 8, "30.5107 120.6813"),
    _place("JX04", "桐乡店", "桐乡市", 3, 8, "30.6302 120.5651", "7-22"),
    _place("HU01", "吴兴店", "吴兴区", 3, 9, "30.8573 120.1868"),
    _place("HU02", "德清店", "德清县", 3, 7, "30.5427 119.9775", "7-22"),
)

MAIN_STORE = PLACES[0]
"""Where the store manager and the cashier of the sample chain work."""

_PLACES_OF = ((5_000, 6), (60_000, 12), (250_000, 20))


def places_of(members: int) -> tuple[Place, ...]:
    """The stores of a chain of so many members: six for a small one, thirty for 800,000."""
    return PLACES[: next((count for up_to, count in _PLACES_OF if members <= up_to), len(PLACES))]
