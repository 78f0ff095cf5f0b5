"""How what people write becomes a value."""
