"""Names in columns, by which rules find rows of lists."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from clusterbook.forms.expressions.frames import Frames
from clusterbook.forms.parsing.folding import name_key

_NAMES = st.sampled_from(["甲公司", "甲 公司", "乙（厂）", "乙(厂)", "A", "a", "", None])


@given(
    st.lists(st.tuples(st.integers(0, 3), _NAMES), max_size=30).map(
        lambda r: sorted(r, key=lambda one: one[0])
    )
)
def test_rows_are_found_by_submission_and_name(rows):
    names = np.empty(len(rows), dtype=object)
    names[:] = [name for _, name in rows]
    owner = np.array([submission for submission, _ in rows], dtype=int)
    frames = Frames(4, {}, {"list.name": names}, {"list": owner})
    found: dict[tuple[int, str], list[int]] = {}
    for at, (submission, name) in enumerate(rows):
        if name:
            found.setdefault((submission, name_key(name)), []).append(at)
    by_name = frames.rows_named("list.name")
    assert by_name.counts == {named: len(places) for named, places in found.items()}
    assert {named: by_name.first[named] for named in found} == {
        named: places[0] for named, places in found.items()
    }
    assert frames.rows_named("list.name") is by_name
