"""Grid and layout → the raw values of one return, and what is told of it."""
