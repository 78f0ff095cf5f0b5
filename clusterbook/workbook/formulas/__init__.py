"""What Excel makes of the formulas we write: their types, and their true results."""
