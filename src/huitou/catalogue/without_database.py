"""What a code at a till means and on which day a sale is booked, for a process that has no database."""

from __future__ import annotations

from huitou.catalogue.rules.business_date import business_date
from huitou.catalogue.rules.codes import Scanned, read_code
from huitou.catalogue.rules.scale_codes import Scheme, read_schemes

__all__ = ["Scanned", "Scheme", "business_date", "read_code", "read_schemes"]
