"""Many files: workers, cache, windows, the import run, Dask."""
