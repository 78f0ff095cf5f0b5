"""The reader of .xls, record by record."""
