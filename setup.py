"""Metadata lives in pyproject.toml; this file is for tools that look for one."""
from setuptools import setup

setup()
