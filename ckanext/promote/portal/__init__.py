"""The one-command portal and the test servers: everything CKAN needs, embedded, without root."""
from __future__ import annotations
