"""What is worked out of the numbers of one column."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clusterbook.forms.expressions.single_values import middle

FIGURES = st.floats(allow_nan=False, min_value=-1e300, max_value=1e300)


@given(st.lists(FIGURES, min_size=1, max_size=9))
def test_the_middle_is_the_median_of_numpy(figures: list[float]) -> None:
    assert middle(np.array(figures)) == np.median(figures)
