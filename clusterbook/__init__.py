"""Declared government forms as protected workbooks, and their returns as checked data."""

__version__ = "0.1.0"
