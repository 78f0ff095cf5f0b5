"""A roster of whom to issue to → one stamped, prefilled workbook each, and the register of issues.

A roster is a .csv (UTF-8 or GBK) or .xlsx file with any of the columns 市州, 县（市、区）,
集群名称, 申报类别, 联系人, 联系电话, and 报送截止, 咨询联系, 发放单位, which the first page shows;
other columns are kept in the register. What is wrong with a roster is told all at once, and then
nothing is written. The same roster gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import tempfile
import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any

import openpyxl
from attrs import define, evolve, field, frozen

from clusterbook import patch
from clusterbook.appearance import Shown
from clusterbook.filling import Answers
from clusterbook.grid import Address, GridError, read_grid
from clusterbook.identity import LONGEST_SHOWN, ONLY_SHOWN, Registered, Stamp, showable
from clusterbook.kinds import DependentChoice, Kind, Raw
from clusterbook.layout import Layout
from clusterbook.look_alikes import ordinary
from clusterbook.paths import inside
from clusterbook.problems import Problem
from clusterbook.reading import fold, is_blank, name_key, to_text, trim
from clusterbook.spec import Library, Workbook

REGISTER = "register.csv"
# The column of a roster, and the answer of a form, that say how far a round has come.
STAGE = "竞赛阶段"
EMPTY = "名单是空的，没有一行内容。"
NOT_SHOWABLE = f"要写在首页上，请写成一行，不超过{LONGEST_SHOWN}字。"
_REGISTER_COLUMNS = (
    "issue", "issued_to", "file", "form", "version", "report_year", "years", "province", "rows",
    "sha256", "issued_on", "city", "county", "cluster_name",
)  # fmt: skip

# What a roster's columns are called; the first is how messages name them.
_SPELLINGS = {
    "city": ("市州", "设区市", "城市", "地市", "地级市", "所在市州"),
    "county": ("县（市、区）", "县", "区县", "县市区", "县区", "县（市）区", "所在县（市、区）"),
    "cluster_name": ("集群名称",),
    "category": ("申报类别", "类别"),
    "contact_name": ("联系人", "联系人姓名"),
    "contact_phone": ("联系电话", "电话", "联系方式", "手机", "手机号码"),
    # Not asked but shown; 联系人 and 联系电话 are the county's own and become answers.
    "deadline": ("报送截止", "报送截止时间", "报送截止日期", "截止时间", "截止日期", "报送时限"),
    "contact": ("咨询联系", "咨询联系人", "咨询电话", "咨询方式"),
    "sender": ("发放单位", "发放部门"),
}
_ROLES = {fold(name): role for role, names in _SPELLINGS.items() for name in names}
_IDENTITY = ("city", "county", "cluster_name")
_HEADER_WITHIN = 10  # rows: a title and a date may stand above the header

# Crockford's 32 signs, without I, L, O and U. An id begins with a letter: Excel would read
# 12E4567890 as a number.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = _SIGNS[10:]
ID_LENGTH = 10

_FILE_BYTES, _PLACE_BYTES = 115, 40  # old archivers and Windows paths allow little more
_UNSAFE = re.compile(r'[<>:"/\\|?*\x00-\x1f\x7f]')

Progress = Callable[[int, int], None]


class IssueError(Exception):
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
    """A roster that cannot be issued from; ``faults`` holds everything found."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(sorted(faults, key=lambda fault: fault.row))
        lines = "".join(f"\n  {fault}" for fault in self.faults)
        super().__init__(f"名单有{len(self.faults)}处问题，没有发放任何工作簿：{lines}")


@frozen(kw_only=True)
class Entry:
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
    """The rows of a roster, and the names of the columns that only the register keeps."""

    entries: tuple[Entry, ...]
    others: tuple[str, ...] = ()


@frozen(kw_only=True)
class Issue:
    """One workbook to be issued."""

    entry: Entry
    stamp: Stamp
    file: str


@frozen(kw_only=True)
class Besides:
    """What the roster does not say: answers by row of it, and files to go with the register.

    ``shown`` are deadline, contact and sender for all rows that say none of their own.
    """

    answers: Mapping[int, Answers] = field(factory=dict)
    files: Mapping[str, bytes] = field(factory=dict)
    shown: Mapping[str, str] = field(factory=dict)

    def saying(self, roster: Roster, values: Mapping[str, str]) -> Besides:
        """With the same answers for all rows; a row's own come first."""
        answers = {
            entry.row: with_values(self.answers.get(entry.row), values) for entry in roster.entries
        }
        return evolve(self, answers=answers) if values else self


def with_values(answers: Answers | None, values: Mapping[str, str]) -> Answers:
    """Answers and some more, which come first."""
    answers = answers or Answers()
    return evolve(answers, values={**answers.values, **values})


