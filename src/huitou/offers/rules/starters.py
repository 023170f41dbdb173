"""Five programmes with which a small shop begins: a few questions, and the offers that come of the answers.

Each is a document a person can read and change afterwards like any other offer. Limits are set from the start, so that
no mistake costs more than it says: a budget of what takes money off; a number of uses of what costs nothing when it is
given, points and coupons, which no budget would ever close.
"""

from __future__ import annotations

from dataclasses import replace

from huitou.kernel.errors import N_
from huitou.offers.rules.sentence.names import money
from huitou.offers.terms import Fen
from huitou.offers.terms.starting import Answers, Ask, Json, Made, Starter, StarterCoupon, StarterOffer

BUDGET = Ask("budget", N_("Stop when this much has been given"), "fen", 3_000_00, 100_00, 10_000_000_00)
DOUBLED = Ask("doubled", N_("Double points on this many receipts at most"), "times", 3_000, 1, 1_000_000)


def _fen(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02d}"


def _members_day(answers: Answers) -> Made:
    day, percent = answers["weekday"], answers["percent"]
    double: Json = {
        "id": f"会员日双倍积分-{day}",
        "name": "会员日双倍积分",
        "get": {"kind": "points_bonus", "multiply": "200"},
        "valid": {"weekdays": [day], "members_only": True},
    }
    cheaper: Json = {
        "id": f"会员日优惠-{day}",
        "name": "会员日优惠",
        "get": {"kind": "percent_off", "percent": str(percent), "most": _fen(answers["most"])},
        "stage": "order",
        "valid": {"weekdays": [day], "members_only": True},
    }
    budget = answers["budget"]
    doubled = StarterOffer(double, uses=answers["doubled"])
    return Made((doubled, StarterOffer(cheaper, budget, per_member_day=1)))


