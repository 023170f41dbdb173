"""`python -m huitou.config.worker`: the process that does the background jobs."""

from __future__ import annotations

import os

import django

CONCURRENCY = 4
"""Jobs at once: they wait for the database more than they compute, and the books are sealed beside a long night."""


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huitou.config.settings")
    django.setup()
    from huitou.config.wiring import wire

    wire()
    from procrastinate.contrib.django import app

    app.perform_import_paths()  # the jobs, before the loop that they would hold up
    with app.replace_connector(app.connector.get_worker_connector()) as worker:
        worker.run_worker(concurrency=CONCURRENCY, shutdown_graceful_timeout=8)


if __name__ == "__main__":
    main()