def stage_of(workbook: Workbook, text: str) -> dict[str, str]:
    """The answer that says in which stage of its programme a round is; empty where none is given.

    IssueError where the form knows no stages, or not this one.
    """
    if not text:
        return {}
    key = workbook.prefill.get(STAGE, "")
    kinds = {f"{block.name}.{asked.name}": asked.kind for block, asked in workbook.answers()}
    options = getattr(kinds.get(key), "options", ())
    if not options:
        raise IssueError(f"“{workbook.title.strip()}”不分竞赛阶段。")
    if text not in options:
        raise IssueError(f"没有竞赛阶段“{text}”，可选：{'、'.join(options)}。")
    return {key: text}


# --- reading -------------------------------------------------------------------------------------


def read_roster(path: Path, workbook: Workbook) -> Roster:
    """The roster in a file, or RosterError with every fault; OSError if it cannot be opened."""
    try:
        data = path.read_bytes()
        tables = _tables(data)
    except IssueError as error:
        raise RosterError([Fault(0, "", str(error))]) from error
    return _Reader(workbook, _seen(data)).read(tables)


def _seen(data: bytes) -> list[dict[Address, Shown]]:
    """What cells show where it is not what they hold, sheet by sheet; of a workbook only."""
    try:
        return [sheet.shown for sheet in read_grid(data).sheets] if data[:2] == b"PK" else []
    except GridError:  # what is left out here is only a question
        return []


def read_register(path: Path) -> dict[str, Registered]:
    """What the register says by issue id, in its order; IssueError when this is no register."""
    try:
        tables = _tables(path.read_bytes())
    except IssueError as error:
        raise IssueError(f"发放登记表“{path.name}”：{error}") from error
    rows = next(filter(None, tables), [])
    header = [trim(name) for name in rows[0]] if rows else []
    if not {"issue", "issued_to"} <= set(header):
        raise IssueError(f"“{path.name}”不是发放登记表：缺少 issue 或 issued_to 列。")
    names = ("issued_to", "city", "county", "cluster_name")
    known: dict[str, Registered] = {}
    for row in rows[1:]:
        cells = dict(zip(header, map(trim, row), strict=False))
        one = Registered(**{name: cells.get(name, "") for name in names})
        issue = cells.get("issue", "")
        if issue and known.setdefault(issue, one) != one:
            raise IssueError(f"发放登记表“{path.name}”中编号 {issue} 出现两次，发放对象不同。")
    return known


def _tables(data: bytes) -> list[list[list[str]]]:
    """The tables in a file as rows of texts: one for a CSV file, one per sheet of a workbook."""
    if data.startswith(b"PK"):
        return _sheets(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise IssueError("这是旧版 .xls 文件，请另存为 .xlsx 或 .csv。")
    text = _decoded(data)
    first = text.split("\n", 1)[0]
    delimiter = "\t" if "\t" in first and "," not in first else ","
    try:
        return [list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))]
    except csv.Error as error:
        raise IssueError(f"无法按 CSV 读取（{error}）。") from error


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a mark, else what Chinese Excel writes."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    raise IssueError("无法识别文件的内容，请另存为 .xlsx 或 UTF-8 编码的 .csv。")


def _sheets(data: bytes) -> list[list[list[str]]]:
    tables = []
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            for sheet in book.worksheets:
                sheet.reset_dimensions()  # WPS may write a wrong one
                rows = sheet.iter_rows(values_only=True)
                tables.append([[to_text(cell) for cell in row] for row in rows])
            book.close()
    except Exception as error:  # openpyxl raises anything on a damaged file
        raise IssueError("文件已损坏或不是 Excel 工作簿，无法打开。") from error
    return tables


