"""What can be wrong with an installation, and what to do about it."""

from __future__ import annotations

from huitou.kernel.errors import N_, HuitouError


class PortTaken(HuitouError):
    """Another program listens there."""

    code = "port_taken"
    message = N_("Port {port} of {host} is taken by another program.")
    next_step = N_("Choose another port, for example --port {other}, or make demo PORT={other}.")
    status = 503


class AddressNotOurs(HuitouError):
    """We may not listen there."""

    code = "address_not_ours"
    message = N_("Huitou cannot listen on {host} port {port}: {reason}.")
    next_step = N_("Give an address of this machine with --host, and a port from 1024 up with --port.")
    status = 503


class AlreadyServing(HuitouError):
    """One installation has one web server."""

    code = "already_serving"
    message = N_("This installation is being served already, at {address} (process {process}).")
    next_step = N_(
        "Open that address; or stop that process first; or run another chain beside it, with another folder in "
        "HUITOU_HOME and another port (--port, make demo PORT=)."
    )
    status = 503


class SiteDidNotStart(HuitouError):
    """The web server ended or did not answer in time."""

    code = "site_did_not_start"
    message = N_("The web server did not start: {reason}")
    next_step = N_("Read {log}, remove the cause and start again.")
    status = 503


class DatabaseUnreachable(HuitouError):
    """The database of HUITOU_DATABASE_URL doesn't answer."""

    code = "database_unreachable"
    message = N_("The database does not answer: {reason}")
    next_step = N_("Check HUITOU_DATABASE_URL, and that this PostgreSQL server runs and lets Huitou in.")
    status = 503


class SettingNotUnderstood(HuitouError):
    """An environment variable holds something that we cannot use."""

    code = "setting_not_understood"
    message = N_("The setting {setting} cannot be used: {reason}")
    next_step = N_("Correct it; docs/settings.md lists every setting with an example.")
    status = 503


class SecretsUnreadable(HuitouError):
    """secrets.json or keys.json is broken."""

    code = "secrets_unreadable"
    message = N_("The file {file} is not readable JSON: {reason}")
    next_step = N_("Put it back from your backup. Without it the sealed values cannot be opened.")
    status = 503


class ServerUnreachable(HuitouError):
    """Nobody answers at this address."""

    code = "server_unreachable"
    message = N_("There is no answer from {address}: {error}.")
    next_step = N_("Write the address as a browser opens it, for example http://127.0.0.1:8000, and start the server.")
    status = 503
