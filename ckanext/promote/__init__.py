"""Promotion of open data on CKAN: stories, apps, tools and news tied to datasets."""
from __future__ import annotations

__version__ = "0.1.0"
SOURCE_URL = "https://github.com/ckanext-promote/ckanext-promote"
