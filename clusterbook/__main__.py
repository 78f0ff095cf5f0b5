"""``python -m clusterbook``."""

from clusterbook.cli import main

if __name__ == "__main__":
    main()
