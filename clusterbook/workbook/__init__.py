"""Layout and content → .xlsx; the only door to XlsxWriter."""
