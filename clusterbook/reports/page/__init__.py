"""The report page of an import."""
