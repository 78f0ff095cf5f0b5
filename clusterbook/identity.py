"""Who a workbook is for and what it was made from: the stamp, written in several places."""

from __future__ import annotations

import json
from collections.abc import Mapping

from attrs import asdict, evolve, frozen

from clusterbook.spec import Options, Workbook

META_SHEET, META_KEY = "_meta", "meta"
TYPED_SHEET = "_returned"  # of a returned copy: what was typed in its marked cells
STAMP_NAME = "cb_id"
PROPERTY = "clusterbook"
RULER = "cb:"
# Fields of the stamp that a workbook has only where they were given.
ONLY_SHOWN = ("deadline", "contact", "sender")
LONGEST_SHOWN = 60  # characters of each: they share the first screen with much else
STAMP_CELL, DIGEST_CELL = (1, 1), (2, 1)  # on the hidden sheet


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
            years=options.years, province=options.province, rows=rows, issue=issue,
            issued_to=issued_to, parent=parent,
        )  # fmt: skip

    @property
    def options(self) -> Options:
        """The options that rebuild the same layout."""
        return Options(
            report_year=self.report_year, years=self.years, province=self.province,
            rows=self.rows or None,
        )  # fmt: skip

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
            key: value for key, value in asdict(self).items() if value or key not in ONLY_SHOWN
        }
        return json.dumps(facts, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def parse(cls, text: str) -> Stamp | None:
        """The stamp in ``text``, or None: a damaged stamp is no stamp."""
        try:
            facts = json.loads(text)
        except ValueError:
            return None
        return cls.from_facts(facts) if isinstance(facts, dict) else None

    @classmethod
    def from_facts(cls, facts: Mapping[str, object]) -> Stamp | None:
        """A stamp from its facts, None where one is missing or of the wrong type."""
        try:
            stamp = cls(**{str(key): value for key, value in facts.items()})  # type: ignore[arg-type]
        except TypeError:
            return None
        texts = [stamp.form, stamp.version, stamp.years, stamp.province, stamp.issue]
        texts += [getattr(stamp, name) for name in ONLY_SHOWN]
        numbers = (stamp.report_year, stamp.rows)
        fine = all(isinstance(t, str) for t in texts) and all(type(n) is int for n in numbers)
        return stamp if fine and stamp.years in ("rolled", "as-printed") else None


def showable(text: str) -> bool:
    """Whether a deadline, contact or sender can be shown: one line, and not too long."""
    return len(text) <= LONGEST_SHOWN and text.isprintable()


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
    """What the register says of an issue id: to whom it was given, and for which place."""

    issued_to: str
    city: str = ""
    county: str = ""
    cluster_name: str = ""
