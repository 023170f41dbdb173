"""What the server takes for the console's pages on a sample chain: p50 and p95 in milliseconds, and how many queries.

`HUITOU_BENCH_MEMBERS` and `HUITOU_BENCH_MONTHS` choose the size (5,000 and 24); run it at two sizes to see how each
page grows. Each page is asked for PAGES times, members, products and stores changing, here and without a network.
"""

from __future__ import annotations

import os
import time
from itertools import cycle, islice
from statistics import median

PAGES = 20
SEED = 20261


def run() -> None:
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client
    from django.utils import timezone

    from huitou.access import service as access
    from huitou.insight.service import runs
    from huitou.usecases.refresh import refresh
    from huitou.usecases.sample_chain.laying import lay_sample_chain

    members = int(os.environ.get("HUITOU_BENCH_MEMBERS", "5000"))
    months = int(os.environ.get("HUITOU_BENCH_MONTHS", "24"))
    lay_sample_chain(
        settings.LAKE_PATH.parent, seed=SEED, members=members, months=months, now=timezone.localtime(),
        begin=lambda *_: None,
    )  # fmt: skip
    if runs.last() is None:
        refresh()
    _tell_steps(runs.last())
    settings.ALLOWED_HOSTS = ["testserver"]
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    access.ensure_user(
        username="bench", name="bench", role="administrator", password="long enough 1", store_ids=[], language="en"
    )
    client = Client()
    person = get_user_model().objects.get(username="bench")
    client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
    print(f"  {members:,} members, {months} months; load average {os.getloadavg()[0]:.1f}")
    for name, paths in _pages().items():
        client.get(paths[0])  # templates are compiled once
        times, queries = [], []
        for path in islice(cycle(paths), PAGES):
            began = time.perf_counter()
            answer, asked = _counted(client, path)
            times.append((time.perf_counter() - began) * 1000)
            queries.append(asked)
            assert answer.status_code == 200, (path, answer.status_code)
        times.sort()
        p95 = times[int(PAGES * 0.95) - 1]
        print(f"  {name:16} p50 {median(times):6.0f} ms  p95 {p95:6.0f} ms  {max(queries)} queries", flush=True)


def _tell_steps(run) -> None:
    steps = ", ".join(f"{step['step']} {step['seconds']:.1f}" for step in run.steps)
    print(f"  refresh {run.seconds:.1f} s: {steps}")


def _counted(client, path: str):
    from django.db import connection

    asked = 0

    def count(execute, sql, params, many, context):
        nonlocal asked
        asked += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(count):
        return client.get(path), asked


def _pages() -> dict[str, list[str]]:
    from django.db import connection

    def some(query: str) -> list[int]:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return [number for (number,) in cursor.fetchall()]

    people = some(f"SELECT member_id FROM members_facts ORDER BY receipts_year DESC LIMIT {PAGES}")
    goods = some(f"SELECT product_id FROM insight_goods WHERE store_id IS NULL ORDER BY net_fen DESC LIMIT {PAGES}")
    stores = some("SELECT id FROM catalogue_store")
    return {
        "overview": ["/"],
        "members": ["/members"],
        "members by R, F": ["/members?r=5&f=5"],
        **{f"all: {view}": [f"/members/all?view={view}"] for view in ("layers", "rfm", "cohorts", "stages", "new")},
        "member": [f"/members/{one}" for one in people],
        "stores": ["/stores"],
        "store": [f"/stores/{one}" for one in stores],
        "products": ["/products", "/products?sort=falling", "/products?q=a"],
        "product": [f"/products/{one}" for one in goods],
    }
