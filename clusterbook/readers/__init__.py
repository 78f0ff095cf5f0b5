"""Bytes → Grid; knows nothing of forms."""
