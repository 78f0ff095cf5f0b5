"""Roster → one stamped, prefilled workbook each, and the register of them."""
