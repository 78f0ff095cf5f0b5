"""The limits are generous: the largest honest workbook anybody thought of is far below each."""

import time

import pytest
from fill import fill
from hostile import as_ods, as_xls, as_xlsb

from clusterbook import layouts, pipeline, template
from clusterbook.grid import read_grid
from clusterbook.guard import USUAL_LIMITS
from clusterbook.identity import Stamp
from clusterbook.options import Options


@pytest.mark.large
def test_a_library_of_5000_enterprises_in_every_format():
    layout = layouts.of("cluster_contest", Options(rows=5_000))
    only = {"existing_enterprises"}
    filled = fill(layout, seed=2, rows=5_000, only=lambda key: key.split(".")[0] in only)
    xlsx = template.write_template(layout, Stamp.of(layout.workbook, issue="T1"), filled.answers())
    for make in (lambda _: xlsx, as_xls, as_xlsb, as_ods):
        data = make(read_grid(xlsx))
        started = time.process_time()
        read = pipeline.read_submission(data)
        assert time.process_time() - started < USUAL_LIMITS.seconds / 3
        assert len(read.extracted.libraries["existing_enterprises"].rows) == 5_000
        assert len(data) < USUAL_LIMITS.file_bytes / 4
