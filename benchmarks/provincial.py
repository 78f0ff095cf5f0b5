"""Filled workbooks as provinces send them: profiles of 60 to 160 characters, no two alike.

    python benchmarks/provincial.py FOLDER COUNT ENTERPRISES [dirty] [openpyxl | libreoffice]

``corpus`` repeats a few short texts; these have an own profile, name, code and telephone number for
every enterprise of every workbook, typed as people type them. One workbook is built and, where that
is asked for, saved again by another program, as counties do; the others differ from it in all
names, codes and texts, and are written as the same program wrote the first.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any, Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import corpus
from attrs import evolve

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

_MODEL: Final = 777_777
_LONGEST: Final = 160  # characters of a profile
_CODES_OF_ONE: Final = 2_500  # serial numbers of credit codes kept for one workbook
_MODEL_CODES: Final = 3_900  # times ``_CODES_OF_ONE``: those of the model
_CODE: Final = re.compile(rb"91430582YL([0-9]{7})[0-9A-Z]")
_TEXTS: Final = re.compile(
    r"xl/(sharedStrings|worksheets/sheet\d+|workbook|comments.*)\.xml|docProps/.*"
)

_CRAFTS = (
    "精密锻造",
    "压铸成型",
    "数控加工",
    "热处理",
    "真空镀膜",
    "激光焊接",
    "粉末冶金",
    "自动抛光",
)
_MARKETS = ("长三角", "珠三角", "京津冀", "东盟", "中东", "非洲", "北美", "欧盟", "中亚", "日韩")
_DEVICES = ("数控机床", "加工中心", "压铸机", "注塑机", "自动化产线", "检测设备", "喷涂机器人")
_OPENINGS = (
    "公司成立于{year}年，位于{place}，占地面积{area}亩，注册资本{capital}万元，",
    "{year}年由{place}迁入园区，现有厂房{area}00平方米，总投资{capital}万元；",
    "企业始建于{year}年，是一家集研发、生产、销售于一体的{craft}企业，",
)
_MIDDLES = (
    "主营{products}，年产能{output}万件，现有职工{people}人，其中技术人员{experts}人。",
    "专业从事{products}的生产，拥有{device}{machines}台（套），从业人员{people}人。",
)
_CLOSINGS = (
    "掌握{craft}、{craft2}等工艺，授权专利{patents}件（发明{inventions}件），产品销往{market}、{market2}。",
    "与{market}多家企业配套，通过ISO9001:2015认证，{year2}年实现“{craft}”技术改造，良品率达9{percent}%。",
    "近三年研发投入年均增长{percent}.{experts}%，参与制定标准{inventions}项。",
)
# Units, marks and signs that people type and that are read without a question.
_SPELLINGS = ("{}", "{}", "{:.2f}", " {}", "{}亿元", "{}亿", "{:,}")


def _profile(row: dict[str, Any], dice: Random) -> str:
    """A profile that no other enterprise has; begins with the name, as many do."""
    craft, craft2 = dice.sample(_CRAFTS, 2)
    market, market2 = dice.sample(_MARKETS, 2)
    facts = {
        "year": dice.randint(1985, 2022), "year2": dice.randint(2019, 2025),
        "place": row["county"], "area": dice.randint(3, 180), "capital": dice.randint(50, 9800),
        "craft": craft, "craft2": craft2, "market": market, "market2": market2,
        "products": row["products"], "output": dice.randint(5, 4000),
        "people": dice.randint(8, 900), "experts": dice.randint(2, 80),
        "device": dice.choice(_DEVICES), "machines": dice.randint(2, 300),
        "patents": dice.randint(11, 60), "inventions": dice.randint(1, 10),
        "percent": dice.randint(1, 9),
    }  # fmt: skip
    parts = [dice.choice(_OPENINGS), dice.choice(_MIDDLES)]
    text = f"{row['enterprise_name']}" if dice.random() < 1 / 3 else ""
    text += "".join(parts).format(**facts)
    for closing in dice.sample(_CLOSINGS, len(_CLOSINGS)):
        if len(text) < dice.randint(60, 110):
            text += closing.format(**facts)
    return text[: _LONGEST - len(str(_MODEL))]


def answers(enterprises: int, *, dirty: bool = False) -> Entries:
    """The content of the model: a clean one passes every rule."""
    size = corpus.size_of(enterprises)
    plain = corpus.answers(_MODEL, size, dirty=dirty)
    dice = Random(enterprises)
    rows = {library: [dict(row) for row in lines] for library, lines in plain.rows.items()}
    mark = corpus.sign(_MODEL)
    for at, row in enumerate(rows["existing_enterprises"]):
        row["profile"] = _profile(row, dice).replace("年", f"年{mark}", 1)
        row["uscc"] = corpus.content.credit_code(_MODEL_CODES * _CODES_OF_ONE + at)
        row["products"] = _reordered(row["products"], dice)
        if dirty:
            _type_freely(row, dice)
    for library in ("ongoing_projects", "planned_projects"):
        for row in rows[library]:
            row["content"] = (
                f"{row['content']}{mark}；{dice.choice(_DEVICES)}{dice.randint(2, 90)}台。"
            )
    return evolve(plain, rows=rows)


def _reordered(products: str, dice: Random) -> str:
    found = products.split("、")
    dice.shuffle(found)
    return dice.choice(("、", "、", "，", "；")).join(found)


def _type_freely(row: dict[str, Any], dice: Random) -> None:
    """What is typed by hand, as hands do."""
    revenue = row["main_revenue_y2"]
    if type(revenue) is float:
        row["main_revenue_y2"] = dice.choice(_SPELLINGS).format(revenue)
    phone = str(row["contact_phone"])
    row["contact_phone"] = dice.choice(
        (phone, f"{phone[:3]} {phone[3:7]} {phone[7:]}", f"+86 {phone}")
    )
    if dice.random() < 1 / 10:
        row["enterprise_name"] = f" {row['enterprise_name']}".replace("(", "（")
        row["is_scale"] = {"是": "√", "否": "×"}.get(row["is_scale"], row["is_scale"])
        row["honours"] = str(row["honours"]).replace("、", "\n")


# --- files ---------------------------------------------------------------------------------------


def write(
    folder: Path, count: int, enterprises: int, *, dirty: bool = False, by: str = "", first: int = 0
) -> None:
    """Writes so many workbooks, saved again ``by`` "openpyxl" or "libreoffice" where it says so."""
    folder.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as name:
        model = Path(name) / f"{_MODEL}.xlsx"
        layout = layouts.of(corpus.FORM, corpus.rows_for(enterprises))
        stamp = Stamp.of(layout.workbook, issue=f"B{_MODEL}", issued_to=f"样例{_MODEL}")
        model.write_bytes(write_template(layout, stamp, answers(enterprises, dirty=dirty)))
        with ZipFile(_SAVERS[by](model)) as book:
            parts = {info.filename: book.read(info) for info in book.infolist()}
    for number in range(first, first + count):
        with ZipFile(folder / f"{number:06d}.xlsx", "w", ZIP_DEFLATED) as book:
            for part, data in parts.items():
                own = _own(data, number) if _TEXTS.fullmatch(part) else data
                book.writestr(ZipInfo(part), own, ZIP_DEFLATED)


def _own(data: bytes, number: int) -> bytes:
    """A part of the model with names, texts and codes of workbook ``number``."""
    for before, after in zip(_marks(_MODEL), _marks(number), strict=True):
        data = data.replace(before, after)

    def code(found: re.Match[bytes]) -> bytes:
        serial = int(found[1]) + (number % 1000 - _MODEL_CODES) * _CODES_OF_ONE
        return corpus.content.credit_code(serial - 1).encode()

    return _CODE.sub(code, data)


def _marks(number: int) -> Iterator[bytes]:
    """What tells a workbook from others, as texts and as character references."""
    yield f"{number:06d}".encode()
    yield corpus.sign(number).encode()
    yield "".join(f"&#{ord(sign)};" for sign in corpus.sign(number)).encode()


def _by_openpyxl(model: Path) -> Path:
    import openpyxl

    book = openpyxl.load_workbook(model)
    book.save(model)
    return model


def _by_libreoffice(model: Path) -> Path:
    """Saves as an office program does; its profile is its own, so that nobody's is touched."""
    target = model.with_name("saved")
    subprocess.run(
        [shutil.which("soffice") or "libreoffice", f"-env:UserInstallation=file://{model.parent}/profile",
         "--headless", "--convert-to", "xlsx", "--outdir", str(target), str(model)],
        check=True, capture_output=True,
    )  # fmt: skip
    return target / model.name


_SAVERS: Final[dict[str, Callable[[Path], Path]]] = {
    "": lambda model: model, "openpyxl": _by_openpyxl, "libreoffice": _by_libreoffice,
}  # fmt: skip

if __name__ == "__main__":
    more = sys.argv[4:]
    write(
        Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), dirty="dirty" in more,
        by=next((one for one in more if one in _SAVERS), ""),
    )  # fmt: skip
