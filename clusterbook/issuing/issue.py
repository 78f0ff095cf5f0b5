"""One stamped, prefilled workbook for each row of a roster, and the register of issues.

All or nothing is written. The same roster gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from attrs import evolve, field, frozen

from clusterbook.forms.options import Options
from clusterbook.forms.parsing.folding import fold, trim
from clusterbook.forms.spec import Workbook
from clusterbook.forms.stamp import Registered, Stamp
from clusterbook.issuing import patch
from clusterbook.issuing.roster import (
    REGISTER_COLUMNS,
    IssueError,
    Roster,
    RosterRow,
    is_only_shown,
    role_of,
    tables,
)
from clusterbook.layout.layout import Layout
from clusterbook.paths import inside, safe_name
from clusterbook.progress import Progress
from clusterbook.workbook.content import Entries
from clusterbook.workbook.lists import listing

REGISTER = "register.csv"
REGISTER_LIST = "发放登记表.xlsx"  # the same for people
# What the columns of the register are called there, and how wide they are.
_HEADS = {
    "issue": ("发放编号", 14), "issued_to": ("发放对象", 34), "file": ("文件", 40),
    "form": ("表式编号", 18), "version": ("版本", 9), "report_year": ("年度", 8),
    "years": ("年份方式", 11), "province": ("省份", 10), "rows": ("预留行数", 9),
    "sha256": ("文件摘要", 72), "issued_on": ("发放日期", 12), "city": ("市州", 12),
    "county": ("县（市、区）", 14), "cluster_name": ("集群名称", 30),
}  # fmt: skip
_ISSUED_WITH = ("form", "report_year", "years", "province", "rows")
_NAMES = {head: name for name, (head, _) in _HEADS.items()}
_FIRST = ("city", "county", "cluster_name", "issue", "issued_on", "file")
_FOR_IMPORTS = "自“{}”起各栏供导入时核对，不打印，请不要改动。"
# The column of a roster, and the answer of a form, that say how far a round has come.
STAGE = "竞赛阶段"

# Crockford's 32 signs, without I, L, O and U. An id begins with a letter: Excel would read
# 12E4567890 as a number.
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_LETTERS = _SIGNS[10:]
ID_LENGTH = 10
# Columns of a roster that the register keeps and an import uses, by what they are called there.
_HEADER_WITHIN = 5  # rows: a title and a note may stand above the heads
_TOLD = {"contact_name": "contact", "contact_phone": "phone", "bureau": "bureau"}


@frozen(kw_only=True)
class Issue:
    """One workbook to be issued."""

    entry: RosterRow
    stamp: Stamp
    file: str


@frozen(kw_only=True)
class Besides:
    """What the roster does not say: answers by row of it, and files to go with the register.

    ``shown`` are deadline, contact and sender for all rows that say none of their own.
    """

    answers: Mapping[int, Entries] = field(factory=dict)
    files: Mapping[str, bytes] = field(factory=dict)
    shown: Mapping[str, str] = field(factory=dict)

    def saying(self, roster: Roster, values: Mapping[str, str]) -> Besides:
        """With the same answers for all rows; a row's own come first."""
        answers = {
            entry.row: (self.answers.get(entry.row) or Entries()).saying(values)
            for entry in roster.entries
        }
        return evolve(self, answers=answers) if values else self


def stages(workbook: Workbook) -> tuple[str, ...]:
    """The stages of its programme that a form knows, in order."""
    key = workbook.prefill.get(STAGE, "")
    kinds = {f"{block.name}.{asked.name}": asked.kind for block, asked in workbook.answers()}
    return kinds[key].options if key in kinds else ()


def stage_of(workbook: Workbook, text: str) -> dict[str, str]:
    """The answer that says in which stage of its programme a round is; empty where none is given.

    IssueError where the form knows no stages, or not this one.
    """
    if not text:
        return {}
    options = stages(workbook)
    if not options:
        raise IssueError(f"“{workbook.title.strip()}”不分竞赛阶段。")
    if text not in options:
        raise IssueError(f"没有竞赛阶段“{text}”，可选：{'、'.join(options)}。")
    return {workbook.prefill[STAGE]: text}


