"""django-oscar prices the same basket; runs in its own environment, reads the load on standard input.

Offers become its own kinds: percentages and amounts on a range of products, multi-buys of one product, and absolute
discounts from a threshold. Prints {active: {"ms": CPU milliseconds, "queries": n, "total": "..."}} as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from decimal import Decimal
from typing import Any

Json = dict[str, Any]


def main() -> None:
    load = json.load(sys.stdin)
    _set_up()
    from django.core.management import call_command

    call_command("migrate", verbosity=0, run_syncdb=True)
    products = _make_products(load["basket"])
    found = {}
    for active, offers in load["programmes"].items():
        _make_offers(offers, products, load["basket"])
        found[active] = _price(load["basket"], products)
    print(json.dumps(found))


def _set_up() -> None:
    import django
    from django.conf import settings
    from oscar import defaults

    shop = "analytics checkout address shipping catalogue communication partner basket payment offer order customer"
    shop += " search voucher wishlists dashboard"
    boards = "reports users orders catalogue offers partners pages ranges reviews vouchers communications shipping"
    django_apps = "admin auth contenttypes sessions messages sites flatpages"
    settings.configure(
        **{name: getattr(defaults, name) for name in dir(defaults) if name.isupper()},
        SECRET_KEY="benchmark",
        SITE_ID=1,
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        HAYSTACK_CONNECTIONS={"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
        DEFAULT_AUTO_FIELD="django.db.models.AutoField",
        USE_TZ=True,
        INSTALLED_APPS=[
            *(f"django.contrib.{name}" for name in django_apps.split()),
            "oscar.config.Shop",
            *(f"oscar.apps.{name}.apps.{name.title()}Config" for name in shop.split()),
            *(f"oscar.apps.dashboard.{name}.apps.{name.title()}DashboardConfig" for name in boards.split()),
            "oscar.apps.catalogue.reviews.apps.CatalogueReviewsConfig",
            "haystack",
            "treebeard",
            "django_tables2",
            "widget_tweaks",
        ],
    )
    django.setup()


def _make_products(basket: list[Json]) -> dict[str, Any]:
    from oscar.test.factories import create_product

    return {
        line["sku"]: create_product(upc=line["sku"], title=line["sku"], price=Decimal(line["price"]), num_in_stock=999)
        for line in basket
    }


def _make_offers(offers: list[Json], products: dict[str, Any], basket: list[Json]) -> None:
    from oscar.core.loading import get_model

    models = {name: get_model("offer", name) for name in ("ConditionalOffer", "Range", "Condition", "Benefit")}
    for model in models.values():
        model.objects.all().delete()
    for offer in offers:
        goods = models["Range"].objects.create(name=offer["id"], slug=offer["id"])
        for line in basket:
            if _holds(_goods_of(offer["get"]), line):
                goods.add_product(products[line["sku"]])
        condition, benefit = _as_theirs(offer["get"])
        models["ConditionalOffer"].objects.create(
            name=offer["id"],
            priority=offer["priority"],
            exclusive=False,
            condition=models["Condition"].objects.create(range=goods, **condition),
            benefit=models["Benefit"].objects.create(range=goods, **benefit),
        )


def _goods_of(get: Json) -> Json:
    goods: Json = get["goods"] if "goods" in get else get["groups"][0]["goods"]
    return goods


def _holds(goods: Json, line: Json) -> bool:
    named = {"skus": line["sku"], "categories": line["category"], "brands": line["brand"]}
    return all(named[what] in wanted for what, wanted in goods.items())


def _as_theirs(get: Json) -> tuple[Json, Json]:
    kind = get["kind"]
    count, percent = ({"type": "Count", "value": 1}, {"type": "Percentage", "max_affected_items": None})
    if kind == "threshold":
        (step,) = get["steps"]
        return {"type": "Value", "value": step["least_amount"]}, {"type": "Absolute", "value": step["amount"]}
    if kind == "nth_unit":
        return {"type": "Count", "value": 2}, {"type": "Percentage", "value": 50, "max_affected_items": 1}
    if kind == "bundle":
        return {"type": "Count", "value": get["groups"][0]["pieces"]}, {**percent, "value": get["percent"]}
    if kind == "fixed_price":
        return count, {"type": "Fixed price", "value": get["price"]}
    if kind == "amount_off":
        return count, {"type": "Absolute", "value": get["amount"]}
    return count, {**percent, "value": get["percent"]}


def _price(basket: list[Json], products: dict[str, Any]) -> Json:
    from django.db import connection, reset_queries
    from oscar.apps.offer.applicator import Applicator
    from oscar.apps.partner.strategy import Default
    from oscar.test.factories import create_basket

    filled = create_basket(empty=True)
    filled.strategy = Default()
    for line in basket:
        filled.add_product(products[line["sku"]], line["quantity"])
    connection.force_debug_cursor = True
    reset_queries()
    started = time.process_time()
    Applicator().apply(filled)
    milliseconds = (time.process_time() - started) * 1000
    return {"ms": milliseconds, "queries": len(connection.queries), "total": str(filled.total_incl_tax)}


if __name__ == "__main__":
    main()
