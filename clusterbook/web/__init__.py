"""The desk in the browser: pages over the public API and the store, and what serves them."""
