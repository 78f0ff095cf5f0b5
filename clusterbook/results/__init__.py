"""The folder that an import writes: its tables and documents."""
