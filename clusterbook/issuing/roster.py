"""Whom to issue to, read from a roster of any format that returns come in, or from a .csv.

A roster has any of the columns 市州, 县（市、区）, 集群名称, 申报类别, 联系人, 联系电话, and
报送截止, 咨询联系, 发放单位, which the first page shows; other columns are kept in the register.
What is wrong with a roster is told all at once, and then nothing is written.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

from attrs import define, field, frozen

from clusterbook.a1 import Address
from clusterbook.errors import Error
from clusterbook.forms.kinds import Kind, Raw
from clusterbook.forms.parsing.folding import fold, is_blank, name_key, to_text, trim
from clusterbook.forms.parsing.look_alikes import ordinary
from clusterbook.forms.spec import Library, Workbook
from clusterbook.forms.stamp import LONGEST_SHOWN, ONLY_SHOWN, showable
from clusterbook.problems import Problem
from clusterbook.readers.cells import SheetGrid
from clusterbook.readers.findings import refusal
from clusterbook.readers.grid import GridError, read_grid, sniff
from clusterbook.readers.plain_text import decode

EMPTY = "名单是空的，没有一行内容。"
NOT_SHOWABLE = f"要写在首页上，请写成一行，不超过{LONGEST_SHOWN}字。"
_SHOWN = "格内显示“{text}”，与存储的内容不同（删除线、上标或数字格式），请改正。"
_NO_RESULT = "公式没有算出结果，请用 Excel 或 WPS 打开名单保存一次，或直接填写内容。"
_ERROR = "格内是错误值 {text}，请改正。"
_HIDDEN = "是隐藏的或被筛选掉的：要发放，请取消隐藏和筛选；不发放，请删去。"
_TWO_LINES = "列名请都写在同一行里，这一行也是列名："
_NAMED = 10  # hidden rows, at most
_TEXTS = ("text", "unknown", "empty", "zeros")
#: what the register says of its own; a roster's columns of these names are renamed there
REGISTER_COLUMNS = (
    "issue", "issued_to", "file", "form", "version", "report_year", "years", "province", "rows",
    "sha256", "issued_on", "city", "county", "cluster_name",
)  # fmt: skip

# What a roster's columns are called, whatever brackets and commas stand in it (县（市、区）,
# 市（州）); the first is how messages name them.
_SPELLINGS = {
    "city": ("市州", "设区市", "城市", "地市", "地级市", "所在市州", "市州名称", "设区市州"),
    "county": (
        "县（市、区）",
        "县",
        "区县",
        "县区",
        "县区市",
        "区县市",
        "所在县（市、区）",
        "区县名称",
    ),
    "cluster_name": ("集群名称", "产业集群名称", "申报集群名称", "申报集群", "集群全称"),
    "category": ("申报类别", "类别"),
    "contact_name": ("联系人", "联系人姓名"),
    "contact_phone": ("联系电话", "电话", "联系方式", "手机", "手机号码"),
    # Not asked but shown; 联系人 and 联系电话 are the county's own and become answers.
    "bureau": ("主管部门", "收文单位", "县级主管部门", "工信主管部门"),
    "deadline": ("报送截止", "报送截止时间", "报送截止日期", "截止时间", "截止日期", "报送时限"),
    "contact": ("咨询联系", "咨询联系人", "咨询电话", "咨询方式"),
    "sender": ("发放单位", "发放部门"),
}
_MARKS = str.maketrans("", "", "*:()、,/")  # in the names of columns
_IDENTITY = ("city", "county", "cluster_name")
_HEADER_WITHIN = 10  # rows: a title and a date may stand above the header
# What reports like a county and is in no list of them.
_ZONE = re.compile("(高新|经开|开发|管理|示范|投资|保税|工业园?|新)区|园区|管委会")
_ZONE_HINT = "开发区、管理区等请填所在的县（市、区），名称写在集群名称里。"
_UNUSED = "\n这些列没有用到，名称不对的请改正：{}"


class IssueError(Error):
    """What the operator has to mend before anything is issued; the message is for them."""


@frozen
class Fault:
    """One thing wrong with a roster; ``row`` counts as Excel does, 0 for the whole roster."""

    row: int
    column: str
    text: str

    def __str__(self) -> str:
        row = f"第{self.row}行" if self.row else ""
        column = f"“{self.column}”" if self.column else ""
        column = "" if self.text.startswith(column) else column
        return "：".join(filter(None, (row + column, self.text)))


class RosterError(IssueError):
    """A roster that cannot be issued from; ``faults`` holds everything found.

    ``unread`` are columns from which nothing is filled: one may be meant for what is missed.
    """

    def __init__(self, faults: Iterable[Fault], unread: Sequence[str] = ()) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))
        lines = "".join(f"\n  {fault}" for fault in self.faults)
        told = f"名单有{len(self.faults)}处问题，没有发放任何工作簿：{lines}"
        told += _UNUSED.format("、".join(unread)) if unread else ""
        super().__init__(told, faults=self.faults)


@frozen(kw_only=True)
class RosterRow:
    """One row of a roster: who it is, what is prefilled by answer key, and all that was typed."""

    row: int
    city: str = ""
    county: str = ""
    cluster_name: str = ""
    values: Mapping[str, Raw] = field(factory=dict)
    typed: Mapping[str, str] = field(factory=dict)
    #: deadline, contact and sender, where the roster says them
    shown: Mapping[str, str] = field(factory=dict)

    @property
    def issued_to(self) -> str:
        """邵阳市邵东市 邵东市小五金产业集群."""
        place = self.city if self.county == self.city else self.city + self.county
        return " ".join(filter(None, (place, self.cluster_name)))


@frozen(kw_only=True)
class Roster:
    """The rows of a roster, the columns that the register keeps, and those that fill nothing."""

    entries: tuple[RosterRow, ...]
    others: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def read_roster(path: Path, workbook: Workbook) -> Roster:
    """The roster in a file, or RosterError with every fault; OSError if it cannot be opened."""
    try:
        found = tables(path.read_bytes())
    except IssueError as error:
        raise RosterError([Fault(0, "", str(error))]) from error
    return _Reader(workbook).read(found)


# --- tables --------------------------------------------------------------------------------------


@frozen
class RosterTable:
    """Rows of texts, and what is doubtful about them: cells by place, and rows nobody sees.

    ``percents`` are cells whose number is shown a hundred times as large.
    """

    rows: Sequence[Sequence[str]]
    doubts: Mapping[Address, str] = field(factory=dict)
    hidden: frozenset[int] = frozenset()
    percents: frozenset[Address] = frozenset()


def tables(data: bytes) -> list[RosterTable]:
    """The tables in a file: that of a .csv, or one per sheet of a workbook, hidden sheets last.

    IssueError, which tells what the file is, when it can be neither.
    """
    if sniff(data) in _TEXTS:
        return [RosterTable(_separated(_decoded(data)))]
    try:
        sheets = read_grid(data).sheets
    except GridError as error:
        problem = refusal(error)
        raise IssueError(problem.message() + problem.how_to_mend()) from error
    return [_table(sheet) for sheet in sorted(sheets, key=lambda sheet: sheet.state != "visible")]


def _separated(text: str) -> list[list[str]]:
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    try:
        return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise IssueError(f"无法按 CSV 读取（{error}）。") from error


def _decoded(data: bytes) -> str:
    text = decode(data)
    if text is None:
        raise IssueError("无法识别文件的内容，请另存为 .xlsx 或 UTF-8 编码的 .csv。")
    return text


def _table(sheet: SheetGrid) -> RosterTable:
    rows: list[list[str]] = []
    for row, col in sorted(sheet.cells):
        date = sheet.formats.get((row, col)) == "date"
        rows += ([] for _ in range(len(rows), row + 1))
        rows[row] += [""] * (col - len(rows[row]))
        rows[row].append(to_text(sheet.cells[row, col], date_format=date))
    doubts = {at: _SHOWN.format(text=one.text) for at, one in sheet.shown.items()}
    doubts |= dict.fromkeys(sheet.formulas.keys() - sheet.cells.keys(), _NO_RESULT)
    doubts |= {at: _ERROR.format(text=text) for at, text in sheet.errors.items()}
    percents = frozenset(at for at, look in sheet.formats.items() if look == "percent")
    return RosterTable(rows, doubts, sheet.hidden_rows, percents)


@define(slots=False)
class _Reader:
    """Reads the rows of one roster for one form, gathering faults."""

    workbook: Workbook
    faults: list[Fault] = field(factory=list)
    #: header as it stands by position; '' where nothing stands
    header: list[str] = field(factory=list)
    #: position of each column that is understood
    roles: dict[str, int] = field(factory=dict)

    def read(self, found: Sequence[RosterTable]) -> Roster:
        table, at = self._find_header(found)
        rows = table.rows
        self._columns(rows, at)
        self._doubtful(table, at)
        self._one_line(rows, at)
        if not self.faults:
            entries = list(self._entries(rows, at))
            self._repeats(entries)
            if not entries and not self.faults:
                self.faults.append(Fault(0, "", EMPTY))
        known = {self.header[self.roles[role]] for role in _IDENTITY if role in self.roles}
        others = tuple(name for name in self.header if name and name not in known)
        understood = {self.header[position] for position in self.roles.values()}
        unread = tuple(name for name in others if name not in understood)
        if self.faults:
            raise RosterError(self.faults, unread)
        return Roster(entries=tuple(entries), others=others, unread=unread)

    def _find_header(self, found: Sequence[RosterTable]) -> tuple[RosterTable, int]:
        """The table with a header, and the row of it."""
        for table in found:
            for at, row in enumerate(table.rows[:_HEADER_WITHIN]):
                if {self._role(cell) for cell in row} & {"county", "cluster_name"}:
                    return table, at
        filled = [cell for one in found for row in one.rows for cell in map(trim, row) if cell]
        if not filled:
            raise RosterError([Fault(0, "", EMPTY)])
        text = "缺少必要的列：至少要有“集群名称”或“县（市、区）”。"
        raise RosterError([Fault(0, "", f"{text}开头是：{'、'.join(filled[:8])}")])

    def _role(self, name: str) -> str:
        return _role(self.workbook, name)

    def _columns(self, rows: Sequence[Sequence[str]], at: int) -> None:
        width = max(map(len, rows[at:]))
        names = [*rows[at], *[""] * (width - len(rows[at]))]
        for position, name in enumerate(map(trim, names)):
            filled = any(len(row) > position and trim(row[position]) for row in rows[at + 1 :])
            shown = name or (f"第{position + 1}列" if filled else "")
            if shown in REGISTER_COLUMNS:
                shown = f"{shown}（名单）"
            role = self._role(name) if name else ""
            if shown and shown in self.header:
                self.faults.append(Fault(at + 1, shown, "有两列同名，请删去一列或改名。"))
            elif role in self.roles:
                other = self.header[self.roles[role]]
                self.faults.append(Fault(at + 1, shown, f"与“{other}”是同一项内容，请只留一列。"))
            elif role:
                self.roles[role] = position
            self.header.append(shown)

    def _one_line(self, rows: Sequence[Sequence[str]], at: int) -> None:
        """Heads of two rows (地区 over 市州 and 县): the lower ones would be taken for data."""
        below = rows[at + 1] if at + 1 < len(rows) else ()
        names = [trim(cell) for cell in below if self._role(cell) in _IDENTITY]
        if names:
            self.faults.append(Fault(at + 2, "", f"{_TWO_LINES}“{'”“'.join(names)}”。"))

    def _doubtful(self, table: RosterTable, at: int) -> None:
        """Cells that do not say one thing, and rows that nobody sees: what is meant is asked."""
        for (row, column), text in sorted(table.doubts.items()):
            if row > at and column in self.roles.values():
                self.faults.append(Fault(row + 1, self.header[column], text))
        hidden = [
            row for row in sorted(table.hidden)
            if at < row < len(table.rows) and not all(map(is_blank, table.rows[row]))
        ]  # fmt: skip
        if hidden:
            rows = "、".join(f"第{row + 1}行" for row in hidden[:_NAMED])
            rows += f"等{len(hidden)}行" if len(hidden) > _NAMED else ""
            self.faults.append(Fault(0, "", f"{rows}{_HIDDEN}"))

    # rows -----------------------------------------------------------------------------------------

    def _entries(self, rows: Sequence[Sequence[str]], at: int) -> Iterator[RosterRow]:
        for number, row in enumerate(rows[at + 1 :], start=at + 2):
            if not all(map(is_blank, row)):
                entry = self._entry(number, [*row, *[""] * (len(self.header) - len(row))])
                if entry is not None:
                    yield entry

    def _entry(self, number: int, row: list[str]) -> RosterRow | None:
        """One row as it is issued, or None with its faults noted."""
        faults = len(self.faults)
        read: dict[str, Any] = {}
        for role, position in self.roles.items():
            if not is_blank(row[position]):
                read[role] = self._value(number, role, row)
        if len(self.faults) == faults:
            self._place(number, read)
        if len(self.faults) > faults:
            return None
        if not read.get("county") and not read.get("cluster_name"):
            self.faults.append(Fault(number, "", "没有集群名称也没有县（市、区），不知道发给谁。"))
            return None
        keys = self.keys
        texts = {role: _as_text(value) for role, value in read.items()}
        return RosterRow(
            row=number, **{role: texts.get(role, "") for role in _IDENTITY},
            values={keys[role]: text for role, text in texts.items() if role in keys and text},
            typed={name: trim(cell) for name, cell in zip(self.header, row, strict=True) if name},
            shown={role: texts[role] for role in ONLY_SHOWN if texts.get(role)},
        )  # fmt: skip

    @cached_property
    def keys(self) -> dict[str, str]:
        """Key of the answer that each column prefills."""
        return keys_by_role(self.workbook)

    @cached_property
    def kinds(self) -> dict[str, Kind]:
        """Kind of the answer that each column prefills."""
        kinds = {f"{block.name}.{a.name}": a.kind for block, a in self.workbook.answers()}
        return {role: kinds[key] for role, key in self.keys.items()}

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """(city, county) of the province, from the first question for a county of a city."""
        fields = [asked for _, asked in self.workbook.answers()]
        for _, block in self.workbook.blocks():
            if isinstance(block, Library):
                fields += block.fields()
        return next((frozenset(a.kind.pairs) for a in fields if a.kind.within), frozenset())

    def _value(self, number: int, role: str, row: Sequence[str]) -> Any:
        """What a cell of the roster comes to: what the same text in the workbook would."""
        kind, text = self.kinds.get(role), row[self.roles[role]]
        if kind is None:
            if role in ONLY_SHOWN and not showable(trim(text)):
                column = self.header[self.roles[role]]
                self.faults.append(Fault(number, column, NOT_SHOWABLE))
            return ordinary(trim(text))
        reading = kind.read(text)
        # V234 is a guess that a clerk may confirm; here nobody would.
        if not reading.problem or (reading.value is not None and reading.problem != "V234"):
            return reading.value
        column = self.header[self.roles[role]]
        facts = dict(reading.facts)
        value = str(facts.pop("value", trim(text)))
        problem = Problem(code=reading.problem, label=column, value=value, facts=facts)
        near = self._near(kind, role, value, row) if role in ("city", "county") else ()
        mend = f"可选：{facts['options']}。" if "options" in facts else problem.how_to_mend()
        hint = f"是不是{'、'.join(near)}？" if near else mend
        hint = _ZONE_HINT if role == "county" and _ZONE.search(value) else hint
        self.faults.append(Fault(number, column, problem.message() + hint))
        return None

    def _near(self, kind: Kind, role: str, text: str, row: Sequence[str]) -> tuple[str, ...]:
        """Official names that a mistyped one may mean; counties of the city that the row names."""
        names: Sequence[str] = kind.all_options
        if role == "county" and "city" in self.roles:
            city = trim(row[self.roles["city"]])
            names = sorted({own for place, own in self.pairs if place == city}) or names
        alike = [name for name in names if name.startswith(text)]
        return tuple(dict.fromkeys((*alike, *get_close_matches(text, names, n=3, cutoff=0.5))))[:3]

    def _place(self, number: int, read: dict[str, Any]) -> None:
        """The county must belong to the city; a missing city is that of the county."""
        counties = read.get("county") or ()
        counties = (counties,) if isinstance(counties, str) else counties
        if not counties or not self.pairs:
            return
        column = self.header[self.roles["county"]]
        cities = sorted(city for city, county in self.pairs if county == counties[0])
        if not read.get("city"):
            if len(cities) > 1:
                text = f"{'、'.join(cities)}都有{counties[0]}，请在“市州”列写明是哪一个。"
                self.faults.append(Fault(number, column, text))
            elif cities:
                read["city"] = cities[0]
        elif not any((read["city"], county) in self.pairs for county in counties):
            whose = f"，它属于{'、'.join(cities)}" if cities else ""
            text = f"“{_as_text(counties)}”不属于{read['city']}{whose}。"
            self.faults.append(Fault(number, column, text))

    def _repeats(self, entries: list[RosterRow]) -> None:
        seen: dict[tuple[str, ...], int] = {}
        for entry in entries:
            key = tuple(name_key(getattr(entry, role)) for role in _IDENTITY)
            first = seen.setdefault(key, entry.row)
            if first != entry.row:
                text = f"与第{first}行重复（{entry.issued_to}）。"
                self.faults.append(Fault(entry.row, "", text))


def _role(workbook: Workbook, name: str) -> str:
    """What a column of this name is; '' for one that is only kept."""
    folded = _plain(name)
    return _ROLES.get(folded) or (folded if folded in map(_plain, workbook.prefill) else "")


def _plain(name: str) -> str:
    """The name of a column without marks: brackets, commas, that of what must be filled."""
    return fold(name).translate(_MARKS)


_ROLES = {_plain(name): role for role, names in _SPELLINGS.items() for name in names}


def role_of(name: str) -> str:
    """What a column of this name tells of a county in any roster; "" for one that is only kept."""
    return _ROLES.get(_plain(name), "")


def is_only_shown(name: str) -> bool:
    """Whether a column of this name is for the first page only and gives no answer."""
    return _ROLES.get(_plain(name)) in ONLY_SHOWN


def keys_by_role(workbook: Workbook) -> dict[str, str]:
    """The key of the answer that each understood column of a roster fills (city, county, …)."""
    keys: dict[str, str] = {}
    for column, key in workbook.prefill.items():
        keys.setdefault(_role(workbook, column), key)
    return keys


def _as_text(value: Any) -> str:
    """A value as a person would have typed it."""
    if isinstance(value, tuple):
        return "、".join(map(str, value))
    if isinstance(value, bool):
        return "是" if value else "否"
    return to_text(value)


def contact_of(entry: RosterRow) -> tuple[str, str]:
    """Whom to call about a row of a roster, and the number, as the roster has them."""
    roles = {role: text for name, text in entry.typed.items() if (role := role_of(name))}
    return roles.get("contact_name", ""), roles.get("contact_phone", "")
