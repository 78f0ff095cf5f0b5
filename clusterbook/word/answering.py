"""The text of a cell → answers: one, several behind each other, between printed words, or boxes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from attrs import define, field

from clusterbook.forms.kinds import Kind
from clusterbook.forms.parsing.folding import fold
from clusterbook.issuing.prefill import carries
from clusterbook.layout.layout import Layout
from clusterbook.word import boxes
from clusterbook.word.document import WordCell
from clusterbook.word.labels import Label, Labels, Sighting
from clusterbook.word.paper import (
    Box,
    Boxes,
    PaperAnswer,
    PaperCell,
    PaperForm,
    PaperWords,
    Piece,
    Pieces,
    Several,
)
from clusterbook.word.readings import Readings, cell_marks, is_empty
from clusterbook.word.stream import Spot, Stream

OTHER_EDITION = "这是另一年度的表，本次的内容请重新填写"
_HEADS = ("head", "corner", "list_head")
_OVERLAP = 0.5
_MARKS = "、，,/／；; 　\t\n"
_YEAR = re.compile(r"20\d\d")
_SHORT = 2  # signs of a label that a report may say in a line of its own


@define
class Answering:
    """What is known while a document is read, and how the text of a cell becomes answers."""

    layout: Layout
    paper: PaperForm
    labels: Labels
    stream: Stream
    seen: dict[int, Sighting]
    readings: Readings
    converted: bool = False
    #: by how many years the document is of another edition
    shift: int = 0
    #: lines whose text was read, is a label, or was told of
    used: set[int] = field(factory=set)

    # shared ---------------------------------------------------------------------------------------

    def kind(self, key: str) -> Kind:
        """The kind of an answer."""
        return self.layout.slots[key][0].field.kind

    def path(self, key: str) -> str:
        """How an answer is called, with its sheet."""
        return f"{self.layout.sheet_of[key].name} › {self.layout.slots[key][0].path}"

    def sighting(self, label: Label | None) -> Sighting | None:
        """Where a label was found."""
        return self.seen.get(label.number) if label else None

    def label_of(self, cell: PaperCell) -> Label | None:
        """The label that a cell of the plan is."""
        return self.labels.of_cell.get(id(cell))

    def is_stale(self, cell: WordCell | None) -> bool:
        """Whether what a cell shows was worked out anew on the way here."""
        return self.converted and cell is not None and cell.computed

    def gridded(self, cell: WordCell) -> bool:
        """Whether distances in the table of a cell can be trusted."""
        return self.stream.tables[cell.table].gridded

    def use(self, cell: WordCell) -> None:
        """Mark a cell's lines as read, those of a table within it where that holds the answer."""
        self.used.update(self.stream.lines_of(cell))
        if cell.answer and not cell.text.strip():
            for table in cell.inner:
                for inner in table.cells():
                    self.use(inner)

    def _use_labels(self) -> None:
        for label in self.labels.listed:
            sighting = self.seen.get(label.number)
            if sighting is not None and not (label.prefix and self._rest(label, sighting.spot)):
                self.used.update(range(sighting.spot.first, sighting.spot.last))

    @staticmethod
    def _rest(label: Label, spot: Spot) -> str:
        """What follows a label in its own place."""
        for key in label.keys:
            if fold(spot.text) == key:
                return ""
        _, mark, rest = spot.text.partition("：" if "：" in spot.text else ":")
        return rest if mark else ""

    def doubt(self, key: str, text: str, place: str, sightings: Iterable[Sighting | None]) -> bool:
        """Whether a label of an answer is doubtful; then the answer is noted as unsure."""
        why = next((one.why for one in sightings if one and one.quality == "doubtful"), "")
        if why and not is_empty(text):
            self.readings.unsure(key, self.path(key), text, place, why)
        return bool(why)

    def take(self, key: str, text: str, place: str, note: str = "") -> None:
        """One answer as a text; of another edition only what holds for longer than its round."""
        slot = self.layout.slots[key][0]
        if slot.locked or is_empty(text):
            return
        if self.shift and slot.field.year is None and not carries(slot.block, slot.field):
            self.readings.unsure(key, self.path(key), text, place, OTHER_EDITION)
        else:
            self.readings.take(key, self.path(key), slot.field.kind, text, place, note)

    # cells ----------------------------------------------------------------------------------------

    def _without_hints(self, planned: PaperCell, text: str) -> str:
        """The text of a cell without what the form prints in it."""
        hints = [
            piece.text
            for pieces in planned.lines
            for piece in pieces
            if isinstance(piece, PaperWords) and (piece.aside or len(pieces) == 1)
        ]
        for hint in hints:
            signs = [re.escape(sign) for sign in hint if not sign.isspace()]
            text = re.sub(r"\s*".join(signs), "", text, count=1)
        return text

    def _cell(
        self, planned: PaperCell, cell: WordCell, sightings: Sequence[Sighting | None]
    ) -> None:
        """All answers of a cell."""
        text = self._without_hints(planned, cell.answer)
        lines = [pieces for pieces in planned.lines
                 if any(not isinstance(piece, PaperWords) for piece in pieces)]  # fmt: skip
        self._pieces(lines, text, cell.place, sightings, cell)

    def _pieces(
        self, lines: Sequence[Pieces], text: str, place: str,
        sightings: Sequence[Sighting | None], cell: WordCell | None,
    ) -> None:  # fmt: skip
        pieces = [piece for line in lines for piece in line]
        written = [piece for piece in pieces if not isinstance(piece, PaperWords)]
        note = "；".join(cell_marks(cell)) if cell is not None else ""
        first = written[0]
        if isinstance(first, Boxes | Box):
            self._boxes(written, text, place, sightings, cell)
            return
        if (
            isinstance(first, PaperAnswer)
            and len(written) == 1
            and self.layout.slots[first.key][0].locked
        ):
            self._computed(first.key, text, place, sightings)
            return
        keys = [key for piece in written for key in keys_of(piece)]
        if self.doubt(keys[0], text, place, sightings):
            return
        if self.is_stale(cell) and not is_empty(text):
            why = "这是自动计算的日期或合计，转换时重新算过"
            self.readings.unsure(keys[0], self.path(keys[0]), text, place, why)
            return
        if cell is not None and cell.pictures and is_empty(text):
            self.readings.unsure(
                keys[0], self.path(keys[0]), "（图片）", place, "答案贴成了图片，请照图片填写"
            )
            return
        if len(written) == 1 and isinstance(first, PaperAnswer):
            unit = "".join(piece.text for piece in pieces if isinstance(piece, PaperWords)).strip()
            bare = text.strip()
            if unit and bare.endswith(unit) and is_empty(bare.removesuffix(unit)):
                text = ""
            self.take(first.key, text, place, note)
        elif len(written) == 1 and isinstance(first, Several):
            self._several(first, text, place, note)
        else:
            self._template(lines, text, place, note)

    def _computed(
        self, key: str, text: str, place: str, sightings: Sequence[Sighting | None]
    ) -> None:
        """What stands where the workbook computes; nothing where its label is doubtful."""
        why = next((one.why for one in sightings if one and one.quality == "doubtful"), "")
        if why and not is_empty(text):
            self.readings.leave(key, self.path(key), text, place, why)
        elif not is_empty(text):
            self.readings.computed[key] = text, place

    def _several(self, piece: Several, text: str, place: str, note: str) -> None:
        """Answers one behind the other, parted at the first mark."""
        cleaned = text.strip(" 　\n\t")
        if is_empty(cleaned):
            return
        mark = next((mark for mark in (piece.mark, *_MARKS) if mark in cleaned), "")
        parts = cleaned.split(mark, len(piece.keys) - 1) if mark else [cleaned]
        if len(parts) == 1 and self.kind(piece.keys[-1]).contact:
            found = re.fullmatch(r"(\D*?)\s*(\+?[\d\-()（） ]{7,})", cleaned)
            parts = [found[1], found[2]] if found else parts
        if len(parts) < len(piece.keys) and len(parts) == 1:
            reading = self.kind(piece.keys[0]).read(parts[0])
            if reading.value is None or reading.problem or reading.note:
                why = "几项内容写在一起，分不开"
                self.readings.unsure(piece.keys[0], self.path(piece.keys[0]), text, place, why)
                return
        for key, part in zip(piece.keys, parts, strict=False):
            self.take(key, part, place, note)

    def _template(self, lines: Sequence[Pieces], text: str, place: str, note: str) -> None:
        """Several answers between printed words, as in 数量：3个 名称：研究院."""
        keys: list[str] = []
        pattern = ""
        for line in lines:
            for piece in line:
                if isinstance(piece, PaperWords):
                    signs = (re.escape(sign) for sign in piece.text if not sign.isspace())
                    pattern += r"\s*" + r"\s*".join(signs)
                else:
                    keys += keys_of(piece)
                    pattern += "(.*?)"
        found = re.fullmatch(pattern + r"\s*" if not pattern.endswith(")") else pattern[:-2] + ")",
                             text.strip(), re.DOTALL)  # fmt: skip
        if found is None:
            if not is_empty(re.sub(r"[市县区（）()、个数量名称：:\s]", "", text)):
                self.readings.unsure(
                    keys[0], self.path(keys[0]), text, place, "格内印好的文字被改动，分不开各项"
                )
            return
        for key, part in zip(keys, found.groups(), strict=True):
            self.take(key, part, place, note)

    def _boxes(
        self, written: Sequence[Piece], text: str, place: str,
        sightings: Sequence[Sighting | None], cell: WordCell | None,
    ) -> None:  # fmt: skip
        lit, struck = (cell.lit, cell.struck) if cell is not None else ((), ())
        if isinstance(written[0], Boxes):
            key = written[0].key
            options = [
                option for piece in written if isinstance(piece, Boxes) for option in piece.options
            ]
            self._choice(key, options, text, place, sightings, (lit, struck))
            return
        options = [piece.text for piece in written if isinstance(piece, Box)]
        keys = [piece.key for piece in written if isinstance(piece, Box)]
        if any(one and one.quality == "doubtful" for one in sightings) and "☑" in text:
            self.doubt(keys[0], text, place, sightings)
            return
        found = boxes.chosen(text, options, lit, struck, several=True)
        if found.unsure:
            self.readings.unsure(keys[0], self.path(keys[0]), text, place, found.unsure)
            return
        self._beside(keys[0], found, text, place)
        for key, option in zip(keys, options, strict=True):
            if option in found.options:
                self.take(key, "☑", place, found.how)
            elif option in found.gone and not found.options and len(found.gone) < len(options):
                self.readings.unsure(
                    key, self.path(key), "", place, f"没有“{option}”这一项，也没有勾选其他项"
                )

    def _choice(
        self, key: str, options: Sequence[str], text: str, place: str,
        sightings: Sequence[Sighting | None], marked: tuple[Sequence[str], Sequence[str]],
    ) -> None:  # fmt: skip
        found = boxes.chosen(text, options, *marked)
        shown = "".join(text.split())
        if found.unsure:
            self.readings.unsure(key, self.path(key), text, place, found.unsure)
        elif found.options:
            if not self.doubt(key, text, place, sightings):
                self.take(key, found.options[0], place, found.how)
                self._beside(key, found, text, place)
        elif not found.gone:
            self._beside(key, found, text, place)
        else:
            kind = self.kind(key)
            bare = re.sub(r"[☐□○_\s]", "", text)
            boxed = re.search(r"[☐□○]", text) is not None
            reading = kind.read(bare) if kind.options and bare else None
            if (
                reading is not None
                and reading.value is not None
                and not reading.problem
                and not boxed
            ):
                if not self.doubt(key, text, place, sightings):
                    self.take(key, bare, place)
            elif bare:
                self.readings.unsure(key, self.path(key), shown, place, "选项被删改，又没有勾选")

    def _beside(self, key: str, found: boxes.Chosen, text: str, place: str) -> None:
        """What is written beside printed options belongs to none of them."""
        if found.rest and found.options:
            self.readings.leave(key, self.path(key), found.rest, place, "选项以外的文字")
        elif found.rest:
            why = f"没有勾选，选项旁写着“{found.rest}”"
            self.readings.unsure(key, self.path(key), "".join(text.split()), place, why)


def keys_of(piece: Piece) -> tuple[str, ...]:
    """The keys of the answers in a piece."""
    if isinstance(piece, Several):
        return piece.keys
    return (piece.key,) if isinstance(piece, PaperAnswer | Boxes | Box) else ()
