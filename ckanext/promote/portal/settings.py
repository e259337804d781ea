"""The portal's ckan.ini: written at the first start, and corrected where servers have moved."""
from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path

PLUGINS = "promote datastore datatables_view charts_view geo_view geojson_view text_view image_view"
# Views that a new resource gets by itself; a chart has to be told what it shows.
VIEWS = "datatables_view geo_view text_view image_view"
# datastore and the views that read it: only where this start knows the datastore's addresses.
DATASTORE_PLUGINS = frozenset({"datastore", "datatables_view", "charts_view"})
DATASTORE_URLS = frozenset({"CKAN_DATASTORE_WRITE_URL", "CKAN_DATASTORE_READ_URL"})

# The variables that CKAN reads, and what they are called in the file.
OPTIONS = {
    "CKAN_SQLALCHEMY_URL": "sqlalchemy.url",
    "CKAN_DATASTORE_WRITE_URL": "ckan.datastore.write_url",
    "CKAN_DATASTORE_READ_URL": "ckan.datastore.read_url",
    "CKAN_REDIS_URL": "ckan.redis.url",
    "CKAN_SOLR_URL": "solr_url",
}

TEMPLATE = """\
# Made by the first `make portal`. What you change here stays, but for the addresses of the
# servers and of the portal, and the list of plugins where no datastore is known.
[app:main]
use = egg:ckan
debug = false
SECRET_KEY = {secret}
ckan.site_id = promote_portal
ckan.site_title = Portal de datos abiertos
ckan.site_description = Portal de demostración
ckan.locale_default = es
ckan.locales_offered = es en
ckan.display_timezone = America/Mexico_City
ckan.gravatar_default = disabled
ckan.plugins =
ckan.views.default_views =
ckan.storage_path = {storage}
ckan.auth.create_unowned_dataset = false
ckan.auth.allow_dataset_collaborators = false
ckan.auth.create_user_via_web = true
ckan.search.solr_commit = true
# Under maps, a plain grid of this portal: base maps would be loaded from another site.
ckanext.spatial.common_map.type = custom
ckanext.spatial.common_map.custom.url = /promote/grid.png
# No mail leaves this portal: nothing listens on port 1.
smtp.server = 127.0.0.1:1
smtp.mail_from = portal@localhost

[loggers]
keys = root, ckan, ckanext, charts

[handlers]
keys = console

[formatters]
keys = short

[logger_root]
level = WARNING
handlers = console

[logger_ckan]
qualname = ckan
level = WARNING
handlers = console
propagate = 0

[logger_ckanext]
qualname = ckanext
level = INFO
handlers = console
propagate = 0

# It tells of each table that is filled.
[logger_charts]
qualname = ckanext.charts
level = WARNING
handlers = console
propagate = 0

[handler_console]
class = StreamHandler
args = (sys.stderr,)
level = NOTSET
formatter = short

[formatter_short]
format = %(levelname)s [%(name)s] %(message)s
"""


def write(path: Path, storage: Path) -> None:
    """Write a configuration with fresh secrets, readable by its owner alone, unless it is there."""
    if path.exists():
        return
    storage.mkdir(parents=True, exist_ok=True)
    text = TEMPLATE.format(secret=secrets.token_urlsafe(32), storage=escaped(str(storage)))
    replace_file(path, text)


def correct(path: Path, addresses: Mapping[str, str], options: Mapping[str, str]) -> None:
    """Point the configuration at the servers (CKAN_* variables), and set further options."""
    values = {OPTIONS[key]: value for key, value in addresses.items() if key in OPTIONS}
    left_out = frozenset() if addresses.keys() >= DATASTORE_URLS else DATASTORE_PLUGINS
    for option, names in (("ckan.plugins", PLUGINS), ("ckan.views.default_views", VIEWS)):
        # A list that somebody has changed by hand is theirs.
        if value_of(path, option) in ("", names, without(names, DATASTORE_PLUGINS)):
            values[option] = without(names, left_out)
    replace_file(path, with_options(path.read_text(encoding="utf-8"), {**values, **options}))


def write_for_worker(path: Path, ini: Path) -> None:
    """Write the configuration of the job worker: it draws no charts, and saves what they need.

    The libraries that charts_view loads take 80 MB in each process.
    """
    names = without(value_of(ini, "ckan.plugins") or "", frozenset({"charts_view"}))
    replace_file(path, with_options(ini.read_text("utf-8"), {"ckan.plugins": names}))


def without(names: str, left_out: frozenset[str]) -> str:
    """Give a list of plugins less some of them."""
    return " ".join(name for name in names.split() if name not in left_out)


def value_of(path: Path, option: str) -> str | None:
    """Give what an option is set to in the file, or None."""
    found = re.search(rf"^{re.escape(option)}[ \t]*=(.*)$", path.read_text("utf-8"), re.MULTILINE)
    return found[1].strip() if found else None


def with_options(text: str, values: Mapping[str, str]) -> str:
    """Set options in the text of a configuration, adding those that it lacks to [app:main]."""
    for option, value in values.items():
        line = f"{option} = {escaped(value)}"
        pattern = rf"^{re.escape(option)}[ \t]*=.*$"
        text, count = re.subn(pattern, lambda _, new=line: new, text, flags=re.MULTILINE)
        if not count:
            text = text.replace("[app:main]\n", f"[app:main]\n{line}\n", 1)
    return text


def escaped(value: str) -> str:
    """Write a value so that the ini file's interpolation gives it back."""
    return value.replace("%", "%%")


def replace_file(path: Path, text: str) -> None:
    """Replace a file as a whole, with mode 0600: it holds secrets."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    fresh.replace(path)
