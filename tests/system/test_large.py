"""The limits are generous: the largest honest workbook anybody thought of is far below each."""

import time

import pytest
from support.fill import fill
from support.hostile import as_ods, as_xls, as_xlsb

from clusterbook.forms.options import Options
from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.readers.grid import read_grid
from clusterbook.readers.limits import USUAL_LIMITS
from clusterbook.returns import pipeline
from clusterbook.workbook import writer


@pytest.mark.large
def test_a_library_of_5000_enterprises_in_every_format():
    layout = layouts.of("cluster_contest", Options(rows=5_000))
    only = {"existing_enterprises"}
    filled = fill(layout, seed=2, rows=5_000, only=lambda key: key.split(".")[0] in only)
    xlsx = writer.write_template(layout, Stamp.of(layout.workbook, issue="T1"), filled.answers())
    for make in (lambda _: xlsx, as_xls, as_xlsb, as_ods):
        data = make(read_grid(xlsx))
        started = time.process_time()
        read = pipeline.read_submission(data)
        assert time.process_time() - started < USUAL_LIMITS.seconds / 3
        assert len(read.extracted.libraries["existing_enterprises"].rows) == 5_000
        assert len(data) < USUAL_LIMITS.file_bytes / 4
