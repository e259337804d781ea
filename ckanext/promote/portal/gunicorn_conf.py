"""How gunicorn serves the portal; the address comes on its command line.

The variable PROMOTE_READY_FILE names the file that says that servers and database are ready.
"""
from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ckanext.promote.portal.leash import wait_for

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

wsgi_app = "ckanext.promote.portal.wsgi:application"
# One until the portal answers; the start then asks for another, and loses no time to it.
workers = 1
worker_class = "gthread"
threads = 4
# The first page after a start compiles templates and bundles.
timeout = 120
graceful_timeout = 3
keepalive = 5
accesslog = "-"
# Without the query, in which people put what is nobody's business.
access_log_format = "%(m)s %(U)s %(s)s %(M)s ms"
errorlog = "-"
loglevel = "warning"
proc_name = "promote-portal"
# Known to gunicorn 25.1 and later; without it a socket is left in the home folder.
control_socket_disable = True


def on_starting(arbiter: Arbiter) -> None:
    """Load CKAN's modules while the servers start, once for all workers; then wait for them."""
    import ckan.cli  # noqa: PLC0415 -- gunicorn reads this file more than once
    import ckan.config.middleware  # noqa: F401, PLC0415 -- as above

    wait_for(os.environ["PROMOTE_READY_FILE"])
