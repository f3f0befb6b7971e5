"""Imports of archives."""
