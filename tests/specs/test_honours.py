"""国际国内品牌企业: the listed honours in all their spellings, and what is not among them."""

from __future__ import annotations

from collections import Counter

import content_cluster_contest as contest
import pytest

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.problems import Problem
from clusterbook.readers.grid import read_grid
from clusterbook.returns.extract import extract
from clusterbook.returns.place import place
from clusterbook.testing.live import stored_told
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize
from clusterbook.validation.typed_data import Data
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template
from workbook_specs._shared import HONOUR_OPTIONS, HONOURS

LAYOUT = layouts.of("cluster_contest")
WORLD, CHINA, PRIVATE, TRADE, GIANT, SRDI, NATIONAL, PROVINCIAL = HONOUR_OPTIONS

CALLED = {
    WORLD: ("世界500强", "财富世界500强（第312位）", "世界五百强", "《财富》世界500强"),
    CHINA: ("中国500强", "中国制造业500强", "中国制造业企业500强（2024）", "中国企业500强2024", "国内五百强"),
    PRIVATE: ("中国民营企业500强", "民企500强", "中国制造业民营企业500强", "2024年中国民营企业500强第88位"),
    TRADE: ("全球工程机械50强", "全球50强", "全球50强工程机械制造商", "世界工程机械50强"),
    GIANT: (
        "小巨人", "国家级小巨人", "重点“小巨人”", "国家级专精特新“小巨人”企业", "国家级重点专精特新小巨人企业（第一批）",
        "工信部第五批专精特新小巨人", '国家"专精特新"小巨人', "国家级专精特新小巨人企业（第五批，2023年）", "第五批国家级专精特新小巨人",
    ),
    SRDI: (
        "省专精特新", "省级小巨人", "省级专精特新企业", "湖南省专精特新中小企业（2023年）", "湖南省“专精特新”小巨人（2022-2025年）",
        "省级“专精特新”中小企业称号", "专精特新中小企业",
    ),
    NATIONAL: ("国家级单项冠军", "国家级制造业单项冠军示范企业（第七批）", "全国制造业单项冠军产品", "国家制造业单项冠军企业"),
    PROVINCIAL: ("省级单项冠军（2024年）", "2024年省级制造业单项冠军", "湖南省制造业单项冠军产品", "省单项冠军企业"),
}  # fmt: skip
UNCLEAR = ("单项冠军", "制造业单项冠军", "专精特新", "专精特新企业", "500强")
UNKNOWN = (
    "中国驰名商标", "国家级高新技术企业", "创新型中小企业", "省级单项冠军培育企业", "小巨人培育企业", "世界品牌500强", "全球150强",
    "全球汽车零部件百强", "湖南企业100强", "诺贝尔奖", "第五批", "2024年", "其他", "省级单项冠军（已取消）",
)  # fmt: skip
PAIRS = [(honour, typed) for honour, spellings in CALLED.items() for typed in spellings]


@pytest.mark.parametrize(("honour", "typed"), PAIRS, ids=[typed for _, typed in PAIRS])
def test_an_honour_as_it_is_really_called(honour, typed):
    reading = HONOURS.read(typed)
    assert (reading.value, reading.problem) == ((honour,), "")
    assert HONOURS.read(f"{typed}、{PRIVATE}").value == tuple(dict.fromkeys((honour, PRIVATE)))


@pytest.mark.parametrize("typed", UNCLEAR)
def test_what_fits_several_is_asked(typed):
    assert HONOURS.read(typed).problem == "V232"
    reading = HONOURS.read(f"{TRADE}、{typed}")
    assert (reading.value, reading.problem, reading.facts["value"]) == ((TRADE,), "V232", typed)


@pytest.mark.parametrize("typed", UNKNOWN)
def test_what_is_not_listed_is_kept_and_asked(typed):
    reading = HONOURS.read(f"{typed}；{GIANT}")
    assert (reading.value, reading.problem) == ((typed, GIANT), "V262")
    assert reading.facts["value"] == typed


@pytest.mark.parametrize(
    "typed", ["国家级小巨人，第五批", "小巨人、（第五批，2023年）", "小巨人；2023年"]
)
def test_a_batch_of_its_own_belongs_to_what_stands_before_it(typed):
    reading = HONOURS.read(typed)
    assert (reading.value, reading.problem, reading.note) == ((GIANT,), "", "alias+given")


def book(*honours: str) -> bytes:
    """The good sample with these honours of its last enterprises, which have none."""
    values, rows = contest.content(contest.SMALL)
    firms = rows["existing_enterprises"]
    for firm, typed in zip(reversed(firms), honours, strict=False):
        assert firm["honours"] == "无"
        firm["honours"] = typed
    return write_template(
        LAYOUT, Stamp.of(LAYOUT.workbook, issue="HONOURS"), Entries(values=values, rows=rows)
    )


def problems(workbook: bytes) -> list[Problem]:
    data: Data = normalize(LAYOUT, [extract(place(read_grid(workbook), LAYOUT))])
    check(data)
    return data.problems[0]


def test_an_unknown_honour_is_one_question_and_does_not_stop_the_counts():
    came = problems(book(f"中国驰名商标、{GIANT}"))
    assert Counter(one.code for one in came) == {"V262": 1, "A08.little_giants": 1}
    asked = next(one for one in came if one.code == "V262")
    assert asked.level.value == "explain"
    assert "“中国驰名商标”，不能确定是否属于所列品牌" in asked.message("zh")


def test_what_fits_several_stops_the_counts_that_rest_on_the_list():
    assert [one.code for one in problems(book(f"单项冠军、{GIANT}"))] == ["V232"]


@pytest.mark.parametrize("honour", [GIANT, SRDI, NATIONAL, PROVINCIAL, CHINA])
def test_the_workbook_counts_the_same_spellings(honour):
    typed = [*CALLED[honour], *UNKNOWN][:12]
    assert stored_told(LAYOUT, book(*typed)) == []


def test_the_workbook_marks_what_fits_several():
    assert stored_told(LAYOUT, book("单项冠军")) == []
