"""Letters to a county about its return: 退回通知, 通过通知 and 收到回执, each of one page.

What they say is worked out here; how they look is a template that the office may edit, see
``letter_template``. A 退回通知 tells the kinds of problems; the full list goes with it as its
attachment, where remarks of one cause are one line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from attrs import field, frozen

from clusterbook import styles
from clusterbook.forms.reasons import WORD
from clusterbook.layout.own_sheets import RETURNED_SHEET, WHOLE_SHEET
from clusterbook.problems import Level
from clusterbook.reports import wordml
from clusterbook.reports.feedback import letter_template
from clusterbook.reports.feedback.causes import SEVERAL_SHEETS, Cause, causes, count_told
from clusterbook.reports.feedback.groups import ProblemGroup, groups
from clusterbook.reports.feedback.remarks import Remark, brief, printable
from clusterbook.verdicts import nearly_blank

_LIST = wordml.LetterGrid(
    heads=("序号", "单元格", "存在问题", "更正办法"), widths=(760, 1250, 3540, 3295), centred=(0, 1)
)
_KINDS = wordml.LetterGrid(
    heads=("", "问题类别", "处数", "第一处"), widths=(1300, 3045, 800, 3700), centred=(0, 2)
)
_MOST_KINDS = 4  # rows of a letter of one page
_PARTS = (
    (Level.ERROR, "必须更正的问题"),
    (Level.EXPLAIN, "需要更正或说明的问题"),
    (Level.INFO, "供参考的提示"),
)
_WORDS = {Level.ERROR: "必须更正", Level.EXPLAIN: "更正或说明"}
_NUMERALS = "一二三四五六七八九十"


def _as_tuple(items: Iterable[Remark]) -> tuple[Remark, ...]:
    return tuple(items)


@frozen(kw_only=True)
class Letter:
    """What is told to one county about one file.

    ``title`` of the form, shown name of the ``file`` and its hash, ``issue`` id of the workbook;
    ``bureau`` is whom the letter is addressed to, where that is not ``issued_to``; ``copy`` is the
    file name of the returned copy, '' where there is none. ``deadline`` and ``dated`` are texts as
    they shall stand in the letter. ``filled`` is how many of the answers asked for were given, and
    how many are asked. ``template`` is the office's own .docx.
    """

    title: str
    file: str
    remarks: tuple[Remark, ...] = field(converter=_as_tuple)
    issued_to: str = ""
    bureau: str = ""
    issue: str = ""
    copy: str = ""
    number: str = ""
    deadline: str = ""
    sender: str = ""
    contact: str = ""
    dated: str = ""
    sha256: str = ""
    filled: tuple[int, int] = (0, 0)
    unreadable: bool = False
    template: bytes = b""

    def of(self, level: Level) -> list[Cause]:
        """What waits on this level; as hints also what the copy has put right by itself.

        What stands on several sheets comes last.
        """
        if level is Level.INFO:
            own = [one for one in self.remarks if one.level is level or one.done]
        else:
            own = [one for one in self.remarks if one.level is level and one.waits]
        found = causes(own, marked=bool(self.copy))
        return sorted(found, key=lambda one: one.sheet == SEVERAL_SHEETS)

    @property
    def nearly_blank(self) -> bool:
        """Whether next to nothing was filled in, so that a list of what is missing is no help."""
        return nearly_blank(*self.filled)

    @property
    def blank_words(self) -> str:
        """What is said of such a workbook."""
        return f"工作簿基本未填（{self.filled[0]}/{self.filled[1]}）"

    @property
    def counts(self) -> str:
        """How many are to be mended and to be explained, as part of a sentence."""
        errors, explains = self.of(Level.ERROR), self.of(Level.EXPLAIN)
        parts = [f"必须更正的问题 {count_told(errors)}"] if errors else []
        parts += [f"需要更正或说明的问题 {count_told(explains)}"] if explains else []
        return "、".join(parts) or "供参考的提示"


def notice(letter: Letter) -> bytes:
    """退回通知 as a .docx; the same letter gives the same bytes."""
    found = groups(letter.remarks, (Level.ERROR, Level.EXPLAIN))
    attachment = "" if letter.nearly_blank else "".join(_list(letter))
    enclosed = ["退回的工作簿"] if letter.copy else []
    enclosed += ["问题清单"] if attachment else []
    return _written(letter, {
        "title": f"关于退回“{letter.title.strip()}”的通知",
        "paragraphs": [_opening(letter)],
        "table": "" if letter.nearly_blank else _kinds(found),
        "demands": [_demands(letter)], "closing": "", "attachment": attachment,
        "enclosed": enclosed,
    })  # fmt: skip


def passed(letter: Letter) -> bytes:
    """通过通知: that a return is complete and right as a form, with hints where there are any."""
    hints = letter.of(Level.INFO)
    attachment = "".join(_list(letter)) if hints else ""
    told = [
        f"你单位报送的{_which(letter)}收悉。经审核，填报内容完整、符合填报要求，予以通过，无需重新报送。",
        "本通知只说明填报材料通过审核，不代表评审结果。报送内容如有变化，请及时告知。",
    ]
    if hints:
        told.append(f"另有供参考的提示 {count_told(hints)}，见附件，不影响通过。")
    return _written(letter, {
        "title": f"关于“{letter.title.strip()}”通过审核的通知", "paragraphs": told, "table": "",
        "demands": [], "closing": "特此通知。", "attachment": attachment,
        "enclosed": ["提示清单"] if hints else [],
    })  # fmt: skip


def receipt(letter: Letter) -> bytes:
    """收到回执: which file was received, so that both sides speak of the same one."""
    grid = wordml.LetterGrid(heads=("项目", "内容"), widths=(2400, 6445), centred=(0,))
    rows = [
        ("表　　式", letter.title.strip()), ("填报单位", letter.issued_to or "—"),
        ("文　　件", brief(letter.file)), ("发放编号", letter.issue or "—"),
        ("文件摘要", letter.sha256 or "—"), ("填报情况", _given(letter)),
    ]  # fmt: skip
    return _written(letter, {
        "title": "收到回执", "paragraphs": ["你单位报送的下列文件已收到："],
        "table": wordml.table(grid, rows), "demands": [
            "“文件摘要”（SHA-256）随文件内容而变，可据此核对双方手中的文件是否相同。"
        ], "closing": "", "attachment": "", "enclosed": [],
    })  # fmt: skip


def _given(letter: Letter) -> str:
    given, asked = letter.filled
    return f"应填{asked}项，已填{given}项" if asked else "—"


def _written(letter: Letter, told: Mapping[str, Any]) -> bytes:
    facts = {
        "sender": printable(letter.sender), "date": printable(letter.dated),
        "contact": printable(letter.contact), "deadline": printable(letter.deadline),
        "number": printable(letter.number),
        "addressee": printable(letter.bureau or letter.issued_to),
        "issue": letter.issue, "file": brief(letter.file),
    }  # fmt: skip
    return letter_template.rendered(letter.template, facts | dict(told))


# --- what it says --------------------------------------------------------------------------------


def _which(letter: Letter) -> str:
    issue = f"，编号：{letter.issue}" if letter.issue else ""
    return f"“{letter.title.strip()}”（文件：{brief(letter.file.rpartition('/')[2], 60)}{issue}）"


def _opening(letter: Letter) -> str:
    until = f"，并于{letter.deadline}前重新报送" if letter.deadline else "，并尽快重新报送"
    if letter.nearly_blank:
        return (
            f"你单位报送的{_which(letter)}收悉。经审核，{letter.blank_words}，现予退回。"
            f"请填写完整{until}。"
        )
    return (
        f"你单位报送的{_which(letter)}收悉。经审核，发现{letter.counts}，现予退回。"
        f"请按下列意见处理{until}。"
    )


def _demands(letter: Letter) -> str:
    """What the county is to do, in one paragraph."""
    demands = ""
    if letter.copy and not letter.nearly_blank:
        demands = "请在随附的工作簿中更正有底色的格，其余已保留，不必重填；"
        if letter.of(Level.EXPLAIN):
            demands += (
                f"标为“需说明”而情况属实的，在“{WHOLE_SHEET}”表该行的“说明”格写明原因（{WORD}）。"
            )
    return demands + "不要增删、剪切行列，不要改动表名；改好后保存为 .xlsx 文件重新报送。"


def _kinds(found: Sequence[ProblemGroup]) -> str:
    """The kinds of problems in a small table; how many more where there are too many for a page."""
    if not found:
        return ""
    rows = [(_WORDS[one.level], one.name, str(one.count), one.where or "整个文件")
            for one in found[:_MOST_KINDS]]  # fmt: skip
    left = found[_MOST_KINDS:]
    if left:
        rows.append(("", f"另有{len(left)}类", str(sum(one.count for one in left)), "见问题清单"))
    return wordml.table(_KINDS, rows)


# --- the full list -------------------------------------------------------------------------------


def _list(letter: Letter) -> Iterator[str]:
    number = 0
    if letter.copy:
        told = f"序号与退回的工作簿“{RETURNED_SHEET}”表相同。"
        yield wordml.line(told, styles.FANG, 24, wordml.Look(indent=True, keep=True))
    for level, name in _PARTS:
        own = letter.of(level)
        if own:
            heading = f"{_NUMERALS[number]}、{name}（{count_told(own)}）"
            yield wordml.line(heading, styles.HEI, 32, wordml.Look(indent=True, keep=True))
            yield from _tables(own)
            number += 1


def _tables(own: Sequence[Cause]) -> Iterator[str]:
    """One table for each sheet, in the order of the form."""
    sheets = groupby(own, key=lambda one: one.sheet)
    for number, (sheet, group) in enumerate(sheets, start=1):
        rows = list(group)
        heading = f"{number}. {_whereabouts(sheet)}（{count_told(rows)}）"
        yield wordml.line(heading, styles.KAI, 28, wordml.Look(indent=True, keep=True))
        yield wordml.table(
            _LIST, [(str(one.number), one.place or "—", one.says, one.mend) for one in rows]
        )


def _whereabouts(sheet: str) -> str:
    if sheet == SEVERAL_SHEETS:
        return sheet
    return f"“{sheet}”表" if sheet else "整个文件"


def sample(template: bytes) -> Letter:
    """A letter that says something everywhere, to try a template on."""
    return Letter(
        title="申报表", file="样例.xlsx", remarks=(), issued_to="样例县", issue="A",
        sender="样例单位", dated="样例日期", deadline="样例时限", contact="样例联系",
        number="样例号", copy="样例.xlsx", template=template,
    )  # fmt: skip
