"""CKAN as a WSGI application for gunicorn, from the configuration that CKAN_INI names."""
from __future__ import annotations

import logging.config
import os

from ckan import authz
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

ini = os.environ["CKAN_INI"]
config = CKANConfigLoader(ini).get_config()
# CKAN 2.12 has read the logging sections by now, and silenced gunicorn's loggers; 2.11 has not.
logging.config.fileConfig(ini, disable_existing_loggers=False)
application = make_app(config)
# CKAN gathers these at the first call, and refuses whoever comes while it does.
authz.auth_functions_list()