def _register_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a register by the names of its columns; IssueError when this is none."""
    try:
        found = tables(path.read_bytes())
    except IssueError as error:
        raise IssueError(f"发放登记表“{path.name}”：{error}") from error
    rows = next((table.rows for table in found if table.rows), ())
    at = next((at for at, row in enumerate(rows[:_HEADER_WITHIN])
               if "发放编号" in row or "issue" in row), 0)  # fmt: skip
    rows = rows[at:]
    header = [_NAMES.get(trim(name), trim(name)) for name in rows[0]] if rows else []
    if not {"issue", "issued_to"} <= set(header):
        raise IssueError(f"“{path.name}”不是发放登记表：缺少“发放编号”或“发放对象”列。")
    return [dict(zip(header, map(trim, row), strict=False)) for row in rows[1:]]


def options_of(path: Path, form: str) -> Options | None:
    """What the workbooks of a register were issued with; None where it does not say.

    IssueError where it is of another form, or not all of its workbooks were issued alike.
    """
    told = {tuple(row.get(name, "") for name in _ISSUED_WITH)
            for row in _register_rows(path) if row.get("issue")}  # fmt: skip
    forms = {one[0] for one in told} - {""}
    if forms - {form}:
        raise IssueError(
            f"发放登记表“{path.name}”是“{'、'.join(sorted(forms))}”的，不是“{form}”的。"
        )
    if len(told) > 1:
        raise IssueError(f"发放登记表“{path.name}”中各份的年度、省份或行数不同，请分开使用。")
    _, year, years, province, rows = next(iter(told), ("",) * len(_ISSUED_WITH))
    if not (year.isdecimal() and years):
        return None
    kept = int(rows) if rows.isdecimal() and int(rows) else None
    return Options(report_year=int(year), years=years, province=province, rows=kept)


def read_register(path: Path) -> dict[str, Registered]:
    """What the register says by issue id, in its order; IssueError when this is no register."""
    names = ("issued_to", "city", "county", "cluster_name", "file")
    known: dict[str, Registered] = {}
    for cells in _register_rows(path):
        told = {_TOLD[role]: text for name, text in cells.items()
                if (role := role_of(name)) in _TOLD and name not in REGISTER_COLUMNS}  # fmt: skip
        one = Registered(**{name: cells.get(name, "") for name in names}, **told)
        issue = cells.get("issue", "")
        if issue and known.setdefault(issue, one) != one:
            raise IssueError(f"发放登记表“{path.name}”中编号 {issue} 出现两次，发放对象不同。")
    return known


def issues(
    workbook: Workbook, roster: Roster, *, parent: str = "", shown: Mapping[str, str] | None = None
) -> list[Issue]:
    """Whom each workbook goes to, with its id and file name, in the order of the roster.

    What is only shown is no part of the id: a later deadline does not make another workbook.
    """
    found, taken = [], set[str]()
    width = max(3, len(str(len(roster.entries))))
    for number, entry in enumerate(roster.entries, start=1):
        options = workbook.options
        when = options.round if options.month else options.report_year
        facts = (workbook.id, workbook.version, when, parent)
        typed = sorted(
            (fold(name), text) for name, text in entry.typed.items()
            if text and not is_only_shown(name)
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


def workbooks(
    layout: Layout, found: Sequence[Issue], besides: Mapping[int, Entries]
) -> Iterator[tuple[Issue, bytes]]:
    """Each workbook; ``besides``: answers by row of the roster, whose own come first."""
    answers = (besides.get(one.entry.row, Entries()).saying(one.entry.values) for one in found)
    people = zip((one.stamp for one in found), answers, strict=True)
    yield from zip(found, patch.workbooks(layout, people), strict=True)


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
        lists = {REGISTER: _register(rows, roster.others),
                 REGISTER_LIST: _register_list(rows, roster.others)}  # fmt: skip
        for name, data in {**lists, **besides.files}.items():
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
    writer.writerow([*REGISTER_COLUMNS, *others])
    writer.writerows(rows)
    return out.getvalue().encode("utf-8", "backslashreplace")


def _register_list(rows: list[list[Any]], others: tuple[str, ...]) -> bytes:
    """The register as a workbook with Chinese heads; what people look for first is printed."""
    names = [*REGISTER_COLUMNS, *others]
    rest = [name for name in REGISTER_COLUMNS if name not in _FIRST]
    order = [*_FIRST, *others, *rest]
    heads = {_HEADS[n][0] if n in _HEADS else n: _HEADS[n][1] if n in _HEADS else 16 for n in order}
    lines = [[_shown(row[names.index(name)]) for name in order] for row in rows]
    note = _FOR_IMPORTS.format(_HEADS[rest[0]][0])
    return listing("发放登记表", heads, lines, (note,), printed=len(order) - len(rest))


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else str(value)
