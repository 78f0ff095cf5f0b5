"""A form filled in by dice: at home in ``clusterbook.testing``, for tests of any form."""

from clusterbook.testing.contents import CODE_SIGNS, content
from clusterbook.testing.filling import (
    FilledIn,
    Input,
    default_value,
    fill,
    holds,
    inputs,
    raw,
)
from clusterbook.testing.reading_back import (
    Here,
    differences,
    imported,
    rows_without_computed,
    without_computed,
)

__all__ = [
    "CODE_SIGNS", "FilledIn", "Here", "Input", "content", "default_value", "differences", "fill",
    "holds", "imported", "inputs", "raw", "rows_without_computed", "without_computed",
]  # fmt: skip
