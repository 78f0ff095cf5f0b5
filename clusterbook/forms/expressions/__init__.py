"""Computed values and conditions, written once, with a face for each who needs them."""
