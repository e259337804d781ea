"""The policy profile: what a country, a year or a body decides, as data (design §5).

A profile is a YAML file. This module says what may stand in it, reads it, and names everything
that is wrong with it at once. Pure: no CKAN; which profile is on is ``base.active_policy``'s
business. Dates are those of the profile's country, terms are whole days.
"""
from __future__ import annotations

import datetime
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal, get_args, get_origin

import msgspec

from ckanext.promote.base import strict_yaml
