"""The forms clusterbook knows, one file each, and the data they share."""
