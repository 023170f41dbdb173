"""What may be the name of a log-in."""

from __future__ import annotations

import re

from huitou.access.terms import LONGEST_NAME

_FIT = re.compile(rf"[\w.@-]{{1,{LONGEST_NAME}}}")


def is_fit_log_in(username: str) -> bool:
    return _FIT.fullmatch(username) is not None
