"""Word: the official form written from a layout, and filled forms read back by their labels."""