def _come_back(answers: Answers) -> Made:
    worth, least, given = answers["worth"], answers["least"], answers["given"]
    kind = f"回头券-{worth // 100}"
    terms = f"满 {money(Fen(least))} 减 {money(Fen(worth))}"
    give: Json = {
        "id": f"满{given // 100}送券",
        "name": f"满 {money(Fen(given))} 送回头券",
        "get": {"kind": "next_coupon", "coupon": kind},
        "buy": [{"least_amount": _fen(given)}],
        "valid": {"members_only": True},
    }
    take: Json = {
        "id": kind,
        "name": f"回头券：{terms}",
        "get": {"kind": "threshold", "steps": [{"least_amount": _fen(least), "amount": _fen(worth)}]},
        "valid": {"coupon": kind},
    }
    coupon = StarterCoupon(kind, "回头券", terms, worth, least, answers["days"])
    # No more coupons than the budget pays for when all of them come back.
    most = max(1, answers["budget"] // worth)
    return Made((StarterOffer(give, uses=most, per_member_day=1), StarterOffer(take, answers["budget"])), (coupon,))


def _quiet_hours(answers: Answers) -> Made:
    def hours(id_: str, percent: int, begins: int, ends: int) -> StarterOffer:
        document: Json = {
            "id": f"{id_}-{begins}点",
            "name": f"{id_} {begins}:00～{ends}:00",
            "get": {"kind": "percent_off", "percent": str(percent)},
            "valid": {"weekdays": [1, 2, 3, 4, 5], "from_hour": f"{begins:02d}:00", "to_hour": f"{ends:02d}:00"},
        }
        return StarterOffer(document, answers["budget"])

    return Made((hours("早市", answers["morning"], 7, 9), hours("晚市", answers["evening"], 20, 22)))


def _weekend_ladder(answers: Answers) -> Made:
    least, off = answers["least"], answers["off"]
    second: Json = {"least_amount": _fen(2 * least), "amount": _fen(off * 9 // 4)}
    ladder: Json = {
        "id": f"周末满{least // 100}减{off // 100}",
        "name": f"周末满{money(Fen(least))}减{money(Fen(off))}",
        "get": {"kind": "threshold", "steps": [{"least_amount": _fen(least), "amount": _fen(off)}, second]},
        "valid": {"weekdays": [6, 7]},
        "group": "满减",
    }
    return Made((StarterOffer(ladder, answers["budget"]),))


def _birthday(answers: Answers) -> Made:
    off: Json = {
        "id": "生日月立减",
        "name": "生日月立减",
        "get": {"kind": "amount_off", "amount": _fen(answers["worth"]), "per": "lot"},
        "stage": "order",
        "valid": {"birthday_month": True, "members_only": True},
    }
    if answers["least"]:
        off["buy"] = [{"least_amount": _fen(answers["least"])}]
    double: Json = {
        "id": "生日月双倍积分",
        "name": "生日月双倍积分",
        "get": {"kind": "points_bonus", "multiply": "200"},
        "valid": {"birthday_month": True, "members_only": True},
    }
    return Made(
        (StarterOffer(off, answers["budget"], per_member_day=1), StarterOffer(double, uses=answers["doubled"])),
    )


STARTERS: tuple[Starter, ...] = (
    Starter(
        "members_day",
        N_("A members' day"),
        N_("Once a week members get a little off and double points. It fills a quiet day and is easy to remember."),
        N_("Any shop; the best one to begin with"),
        (
            Ask("weekday", N_("On which day of the week"), "weekday", 3, 1, 7),
            Ask("percent", N_("Percent off"), "percent", 5, 1, 50),
            Ask("most", N_("At most off a receipt"), "fen", 20_00, 1_00, 1_000_00),
            DOUBLED,
            BUDGET,
        ),
        _members_day,
    ),
    Starter(
        "come_back",
        N_("A coupon for the next visit"),
        N_("Whoever spends enough gets a coupon for the next time. It costs nothing before they come back."),
        N_("Shops that people pass often"),
        (
            Ask("given", N_("Hand it out from this spend on"), "fen", 88_00, 1_00, 10_000_00),
            Ask("worth", N_("The coupon takes off"), "fen", 10_00, 1_00, 1_000_00),
            Ask("least", N_("From this spend on"), "fen", 60_00, 1_00, 10_000_00),
            Ask("days", N_("It is good for so many days"), "times", 14, 1, 365),
            BUDGET,
        ),
        _come_back,
    ),
    Starter(
        "quiet_hours",
        N_("Early and late"),
        N_("Working days from 7 to 9 and from 20 to 22 o'clock: cheaper when it is quiet and fresh goods must go."),
        N_("Fresh food, bakeries, markets"),
        (
            Ask("morning", N_("Percent off in the morning"), "percent", 10, 1, 90),
            Ask("evening", N_("Percent off in the evening"), "percent", 30, 1, 90),
            BUDGET,
        ),
        _quiet_hours,
    ),
    Starter(
        "weekend",
        N_("A weekend ladder"),
        N_(
            "Saturday and Sunday: so much off from a spend on, and more from twice as much on. It makes baskets larger."
        ),
        N_("Family shopping at weekends"),
        (
            Ask("least", N_("From this spend on"), "fen", 100_00, 10_00, 10_000_00),
            Ask("off", N_("So much off"), "fen", 10_00, 1_00, 1_000_00),
            BUDGET,
        ),
        _weekend_ladder,
    ),
    Starter(
        "birthday",
        N_("The birthday month"),
        N_("In the month of their birthday members get something off once a day and double points. It costs little."),
        N_("Shops that know their customers"),
        (
            Ask("worth", N_("So much off"), "fen", 5_00, 1_00, 1_000_00),
            Ask("least", N_("From this spend on"), "fen", 30_00, 0, 10_000_00),
            DOUBLED,
            BUDGET,
        ),
        _birthday,
    ),
)


def numbered(made: Made, number: int) -> Made:
    """The same under other codes, for where one of them is taken; with 1 as it is."""
    if number == 1:
        return made
    kinds = {one.code: f"{one.code}-{number}" for one in made.coupons}

    def renamed(offer: StarterOffer) -> StarterOffer:
        document = offer.document | {
            "id": f"{offer.document['id']}-{number}",
            "name": f"{offer.document['name']}（{number}）",
        }
        for part in ("get", "valid"):
            if (kind := document[part].get("coupon")) in kinds:
                document[part] = document[part] | {"coupon": kinds[kind]}
        return replace(offer, document=document)

    coupons = tuple(replace(one, code=kinds[one.code]) for one in made.coupons)
    return Made(tuple(map(renamed, made.offers)), coupons)


def starter(key: str) -> Starter | None:
    return next((one for one in STARTERS if one.key == key), None)
