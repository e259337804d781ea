"""Metadata lives in pyproject.toml; this file names what babel extracts."""
from setuptools import setup

setup(
    message_extractors={
        "ckanext": [
            ("promote/**.py", "python", None),
            ("promote/assets/**.js", "javascript", None),
            ("promote/templates/**.html", "ckan", None),
            ("promote/templates/**.txt", "ckan", None),
        ],
    },
)
