"""Fills the monthly return in as a county would: one good return, and three that have to come back.

python docs/examples/monthly_return/fill.py FOLDER
"""

import sys
from pathlib import Path
from typing import Any

import clusterbook as cb
from clusterbook.forms.stamp import Stamp
from clusterbook.testing import forms_from
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FORMS = Path(__file__).parent / "forms"
FORM, YEAR, MONTH = "cluster_monthly", 2025, 10
THIS, TO_DATE = f"{YEAR}m{MONTH:02d}", f"{YEAR}m01_{MONTH:02d}"
THEN, TO_DATE_THEN = f"{YEAR - 1}m{MONTH:02d}", f"{YEAR - 1}m01_{MONTH:02d}"
REASON = "新投产两条高炉生产线，用电大幅增加。"

# 本月、本月止累计、去年同月、去年同期累计
_FIGURES = {
    "c1210": (8_200.0, 79_600.0, 7_650.5, 74_100.0), "c1221": (6_900.0, 66_800.0, 6_400.5, 62_000.0),
    "c1222": (1_300.0, 12_800.0, 1_250.0, 12_100.0), "c1230": (7_990.0, 77_200.0, 7_500.0, 72_300.0),
    "c1231": (1_120.0, 10_950.0, 1_050.0, 10_100.0), "c1310": (8_050.0, 78_300.0, 7_540.0, 73_000.0),
    "c1320": (6_700.0, 65_400.0, 6_300.0, 61_000.0), "c1330": (512.0, 4_880.0, 470.0, 4_500.0),
    "c1420": (1_510.0, 14_920.0, 1_020.0, 9_900.0),
}  # fmt: skip
_COVER = {
    "cluster_name": "某县五金产业集群", "city": "某市", "county": "某县", "unit": "某县工业和信息化局",
    "person": "王某某", "phone": "0731-22000001", "date": "2025-11-08",
}  # fmt: skip


def _product(code: str, name: str, unit: str, *figures: float) -> dict[str, Any]:
    keys = ("month", "to_date", "month_value", "to_date_value")
    return {"code": code, "name": name, "unit": unit, **dict(zip(keys, figures, strict=True))}


def good() -> Entries:
    """A return with nothing wrong: one figure has grown by half, and says why beside it."""
    values: dict[str, Any] = {f"cover.{key}": text for key, text in _COVER.items()}
    for key, figures in _FIGURES.items():
        for time, figure in zip((THIS, TO_DATE, THEN, TO_DATE_THEN), figures, strict=True):
            values[f"output.{key}.{time}"] = figure
    values["output.c1420_reason"] = REASON
    rows = {
        "consumer": [_product("1311", "大米", "吨", 210, 2_050, 610, 5_900),
                     _product("1392", "豆制品", "吨", 35, 330, 120, 1_150),
                     _product("1432", "速冻食品", "吨", 80, 760, 240, 2_300)],
        "equipment": [_product("3421", "数控机床", "台", 12, 118, 960, 9_300)],
    }  # fmt: skip
    return Entries(values=values, rows=rows)


def wrong_sum() -> Entries:
    """The parts do not add up to the whole."""
    answers = good()
    return Entries(values={**answers.values, f"output.c1221.{THIS}": 6_090.0}, rows=answers.rows)


def no_reason() -> Entries:
    """What grew by half says nothing."""
    answers = good()
    values = {key: value for key, value in answers.values.items() if key != "output.c1420_reason"}
    return Entries(values=values, rows=answers.rows)


def twice() -> Entries:
    """A product stands on both sheets of the list, and a figure is none."""
    answers = good()
    again = [*answers.rows["equipment"], _product("1311", "大米", "吨", 1, 9, 3, 27)]
    values = {**answers.values, f"output.c1231.{THIS}": "约1100"}
    return Entries(values=values, rows={**answers.rows, "equipment": again})


RETURNS = {"good": good, "wrong_sum": wrong_sum, "no_reason": no_reason, "twice": twice}


def write(folder: Path) -> None:
    """Every return as a workbook in ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    layout = cb.load_form(FORM, year=YEAR, month=MONTH).layout
    for name, answers in RETURNS.items():
        stamp = Stamp.of(layout.workbook, issue=f"M-{name.replace('_', '-')}", issued_to="某县")
        (folder / f"{name}.xlsx").write_bytes(write_template(layout, stamp, answers()))


if __name__ == "__main__":
    with forms_from(FORMS):
        write(Path(sys.argv[1]))
