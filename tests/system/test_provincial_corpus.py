"""The benchmarks' provincial corpus is what it says: long texts, no two alike; clean ones pass."""

import sys
from pathlib import Path

import pytest
from support.fill import Here

sys.path.append(str(Path(__file__).parents[2] / "benchmarks"))
import provincial

from clusterbook.engine import gather
from clusterbook.engine.inbox import find_files
from clusterbook.verdicts import Verdict


@pytest.fixture(scope="module")
def batches(tmp_path_factory):
    """Three workbooks of 60 enterprises each, clean and dirty, as imported."""
    folder = tmp_path_factory.mktemp("provincial")
    found = []
    for dirty in (False, True):
        inbox = folder / str(dirty)
        provincial.write(inbox, 3, 60, dirty=dirty)
        found.append(gather.run(find_files([inbox]), pool=Here()))
    return found


def test_clean_workbooks_pass_and_dirty_ones_do_not(batches):
    clean, dirty = ({one.verdict for one in batch.submissions} for batch in batches)
    assert clean == {Verdict.PASSED.value}
    assert dirty == {Verdict.RETURNED.value}


def test_profiles_are_long_and_no_two_are_alike(batches):
    columns = [batch.groups[0].data.libraries["existing_enterprises"].columns for batch in batches]
    for found in columns:
        profiles = [text for text in found["profile"].values if text]
        assert len(profiles) >= 170
        assert len(set(profiles)) == len(profiles)
        lengths = sorted(map(len, profiles))
        assert lengths[-1] <= 160
        assert lengths[len(lengths) // 20] >= 60
        codes = [code for code in found["uscc"].values if code]
        assert len(set(codes)) == len(codes)
