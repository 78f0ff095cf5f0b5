"""What goes back to a county: marked copy, letter, message."""
