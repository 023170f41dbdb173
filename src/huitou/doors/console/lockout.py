"""How many wrong passwords are too many: for a name from one address, for a name from anywhere, for an address."""

from __future__ import annotations

from axes.attempts import get_cool_off_threshold
from axes.handlers.database import AxesDatabaseHandler
from axes.helpers import get_client_username
from axes.models import AccessAttempt
from django.conf import settings
from django.db.models import QuerySet, Sum
from django.http import HttpRequest

OF_A_NAME = 50
"""Of one name from any address: many machines try one person. Higher, because it locks that person out too."""
FROM_AN_ADDRESS = 100
"""Of any name from one address: one machine tries a list of names. Higher, because a whole shop has one address."""


class ThreeLimits(AxesDatabaseHandler):
    """Counts by name and address as axes does, and beside that by name alone and by address alone.

    A successful log-in forgets the wrong passwords of that name from that address and no others: else whoever has an
    account could wipe out what they tried with other names.
    """

    def get_failures(self, request: HttpRequest, credentials: dict[str, str] | None = None) -> int:
        """The count that is nearest to its own limit, on the scale of AXES_FAILURE_LIMIT."""
        limit = settings.AXES_FAILURE_LIMIT
        username = get_client_username(request, credentials)
        recent = AccessAttempt.objects.filter(attempt_time__gte=get_cool_off_threshold(request))
        of_name, from_address = recent.filter(username=username), recent.filter(ip_address=request.axes_ip_address)
        return max(
            _failures(of_name & from_address),
            _failures(of_name) * limit // OF_A_NAME,
            _failures(from_address) * limit // FROM_AN_ADDRESS,
        )


def _failures(attempts: QuerySet[AccessAttempt]) -> int:
    return attempts.aggregate(count=Sum("failures_since_start"))["count"] or 0
