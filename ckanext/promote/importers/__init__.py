"""Importers of contents."""
