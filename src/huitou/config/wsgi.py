"""What granian serves."""

import fcntl
import os
import signal
from importlib import import_module

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application

from huitou.config.embedded_postgres.locks import open_lock
from huitou.config.home import home
from huitou.config.parent_death import end_with_parent
from huitou.config.processes import GATE_NAME


def wait_at_the_gate() -> None:
    """Until `huitou serve` has brought tables and static files up to date."""
    gate = open_lock(home() / GATE_NAME)
    fcntl.flock(gate, fcntl.LOCK_SH)
    os.close(gate)


# granian starts this process and can be killed: an orphan would keep the port. Why SIGKILL, says `processes`.
end_with_parent(signal.SIGKILL)
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huitou.config.settings")
django.setup()
import_module("huitou.config.wiring").wire()
import_module(settings.ROOT_URLCONF)
wait_at_the_gate()
application = get_wsgi_application()
