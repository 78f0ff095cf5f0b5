"""Who a workbook is for and what it was made from: the stamp, written in several places."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from attrs import NOTHING, asdict, evolve, fields_dict, frozen

from clusterbook.forms.options import Options
from clusterbook.paths import is_device

if TYPE_CHECKING:
    from clusterbook.forms.spec import Workbook

STAMP_NAME = "cb_id"
PROPERTY = "clusterbook"
RULER = "cb:"
# Fields of the stamp that a workbook only shows, and those that it has only where they were given.
ONLY_SHOWN = ("deadline", "contact", "sender")
_ONLY_GIVEN = ("month", *ONLY_SHOWN)
LONGEST_SHOWN = 60  # characters of each: they share the first screen with much else
STAMP_CELL, DIGEST_CELL = (1, 1), (2, 1)  # on the hidden sheet

# Becomes the name of files, so it has nothing in it but what every system takes. A returned copy
# of the longest id has the number of its round behind it.
_ISSUE = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}(?:-R[1-9][0-9]{0,5})?")
# No control characters but those of lines, and no half of a character.
_ANY_TEXT = r"[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]"
_LONGEST_STAMP = 8_000  # characters of its JSON


def is_issue(value: object) -> bool:
    """Whether this can be the id of a workbook; '' is that of a blank issued to nobody."""
    if not isinstance(value, str):
        return False
    return not value or (_ISSUE.fullmatch(value) is not None and not is_device(value))


def showable(text: object) -> bool:
    """Whether a deadline, contact or sender can be shown: one line, and not too long."""
    return isinstance(text, str) and len(text) <= LONGEST_SHOWN and text.isprintable()


def _text(pattern: str) -> Callable[[object], bool]:
    matching = re.compile(pattern).fullmatch
    return lambda value: isinstance(value, str) and matching(value) is not None


def _whole(least: int, most: int) -> Callable[[object], bool]:
    return lambda value: type(value) is int and least <= value <= most


@frozen
class Said:
    """What a field of a stamp is called in sentences, and whether one of ours can say this."""

    name: str
    allows: Callable[[object], bool]


# A stamp may be anybody's invention. What is not in this table is not looked at.
FIELDS: Mapping[str, Said] = {
    "form": Said("表式", _text(r"[a-z][a-z0-9_]{0,63}")),
    "version": Said("版本", _text(r"[A-Za-z0-9][A-Za-z0-9.+_-]{0,31}")),
    "report_year": Said("年度", _whole(2000, 2100)),
    "years": Said("年份方式", _text("rolled|as-printed")),
    "province": Said("省份", _text(r"[\u4e00-\u9fff]{0,20}")),
    "rows": Said("行数", _whole(0, 100_000)),  # a layout is built for so many
    "month": Said("月份", _whole(0, 12)),
    "issue": Said("发放编号", is_issue),
    "issued_to": Said("发放对象", _text(f"{_ANY_TEXT}{{0,2000}}")),
    "parent": Said("上一轮编号", is_issue),
    "deadline": Said("截止日期", showable),
    "contact": Said("联系方式", showable),
    "sender": Said("发放单位", showable),
}


@frozen(kw_only=True)
class Stamp:
    """What identifies an issued workbook. ``issue`` is opaque; '' for a blank issued to nobody.

    ``deadline``, ``contact`` and ``sender`` only tell the county when to send it back and whom to
    ask: they are shown, and no part of what the layout rests on.
    """

    form: str
    version: str
    report_year: int
    years: str
    province: str
    rows: int
    month: int = 0
    issue: str = ""
    issued_to: str = ""
    parent: str = ""
    deadline: str = ""
    contact: str = ""
    sender: str = ""

    @classmethod
    def of(
        cls, workbook: Workbook, issue: str = "", issued_to: str = "", parent: str = ""
    ) -> Stamp:
        """The stamp of a workbook built from a spec."""
        options = workbook.options
        rows = max((lib.rows for lib in workbook.libraries().values() if lib.resizable), default=0)
        return cls(
            form=workbook.id, version=workbook.version, report_year=options.report_year,
            years=options.years, province=options.province, rows=rows, month=options.month,
            issue=issue, issued_to=issued_to, parent=parent,
        )  # fmt: skip

    @property
    def options(self) -> Options:
        """The options that rebuild the same layout."""
        return Options(
            report_year=self.report_year, years=self.years, province=self.province,
            rows=self.rows or None, month=self.month,
        )  # fmt: skip

    @property
    def round(self) -> str:
        """Which round it is of: a year, or a month of one."""
        return self.options.round

    def showing(self, shown: Mapping[str, str]) -> Stamp:
        """With a deadline, a contact and a sender, as far as there are any."""
        deadline, contact, sender = (shown.get(name, "") for name in ONLY_SHOWN)
        return evolve(self, deadline=deadline, contact=contact, sender=sender)

    @property
    def unissued(self) -> Stamp:
        """The stamp of a blank of the same layout, issued to nobody: what submissions share."""
        return evolve(self, issue="", issued_to="", parent="", deadline="", contact="", sender="")

    def text(self) -> str:
        """The stamp as it stands in the hidden sheet and the custom property: compact JSON."""
        facts = {
            key: value for key, value in asdict(self).items() if value or key not in _ONLY_GIVEN
        }
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Stamp | None:
        """The stamp in ``text``, or None: a damaged stamp is no stamp."""
        facts = stamp_facts(text)
        return cls.from_facts(facts) if facts is not None else None

    @classmethod
    def from_facts(cls, facts: Mapping[str, object]) -> Stamp | None:
        """A stamp from its facts, None where one is missing or says what none of ours can."""
        if stamp_faults(facts):
            return None
        return cls(**{name: facts[name] for name in FIELDS if name in facts})  # type: ignore[arg-type]


def stamp_facts(text: str) -> Mapping[str, object] | None:
    """What a text says that may be a stamp, unchecked; None where it is none."""
    if not text.startswith("{") or len(text) > _LONGEST_STAMP:
        return None
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return facts if isinstance(facts, dict) else None


def stamp_faults(facts: Mapping[str, object]) -> tuple[str, ...]:
    """The fields of a stamp that are missing or say what none of ours can, by their names."""
    needed = {name for name, one in fields_dict(Stamp).items() if one.default is NOTHING}
    return tuple(
        said.name for name, said in FIELDS.items()
        if (name in needed or name in facts) and not said.allows(facts.get(name))
    )  # fmt: skip


def sheet_mark(sheet_key: str, issue: str) -> str:
    """What stands in A1 of each sheet."""
    return f"{RULER}sheet:{sheet_key}|{issue}"


def row_mark(row: int) -> str:
    """What stands in column A of a row: its number when issued."""
    return f"{RULER}r{row}"


def column_mark(col: int) -> str:
    """What stands in row 1 of a column: its number when issued."""
    return f"{RULER}c{col}"


def is_mark(value: object) -> bool:
    """Whether a cell holds one of these marks of the ruler."""
    return isinstance(value, str) and value.startswith(RULER)


@frozen(kw_only=True)
class Registered:
    """What the register says of an issue id: to whom it was given, and for which place.

    ``file`` is the name under which it was issued; ``contact`` and ``phone`` are the county's own,
    ``bureau`` is the office there that letters go to.
    """

    issued_to: str
    city: str = ""
    county: str = ""
    cluster_name: str = ""
    file: str = ""
    contact: str = ""
    phone: str = ""
    bureau: str = ""


@frozen(kw_only=True)
class Attached:
    """An attachment: what it is, and with whose return it belongs, as far as that can be told.

    ``alone``: whoever sent it has sent nothing else.
    """

    what: str
    issue: str = ""
    whose: Registered = Registered(issued_to="")
    alone: bool = False
