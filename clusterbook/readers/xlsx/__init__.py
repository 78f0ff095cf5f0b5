"""Readers of .xlsx, and of the XML tables of 2003."""
