"""How the tables of a desk came to be, one step a version."""