@define(slots=False)
class _Reader:
    """Reads the rows of one roster for one form, gathering faults."""

    workbook: Workbook
    seen: list[dict[Address, Shown]] = field(factory=list)
    faults: list[Fault] = field(factory=list)
    #: header as it stands by position; '' where nothing stands
    header: list[str] = field(factory=list)
    #: position of each column that is understood
    roles: dict[str, int] = field(factory=dict)

    def read(self, tables: Sequence[list[list[str]]]) -> Roster:
        rows, at = self._find_header(tables)
        self._columns(rows, at)
        number = next(n for n, one in enumerate(tables) if one is rows)
        self._doubtful(self.seen[number] if number < len(self.seen) else {}, at)
        if not self.faults:
            entries = list(self._entries(rows, at))
            self._repeats(entries)
            if not entries and not self.faults:
                self.faults.append(Fault(0, "", EMPTY))
        if self.faults:
            raise RosterError(self.faults)
        known = {self.header[self.roles[role]] for role in _IDENTITY if role in self.roles}
        others = tuple(name for name in self.header if name and name not in known)
        return Roster(entries=tuple(entries), others=others)

    def _find_header(self, tables: Sequence[list[list[str]]]) -> tuple[list[list[str]], int]:
        """The table with a header, and the row of it."""
        for rows in tables:
            for at, row in enumerate(rows[:_HEADER_WITHIN]):
                if {self._role(cell) for cell in row} & {"county", "cluster_name"}:
                    return rows, at
        filled = [cell for rows in tables for row in rows for cell in map(trim, row) if cell]
        if not filled:
            raise RosterError([Fault(0, "", EMPTY)])
        text = "缺少必要的列：至少要有“集群名称”或“县（市、区）”。"
        raise RosterError([Fault(0, "", f"{text}开头是：{'、'.join(filled[:8])}")])

    def _role(self, name: str) -> str:
        return _role(self.workbook, name)

    def _columns(self, rows: list[list[str]], at: int) -> None:
        width = max(map(len, rows[at:]))
        names = rows[at] + [""] * (width - len(rows[at]))
        for position, name in enumerate(map(trim, names)):
            filled = any(len(row) > position and trim(row[position]) for row in rows[at + 1 :])
            shown = name or (f"第{position + 1}列" if filled else "")
            if shown in _REGISTER_COLUMNS:
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

    def _doubtful(self, seen: dict[Address, Shown], at: int) -> None:
        """Cells that show something else than they hold: which of it is meant is not guessed."""
        for (row, column), one in sorted(seen.items()):
            if row > at and column in self.roles.values():
                text = f"格内显示“{one.text}”，与存储的内容不同（删除线、上标或数字格式），请改正。"
                self.faults.append(Fault(row + 1, self.header[column], text))

    # rows -----------------------------------------------------------------------------------------

    def _entries(self, rows: list[list[str]], at: int) -> Iterator[Entry]:
        for number, row in enumerate(rows[at + 1 :], start=at + 2):
            if not all(map(is_blank, row)):
                entry = self._entry(number, row + [""] * (len(self.header) - len(row)))
                if entry is not None:
                    yield entry

    def _entry(self, number: int, row: list[str]) -> Entry | None:
        """One row as it is issued, or None with its faults noted."""
        faults = len(self.faults)
        read: dict[str, Any] = {}
        for role, position in self.roles.items():
            if not is_blank(row[position]):
                read[role] = self._value(number, role, row[position])
        if len(self.faults) == faults:
            self._place(number, read)
        if len(self.faults) > faults:
            return None
        if not read.get("county") and not read.get("cluster_name"):
            self.faults.append(Fault(number, "", "没有集群名称也没有县（市、区），不知道发给谁。"))
            return None
        keys = self.keys
        texts = {role: _as_text(value) for role, value in read.items()}
        return Entry(
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
        kinds = (asked.kind for asked in fields)
        return next(
            (frozenset(k.pairs) for k in kinds if isinstance(k, DependentChoice)), frozenset()
        )

    def _value(self, number: int, role: str, text: str) -> Any:
        """What a cell of the roster comes to: what the same text in the workbook would."""
        kind = self.kinds.get(role)
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
        near = self._near(kind, value) if role in ("city", "county") else ()
        mend = f"可选：{facts['options']}。" if "options" in facts else problem.how_to_mend()
        hint = f"是不是{'、'.join(near)}？" if near else mend
        self.faults.append(Fault(number, column, problem.message() + hint))
        return None

    def _near(self, kind: Kind, text: str) -> tuple[str, ...]:
        """Official names that a mistyped one may mean."""
        names = dict.fromkeys(getattr(kind, "options", ()))
        if isinstance(kind, DependentChoice):
            names = dict.fromkeys(option for _, option in kind.pairs)
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

    def _repeats(self, entries: list[Entry]) -> None:
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
    return _ROLES.get(folded) or (folded if folded in map(fold, workbook.prefill) else "")


def _plain(name: str) -> str:
    """The name of a column without marks like that of what must be filled."""
    return fold(name).strip("*:")


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


# --- issuing -------------------------------------------------------------------------------------


def issues(
    workbook: Workbook, roster: Roster, *, parent: str = "", shown: Mapping[str, str] | None = None
) -> list[Issue]:
    """Whom each workbook goes to, with its id and file name, in the order of the roster.

    What is only shown is no part of the id: a later deadline does not make another workbook.
    """
    found, taken = [], set[str]()
    width = max(3, len(str(len(roster.entries))))
    for number, entry in enumerate(roster.entries, start=1):
        facts = (workbook.id, workbook.version, workbook.options.report_year, parent)
        typed = sorted(
            (fold(name), text) for name, text in entry.typed.items()
            if text and _ROLES.get(_plain(name)) not in ONLY_SHOWN
        )  # fmt: skip
        attempt = 0
        while (issue := _issue_id(*facts, typed, attempt)) in taken:
            attempt += 1
        taken.add(issue)
        stamp = Stamp.of(workbook, issue=issue, issued_to=entry.issued_to, parent=parent)
        stamp = stamp.showing({**(shown or {}), **entry.shown})
        place = entry.county or entry.city
        file = safe_name(f"{number:0{width}d}", place, entry.cluster_name)
        found.append(Issue(entry=entry, stamp=stamp, file=file))
    return found


def _issue_id(*facts: Any) -> str:
    """A short id that says nothing: the same facts always give the same one."""
    text = json.dumps(facts, ensure_ascii=False, separators=(",", ":"))
    number = int.from_bytes(sha256(text.encode("utf-8", "replace")).digest())
    number, rest = divmod(number, len(_LETTERS))
    signs = [_LETTERS[rest]]
    while len(signs) < ID_LENGTH:
        number, rest = divmod(number, len(_SIGNS))
        signs.append(_SIGNS[rest])
    return "".join(signs)


def safe_name(number: str, place: str, name: str) -> str:
    """``001_邵东市_邵东市小五金产业集群.xlsx``: a file name that Windows, too, takes.

    The number in front makes it unique and keeps it from being a reserved name (CON, NUL).
    """
    stem = "_".join(filter(None, (number, _cut(_clean(place), _PLACE_BYTES), _clean(name))))
    return _cut(stem, _FILE_BYTES).rstrip(" ._") + ".xlsx"


def _clean(text: str) -> str:
    text = "".join(sign for sign in unicodedata.normalize("NFC", text) if sign.isprintable())
    return _UNSAFE.sub("_", text).strip(" ._")


def _cut(text: str, size: int) -> str:
    """The text without what goes beyond ``size`` bytes, never half a character."""
    return text.encode("utf-8", "ignore")[:size].decode("utf-8", "ignore")


def workbooks(
    layout: Layout, found: Sequence[Issue], besides: Mapping[int, Answers]
) -> Iterator[tuple[Issue, bytes]]:
    """Each workbook; ``besides``: answers by row of the roster, whose own come first."""
    answers = (_answers(one.entry, besides.get(one.entry.row)) for one in found)
    people = zip((one.stamp for one in found), answers, strict=True)
    yield from zip(found, patch.workbooks(layout, people), strict=True)


def _answers(entry: Entry, more: Answers | None) -> Answers:
    if more is None:
        return Answers(values=entry.values)
    return evolve(more, values={**more.values, **entry.values})


def write(
    layout: Layout, roster: Roster, folder: Path, *,
    issued_on: str, progress: Progress | None = None,
    besides: Besides | None = None,
) -> list[Issue]:  # fmt: skip
    """Writes one workbook per row and the register to ``folder``, which must be new or empty.

    All or nothing: everything is written beside and then moved. IssueError when the folder is in
    use, OSError when it cannot be written.
    """
    check_folder(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    try:
        issued = beside / "issued"  # with the usual rights, which mkdtemp withholds
        issued.mkdir()
        besides = besides or Besides()
        found, rows = issues(layout.workbook, roster, shown=besides.shown), []
        for done, (one, data) in enumerate(workbooks(layout, found, besides.answers), start=1):
            inside(issued, one.file).write_bytes(data)
            rows.append(_register_row(one, data, issued_on, roster.others))
            if progress:
                progress(done, len(found))
        for name, data in {REGISTER: _register(rows, roster.others), **besides.files}.items():
            inside(issued, name).write_bytes(data)
        if folder.exists():
            folder.rmdir()
        issued.rename(folder)
    finally:
        shutil.rmtree(beside, ignore_errors=True)
    return found


def check_folder(folder: Path) -> None:
    """IssueError unless workbooks can be issued into ``folder`` without touching what is there."""
    if folder.exists() and not folder.is_dir():
        raise IssueError(f"“{folder}”是文件，不是文件夹。")
    if folder.is_dir() and any(folder.iterdir()):
        advice = "请换一个文件夹，以免与已发放的工作簿混在一起。"
        raise IssueError(f"文件夹“{folder}”不是空的，{advice}")


def _register_row(one: Issue, data: bytes, issued_on: str, others: tuple[str, ...]) -> list[Any]:
    stamp, entry = one.stamp, one.entry
    return [
        stamp.issue, stamp.issued_to, one.file, stamp.form, stamp.version, stamp.report_year,
        stamp.years, stamp.province, stamp.rows, sha256(data).hexdigest(), issued_on,
        entry.city, entry.county, entry.cluster_name,
        *(entry.typed.get(name, "") for name in others),
    ]  # fmt: skip


def _register(rows: list[list[Any]], others: tuple[str, ...]) -> bytes:
    """UTF-8, CRLF, every text quoted."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow([*_REGISTER_COLUMNS, *others])
    writer.writerows(rows)
    return out.getvalue().encode("utf-8", "backslashreplace")
