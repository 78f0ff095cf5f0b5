"""What a desk remembers: its database, the files it was given, and who may do what."""
