"""One process at a time lays the sample chain or clears it: the command and a worker may be asked for both."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection

from huitou.usecases.sample_chain.errors import SampleChainBusy

_NAME = "hashtextextended('the sample chain', 0)"
_WAIT_SECONDS = 20
"""The database needs a moment to see that whoever was killed is gone."""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Raises SampleChainBusy."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET lock_timeout = '{_WAIT_SECONDS}s'")
        try:
            cursor.execute(f"SELECT pg_advisory_lock({_NAME})")
        except OperationalError as error:
            raise SampleChainBusy() from error
        finally:
            cursor.execute("RESET lock_timeout")
    try:
        yield
    finally:
        # A line that broke has let go by itself.
        if connection.connection is not None and not connection.connection.closed:
            with connection.cursor() as cursor:
                cursor.execute(f"SELECT pg_advisory_unlock({_NAME})")
