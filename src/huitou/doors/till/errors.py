"""Refusals of the till page."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class LoggedOut(HuitouError):
    code = "till_logged_out"
    message = N_("You are logged out.")
    next_step = N_("Log in again; what was sold meanwhile is kept on this till and sent then.")
    status = 401
