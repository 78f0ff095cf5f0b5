"""Honest returns: what careful clerks of different counties would hand in, made up by dice.

    python tests honest 200 -o FOLDER     writes returns of both forms, imports them, tries the rules

Each is a cluster of its own: industry, county, size, growth, how far it has come in honours, how it
writes things, how much of the evidence it has put in order. Figures agree with each other as those
of a real cluster do; nothing is exact that in life is only about right. The same seed gives the same
return. A rule that fires in many of them asks honest people.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

from attrs import evolve

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.layout.plan import plan
from clusterbook.problems import Level, Problem
from clusterbook.readers.grid import Grid, read_grid
from clusterbook.returns.extract import extract
from clusterbook.returns.place import place
from clusterbook.validation.check import check
from clusterbook.validation.normalize import normalize
from clusterbook.workbook.content import Entries
from clusterbook.workbook.validations import in_boxes
from clusterbook.workbook.writer import write_template
from workbook_specs._divisions import reporting_units

Values = dict[str, Any]
Rows = dict[str, list[dict[str, Any]]]

NONE, TICK = "无", "☑"
FORMS = ("cluster_contest", "fujian_sme_cluster")
MOST = 10.0  # percent of the returns in which a rule may ask for something; a hint does not
APPLIED = ("2026-03-16", "2026年3月20日", "2026.4.3", "2026-04-10")
SURNAMES = "张王李赵刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
GIVEN = "建国 志强 丽华 晓明 海燕 文斌 国平 雪梅 俊杰 春生 立新 美玲 振华 永红 子涵 伟 芳 敏 静 磊".split()
BRANDS = "金 鑫 宏 恒 盛 华 泰 兴 瑞 德 信 联 正 天 源 达 丰 福 康 新 力 科 佳 美 海 星 龙 鹏 顺 利 安 永".split()


class Industry(NamedTuple):
    """An industry as far as it shows in the figures; ranges are (low, high)."""

    name: str
    code: str
    field: str
    goods: tuple[str, ...]
    crafts: tuple[str, ...]
    research: tuple[float, float]  # percent of revenue
    margin: tuple[float, float]
    tax: tuple[float, float]
    per_head: tuple[float, float]  # 万元
    exports: float  # percent of revenue
    carbon: tuple[float, float]


def _industry(text: str, *ranges: Any) -> Industry:
    name, code, field, goods, crafts = text.split("|")
    return Industry(name, code, field, tuple(goods.split()), tuple(crafts.split()), *ranges)


INDUSTRIES = (
    _industry("烟花鞭炮|26 化学原料和化学制品制造业|轻工纺织|组合烟花 喷花 爆竹 礼花弹 引火线|机械装药 自动结鞭 无烟发射药", (0.4, 1.2), (4, 9), (3, 8), (25, 60), 30, (0.08, 0.3)),
    _industry("休闲食品|14 食品制造业|食品加工|面筋制品 豆制品 肉干 坚果 酱腌菜|低温灭菌 智能卤制 充氮包装", (0.5, 1.6), (3, 8), (1.5, 5), (50, 120), 4, (0.05, 0.25)),
    _industry("陶瓷|30 非金属矿物制品业|轻工纺织|日用瓷 电瓷 釉下五彩瓷 陶瓷材料|等静压成型 辊道窑烧成 釉料制备", (1.0, 2.6), (3, 8), (2, 6), (35, 80), 22, (0.4, 1.4)),
    _industry("泵业|34 通用设备制造业|工程机械|离心泵 潜水泵 化工泵 消防泵|精密铸造 水力模型设计 数控加工", (2.2, 4.6), (5, 10), (2.5, 6), (60, 130), 12, (0.06, 0.2)),
    _industry("电子元器件|39 计算机、通信和其他电子设备制造业|数字产业|电感器 变压器 连接器 柔性线路板|自动绕线 贴片封装 光学检测", (2.6, 5.8), (3, 9), (1, 4), (50, 140), 35, (0.03, 0.12)),
    _industry("生物医药|27 医药制造业|大健康|中药饮片 中成药 医用敷料 原料药|超临界萃取 冻干 无菌灌装", (3.0, 7.5), (7, 16), (3, 9), (70, 160), 5, (0.05, 0.2)),
    _industry("服饰|18 纺织服装、服饰业|轻工纺织|女裤 童装 校服 针织衫|柔性裁剪 智能吊挂 数码印花", (0.6, 1.8), (3, 8), (1.5, 5), (25, 60), 15, (0.03, 0.1)),
    _industry("竹木家居|20 木材加工和木、竹、藤、棕、草制品业|轻工纺织|竹地板 竹餐具 竹砧板 家具板材|竹材重组 炭化 无醛胶合", (0.8, 2.2), (4, 9), (1.5, 5), (30, 70), 28, (0.06, 0.3)),
    _industry("铝精深加工|32 有色金属冶炼和压延加工业|前沿材料|铝型材 铝箔 铝板带 轮毂|熔铸 挤压 热轧", (1.6, 3.6), (2, 6), (1, 4), (130, 320), 14, (0.5, 1.9)),
    _industry("工程机械零部件|35 专用设备制造业|工程机械|油缸 驾驶室 结构件 回转支承|机器人焊接 感应淬火 精密镗削", (2.4, 5.0), (4, 9), (2, 6), (70, 150), 10, (0.05, 0.18)),
    _industry("茶产业|15 酒、饮料和精制茶制造业|现代农业|黑茶 绿茶 红茶 茶饮料|渥堆发酵 揉捻 冷链保鲜", (0.5, 1.7), (6, 13), (1.5, 5), (25, 65), 6, (0.03, 0.12)),
    _industry("石材|30 非金属矿物制品业|绿色矿业|建筑板材 异型材 石雕 人造石|数控雕刻 红外线桥切 大板修补", (0.7, 1.9), (4, 9), (2, 6), (40, 95), 24, (0.1, 0.5)),
)  # fmt: skip


class Clerk:
    """Who fills in one return: a cluster, and habits of writing."""

    def __init__(self, form: str, seed: int) -> None:
        self.dice = Random(f"{form}|{seed}")
        self.seed = seed
        province = "湖南省" if form == FORMS[0] else "福建省"
        self.province = province
        units = reporting_units(province)
        self.city, self.county = units[self.dice.randrange(len(units))]
        self.counties = [county for city, county in units if city == self.city]
        self.industry = self.dice.choice(INDUSTRIES)
        self.applied = self.dice.choice(APPLIED)
        #: how much of the evidence is in order: the index is full, half done, or not there
        self.index = self.dice.choices(("full", "half", "none"), (7, 2, 1))[0]
        self.month = self.dice.choice(("{0}-{1:02}", "{0}年{1}月", "{0}.{1:02}", "{0}/{1:02}"))
        self.yes = self.dice.choice((("是", "否"), ("是", "否"), ("√", "×")))
        self.page = self.dice.choice(("P{0}", "P{0}", "{0}", "第{0}页"))
        self.serial = 0

    def among(self, low: float, high: float, digits: int = 2) -> float:
        """A figure somewhere between."""
        return round(self.dice.uniform(low, high), digits)

    def count(self, low: int, high: int) -> int:
        return self.dice.randint(low, max(low, high))

    def person(self) -> str:
        return self.dice.choice(SURNAMES) + self.dice.choice(GIVEN)

    def phone(self) -> str:
        """A mobile number, sometimes an office line."""
        self.serial += 1
        if self.dice.random() < 0.15:
            return (
                f"0{self.dice.choice((731, 739, 591, 595))}-8{self.seed % 1000:03}{self.serial:04}"
            )
        return f"139{self.seed % 10_000:04}{self.serial:04}"

    def when(self, first: int, last: int) -> str:
        """A month within these years, as this clerk writes it."""
        return self.month.format(self.count(first, last), self.count(1, 12))

    def pages(self, first: int, last: int = 0) -> str:
        span = f"{first}-{last}" if last > first else str(first)
        return self.page.format(span)

    def part(self, options: Sequence[str], least: int, most: int) -> list[str]:
        return self.dice.sample(options, min(len(options), self.count(least, most)))

    def firm(self) -> str:
        """A registered name: place, brand, trade, form; each once."""
        self.serial += 1
        place = self.dice.choice((self.county, self.city, self.province)).removesuffix("县")
        place = place.removesuffix("省") if place.endswith("省") else place
        brand = self.dice.choice(BRANDS) + self.dice.choice(BRANDS) + _han(self.serial)
        good = self.dice.choice(self.industry.goods)
        form = self.dice.choices(
            (
                "有限公司",
                "有限责任公司",
                "股份有限公司",
                "厂",
                "集团有限公司",
                "专业合作社",
                "加工厂",
            ),
            (70, 8, 8, 5, 3, 3, 3),
        )[0]
        text = f"{place}{brand}{good}{form}"
        return text if self.dice.random() > 0.04 else f"{brand}{good}（{place}）有限公司"

    def years(self, latest: float, low: float, high: float, digits: int = 2) -> tuple[float, float]:
        """The figures of two years, by a growth in percent."""
        growth = self.dice.uniform(low, high)
        return round(latest / (1 + growth / 100), digits), round(latest, digits)


def _han(number: int) -> str:
    return "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))


# --- what both forms ask ----------------------------------------------------------------------------


def index(clerk: Clerk, parts: Sequence[tuple[str, str, int]]) -> list[dict[str, Any]]:
    """The index of the evidence over pages 1, 2, … as far as this clerk has come with it."""
    rows, page = [], 1
    for title, item, pages in parts:
        rows.append({
            "title": title, "related_item": item, "page_from": page, "page_to": page + pages - 1,
            "kind": clerk.dice.choice(("主管部门证明", "第三方机构证明", "自我声明")),
            "issued_by": f"{clerk.county}工业和信息化局",
        })  # fmt: skip
        page += pages
    keep = {"full": len(rows), "half": len(rows) // 2, "none": 0}[clerk.index]
    return rows[:keep]


def write(form: str, seed: int, firms: int = 0) -> bytes:
    """The workbook of one seed."""
    layout = layouts.of(form)
    values, rows = content(form, seed, firms)
    stamp = Stamp.of(layout.workbook, issue=f"HS-{form[0].upper()}{seed:04}")
    known = {key: value for key, value in values.items() if key in layout.slots}
    assert known.keys() == values.keys(), sorted(values.keys() - known.keys())
    return write_template(layout, stamp, Entries(values=values, rows=rows))


def content(form: str, seed: int, firms: int = 0) -> tuple[Values, Rows]:
    """Answers and rows of one return; ``firms`` bounds its lists, 0 as many as a cluster has."""
    from support.honest_contest import contest
    from support.honest_fujian import fujian

    make = contest if form == FORMS[0] else fujian
    return make(Clerk(form, seed), firms)


# --- judged in this process ---------------------------------------------------------------------------


def judged(form: str, seeds: Sequence[int], firms: int) -> list[list[Problem]]:
    """The problems of each return, typed into one blank that is written and read only once.

    Results of formulas are left out, as they are those of the blank; what they are worked out from
    is all there.
    """
    layout = layouts.of(form)
    bare = plan(evolve(layout.workbook, rules=()))
    blank = read_grid(write_template(bare, Stamp.of(layout.workbook)))
    found = [
        extract(place(_typed(blank, bare, *content(form, seed, firms)), bare)) for seed in seeds
    ]
    data = normalize(layout, found)
    check(data)
    return data.problems


def _typed(blank: Grid, layout: Layout, values: Values, rows: Rows) -> Grid:
    """The blank with these contents in its cells."""
    cells = {sheet.name: {at: raw for at, raw in sheet.cells.items() if at not in sheet.formulas}
             for sheet in blank.sheets}  # fmt: skip
    for key, value in values.items():
        slots = layout.slots[key]
        parts = in_boxes(value, len(slots)) if len(slots) > 1 else [value]
        for slot, part in zip(slots, parts, strict=True):
            _type(cells[layout.sheet_of[key].name], slot.area.row, slot.area.col, part)
    for library, typed in rows.items():
        first, sheet = layout.bodies[library].first_row, cells[layout.sheet_of[library].name]
        for row, cell_values in enumerate(typed, start=first):
            for name, value in cell_values.items():
                _type(sheet, row, layout.columns[f"{library}.{name}"].col, value)
    return evolve(blank, sheets=tuple(evolve(one, cells=cells[one.name]) for one in blank.sheets))


def _type(cells: dict[Any, Any], row: int, col: int, value: Any) -> None:
    if value == "":
        cells.pop((row, col), None)
    else:
        cells[row, col] = value if isinstance(value, str) else float(value)


# --- the command --------------------------------------------------------------------------------------


def main() -> int:
    """Writes, imports and tries; 1 where a rule asks in more than ``MOST`` percent."""
    from clusterbook.cli import cli
    from clusterbook.reports import trial

    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("count", type=int, help="returns, half of each form")
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--firms", type=int, default=0, help="at most so many in a list")
    asked = parser.parse_args()
    folder = asked.output / "returns"
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(asked.count):
        form = FORMS[number % 2]
        (folder / f"{form}-{number:04}.xlsx").write_bytes(write(form, number, firms=asked.firms))
    out = asked.output / "out"
    cli(["import", str(folder), "-o", str(out), "--no-returned"], standalone_mode=False)
    found = trial.trial([out])
    print("\n".join(trial.as_text(found)))
    often = [
        f"{one.code} {one.fired_share:g}%"
        for form in found
        for one in form.tried
        if one.fired_share > MOST and one.level != Level.INFO.value
    ]
    print(f"over {MOST:g} %: {', '.join(often) or 'none'}")
    return 1 if often else 0


if __name__ == "__main__":
    sys.modules["honest"] = sys.modules["__main__"]
    sys.exit(main())
