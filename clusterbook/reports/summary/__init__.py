"""The provincial summary."""
