"""What people and programs do to a form in Word: mutations of the XML of a filled document.

Each takes the root of the body and dice, changes it in place and gives the keys of answers that are
no longer there, if any: of those nothing may be read.
"""

from __future__ import annotations

import copy
import io
import itertools
import re
import zipfile
from collections.abc import Callable, Iterator
from random import Random

from lxml import etree

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_W = f"{{{W}}}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
Element = etree._Element
Mutation = Callable[[Element, Random], None]


def mutated(data: bytes, mutation: Mutation, seed: int) -> bytes:
    """The document with one mutation; other parts as they were."""
    source = zipfile.ZipFile(io.BytesIO(data))
    root = etree.fromstring(source.read("word/document.xml"))
    mutation(root, Random(seed))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                content = etree.tostring(
                    root, xml_declaration=True, encoding="UTF-8", standalone=True
                )
            made.writestr(name, content)
    return target.getvalue()


# --- finding --------------------------------------------------------------------------------------


def tables(root: Element) -> list[Element]:
    """The tables of the form itself, without those of the annex."""
    found, annex = [], False
    for one in root.find(f"{_W}body"):
        annex = annex or said(one) == "附：原表以外的填报内容"
        if one.tag == f"{_W}tbl" and not annex:
            found.append(one)
    return found


def rows(table: Element) -> list[Element]:
    return table.findall(f"{_W}tr")


def heads(table: Element) -> list[Element]:
    """Rows that each page repeats, without titles above them."""
    own = [row for row in rows(table) if row.find(f"{_W}trPr/{_W}tblHeader") is not None]
    return [row for row in own if len(cells(row)) > 1]


def is_list(table: Element) -> bool:
    """Whether a table is a list: its heads are set in small letters, those of figures are not."""
    sizes = {size.get(f"{_W}val") for row in heads(table) for size in row.iter(f"{_W}sz")}
    return "18" in sizes


def cells(row: Element) -> list[Element]:
    return row.findall(f"{_W}tc")


def said(element: Element) -> str:
    return "".join(one.text or "" for one in element.iter(f"{_W}t"))


def w(name: str, *children: Element, **attributes: str) -> Element:
    """An element of WordprocessingML."""
    made = etree.Element(f"{_W}{name}", {f"{_W}{key}": value for key, value in attributes.items()})
    made.extend(children)
    return made


def run(text: str, *looks: Element) -> Element:
    shown = w("t")
    shown.text = text
    shown.set(_SPACE, "preserve")
    return w("r", w("rPr", *looks), shown)


def paragraph(*runs: Element) -> Element:
    return w("p", *runs)


def values(root: Element) -> Iterator[Element]:
    """Cells that hold a number or a short answer: not the first of their row, not a head."""
    for table in tables(root):
        for row in rows(table):
            if row.find(f"{_W}trPr/{_W}tblHeader") is not None:
                continue
            for cell in cells(row)[1:]:
                text = said(cell)
                if text and len(text) < 40 and not re.search("[年□☑：（]", text):
                    yield cell


def number_cells(root: Element) -> list[Element]:
    return [cell for cell in values(root) if re.fullmatch(r"-?[\d,]+(\.\d+)?", said(cell))]


def labels(root: Element) -> list[Element]:
    """First cells of rows that ask something."""
    forms = [one for one in tables(root) if not is_list(one)]
    return [cells(row)[0] for table in forms for row in rows(table)
            if len(cells(row)) > 1 and re.search(r"[\u4e00-\u9fff]{4}", said(cells(row)[0]))
            and row.find(f"{_W}trPr/{_W}tblHeader") is None]  # fmt: skip


def rewrite(cell: Element, text: str) -> None:
    """Put one text into a cell, in the place of all it holds."""
    for one in [one for one in cell if one.tag in (f"{_W}p", f"{_W}tbl", f"{_W}sdt")]:
        cell.remove(one)
    cell.append(paragraph(run(text)))


def some(found: list[Element], dice: Random, share: float = 0.3) -> list[Element]:
    return [one for one in found if dice.random() < share]


# --- mutations ------------------------------------------------------------------------------------


def rows_inserted(root: Element, dice: Random) -> None:
    """A row of a person's own in some tables."""
    for table in some(tables(root), dice, 0.6):
        own = rows(table)
        at = dice.randrange(len(own))
        if any(one.find(f"{_W}tcPr/{_W}vMerge") is not None for one in own[at]):
            continue
        width = sum(int(cell.find(f"{_W}tcPr/{_W}gridSpan").get(f"{_W}val"))
                    if cell.find(f"{_W}tcPr/{_W}gridSpan") is not None else 1 for cell in cells(own[at]))  # fmt: skip
        about = w("tcPr", w("gridSpan", val=str(width)))
        own[at].addprevious(w("tr", w("tc", about, paragraph(run("补充说明：以下数据为快报数")))))


def table_cut(root: Element, dice: Random) -> None:
    """Tables torn in two by a page, without their heads."""
    for table in some(tables(root), dice, 0.5):
        _cut(table, dice, heads=False)


def table_cut_with_heads(root: Element, dice: Random) -> None:
    """Lists torn in two, their heads repeated."""
    for table in tables(root):
        if table.find(f"{_W}tr/{_W}trPr/{_W}tblHeader") is not None:
            _cut(table, dice, heads=True)


def _cut(table: Element, dice: Random, *, heads: bool) -> None:
    own = rows(table)
    top = [row for row in own if row.find(f"{_W}trPr/{_W}tblHeader") is not None]
    places = [at for at in range(len(top) + 1, len(own))
              if not any(cell.find(f"{_W}tcPr/{_W}vMerge") is not None
                         and cell.find(f"{_W}tcPr/{_W}vMerge").get(f"{_W}val") != "restart"
                         for cell in cells(own[at]))]  # fmt: skip
    if not places:
        return
    at = dice.choice(places)
    other = w(
        "tbl", *(copy.deepcopy(one) for one in table if one.tag in (f"{_W}tblPr", f"{_W}tblGrid"))
    )
    if heads:
        other.extend(copy.deepcopy(row) for row in top)
    other.extend(own[at:])
    table.addnext(other)
    table.addnext(paragraph())


def labels_spaced(root: Element, dice: Random) -> None:
    """Blanks and line breaks inside labels, full-width letters and brackets."""
    for cell in labels(root):
        text = said(cell)
        at = dice.randrange(1, len(text))
        wide = text.replace("（", "(").replace("）", ")") if dice.random() < 0.5 else text
        rewrite(cell, f"{wide[:at]} 　{wide[at:]}")


def labels_respelled(root: Element, dice: Random) -> None:
    """Labels in other words: 总数 for 数量, without 的, numbered, without the hint."""
    for cell in some(labels(root), dice, 0.25):
        text = said(cell)
        ways = [
            text.replace("数量", "总数"), text.replace("情况", ""), f"1.{text}",
            text.replace("的", ""), re.sub("，?需提供佐证|，提供现有企业库", "", text),
        ]  # fmt: skip
        rewrite(cell, dice.choice(ways))


def labels_of_others(root: Element, dice: Random) -> None:
    """Some labels say something else: what stands beside them answers another question."""
    for cell in some(labels(root), dice, 0.1):
        text = said(cell)
        rewrite(cell, text.replace("省级", "市级").replace("国家级", "省部级").replace("亿元", "万元")
                .replace("企业", "单位").replace("%", "‰"))  # fmt: skip


def units_typed(root: Element, dice: Random) -> None:
    """Units behind numbers, as the label has them."""
    for table in tables(root):
        for row in rows(table):
            own = cells(row)
            found = re.search(r"[（(](亿美元|亿元|万元|%|个|人|亩)", said(own[0])) if own else None
            for cell in own[1:] if found else ():
                if re.fullmatch(r"[\d,]+(\.\d+)?", said(cell)) and dice.random() < 0.5:
                    rewrite(cell, f"{said(cell)}{found[1]}")


def full_width(root: Element, dice: Random) -> None:
    """Numbers in full-width digits."""
    table = str.maketrans("0123456789.", "０１２３４５６７８９．")
    for cell in some(number_cells(root), dice):
        rewrite(cell, said(cell).translate(table))


def _ticks(root: Element) -> Iterator[tuple[Element, list[Element], bool]]:
    """Paragraphs with boxes: the runs, and whether one is ticked."""
    for one in root.iter(f"{_W}p"):
        text = said(one)
        if "□" in text or "☑" in text:
            yield one, one.findall(f"{_W}r"), "☑" in text


def _retick(one: Element, text: str, *more: Element) -> None:
    for old in one.findall(f"{_W}r"):
        one.remove(old)
    one.append(run(text))
    one.extend(more)


def tick_before(root: Element, dice: Random) -> None:
    for one, _, _ in list(_ticks(root)):
        _retick(one, said(one).replace("☑", "√"))


def tick_behind(root: Element, dice: Random) -> None:
    for one, _, _ in list(_ticks(root)):
        _retick(one, re.sub(r"☑([^ □☑]+)", r"□\1√", said(one)))


def tick_filled(root: Element, dice: Random) -> None:
    for one, _, _ in list(_ticks(root)):
        _retick(one, said(one).replace("☑", "■"))


def tick_bracketed(root: Element, dice: Random) -> None:
    for one, _, _ in list(_ticks(root)):
        _retick(one, said(one).replace("☑", "（√）").replace("□", "（ ）"))


def tick_crossed_box(root: Element, dice: Random) -> None:
    for one, _, _ in list(_ticks(root)):
        _retick(one, said(one).replace("☑", "☒").replace("□", "☐"))


def _tick_elements(
    root: Element, ticked: Callable[[], Element], empty: Callable[[], Element]
) -> None:
    for one, _, _ in list(_ticks(root)):
        pieces = re.split("([□☑])", said(one))
        for old in one.findall(f"{_W}r"):
            one.remove(old)
        for piece in filter(None, pieces):
            one.append(ticked() if piece == "☑" else empty() if piece == "□" else run(piece))


def tick_symbol(root: Element, dice: Random) -> None:
    def sign(code: str) -> Callable[[], Element]:
        return lambda: w("r", w("sym", font="Wingdings 2", char=code))

    _tick_elements(root, sign("F052"), sign("F0A3"))


def tick_wingdings(root: Element, dice: Random) -> None:
    def sign(code: str) -> Callable[[], Element]:
        return lambda: run(code, w("rFonts", ascii="Wingdings", hAnsi="Wingdings"))

    _tick_elements(root, sign("\uf0fe"), sign("\uf0a8"))


def tick_control(root: Element, dice: Random) -> None:
    space = "http://schemas.microsoft.com/office/word/2010/wordml"

    def box(val: str) -> Callable[[], Element]:
        def make() -> Element:
            state = etree.Element(f"{{{space}}}checked", {f"{{{space}}}val": val})
            about = etree.Element(f"{{{space}}}checkbox")
            about.append(state)
            return w("sdt", w("sdtPr", about), w("sdtContent", run("☒" if val == "1" else "☐")))

        return make

    _tick_elements(root, box("1"), box("0"))


def tick_legacy(root: Element, dice: Random) -> None:
    def box(val: str) -> Callable[[], Element]:
        def make() -> Element:
            data = w("ffData", w("checkBox", w("default", val="0"), w("checked", val=val)))
            code = w("instrText")
            code.text = " FORMCHECKBOX "
            return w("smartTag", w("r", w("fldChar", data, fldCharType="begin")), w("r", code),
                     w("r", w("fldChar", fldCharType="end")))  # fmt: skip

        return make

    _tick_elements(root, box("1"), box("0"))


def tick_ringed(root: Element, dice: Random) -> None:
    def make() -> Element:
        code = w("instrText")
        code.text = r"eq \o\ac(□,√)"
        return w("smartTag", w("r", w("fldChar", fldCharType="begin")), w("r", code),
                 w("r", w("fldChar", fldCharType="end")))  # fmt: skip

    _tick_elements(root, make, lambda: run("□"))


def tick_highlighted(root: Element, dice: Random) -> None:
    """Options highlighted, no box ticked."""
    for one, _, ticked in list(_ticks(root)):
        if ticked:
            pieces = re.split("☑([^ □☑]+)", said(one))
            for old in one.findall(f"{_W}r"):
                one.remove(old)
            for number, piece in enumerate(pieces):
                looks = (w("highlight", val="yellow"),) if number % 2 else ()
                if number % 2:
                    one.append(run("□"))
                one.append(run(piece, *looks))


def tick_others_struck(root: Element, dice: Random) -> None:
    """Of options on one line the others struck out."""
    for one, _, ticked in list(_ticks(root)):
        text = said(one)
        if ticked and "□" in text:
            pieces = re.split("(□[^ □☑]+)", text)
            for old in one.findall(f"{_W}r"):
                one.remove(old)
            for piece in pieces:
                struck = (w("strike"),) if piece.startswith("□") else ()
                one.append(run(piece.replace("☑", "□"), *struck))


def options_respelled(root: Element, dice: Random) -> None:
    """Some options in other words, ticked or not."""
    for one, _, _ in list(_ticks(root)):
        if dice.random() < 0.4:
            found = list(re.finditer("([□☑] ?)([^ □☑]+)", said(one)))
            at = dice.choice(found)
            _retick(one, f"{said(one)[: at.end(1)]}已{at[2]}{said(one)[at.end(2) :]}")


def tick_with_notes(root: Element, dice: Random) -> None:
    """Words of a person's own behind the options."""
    for one, _, ticked in list(_ticks(root)):
        if ticked and dice.random() < 0.4:
            _retick(one, f"{said(one)}（{dice.randrange(1, 99)}家企业已参加）")


def pictures(root: Element, dice: Random) -> None:
    """Some answers pasted as pictures: nothing can be read there."""
    space = "http://schemas.openxmlformats.org/drawingml/2006/picture"
    for cell in some(number_cells(root), dice, 0.1):
        for one in cell.findall(f"{_W}p"):
            cell.remove(one)
        cell.append(paragraph(w("r", w("drawing", etree.Element(f"{{{space}}}pic")))))


def tracked(root: Element, dice: Random) -> None:
    """Answers changed with changes tracked."""
    for cell in some(number_cells(root), dice):
        text = said(cell)
        rewrite(cell, "")
        old = w("delText")
        old.text = "999"
        cell.find(f"{_W}p").extend([
            w("del", w("r", old), id="1", author="甲"), w("ins", run(text), id="2", author="甲"),
        ])  # fmt: skip


def tracked_rows(root: Element, dice: Random) -> None:
    """Rows that were deleted with changes tracked."""
    for table in some(tables(root), dice, 0.5):
        row = copy.deepcopy(rows(table)[-1])
        about = row.find(f"{_W}trPr")
        about.append(w("del", id="3", author="甲"))
        table.append(row)


def boxed(root: Element, dice: Random) -> None:
    """Some answers in text boxes over their cells."""
    for cell in some(number_cells(root), dice, 0.15):
        text = said(cell)
        rewrite(cell, "")
        inside = w("txbxContent", paragraph(run(text)))
        cell.find(f"{_W}p").append(w("r", w("pict", inside)))


def nested(root: Element, dice: Random) -> None:
    """Some answers in a table within their cell."""
    for cell in some(number_cells(root), dice, 0.15):
        text = said(cell)
        rewrite(cell, "")
        inner = w("tbl", w("tblPr"), w("tblGrid", w("gridCol", w="500")),
                  w("tr", w("tc", w("tcPr"), paragraph(run(text)))))  # fmt: skip
        cell.insert(len(cell) - 1, inner)


def old_edition(root: Element, dice: Random) -> None:
    """The form of the year before: every year one less."""
    for one in root.iter(f"{_W}t"):
        one.text = re.sub(
            r"20(\d\d)(?=年(?!\d))", lambda found: str(int(found[0]) - 1), one.text or ""
        )


def runs_split(root: Element, dice: Random) -> None:
    """Each sign in a run of its own, as after much editing in WPS."""
    for old in list(root.iter(f"{_W}r")):
        text = old.find(f"{_W}t")
        if text is None or len(text.text or "") < 2 or len(old.findall(f"{_W}t")) > 1:
            continue
        for sign in text.text:
            new = copy.deepcopy(old)
            new.find(f"{_W}t").text = sign
            old.addprevious(new)
        old.getparent().remove(old)


def no_grid(root: Element, dice: Random) -> None:
    """Tables without their grid, merges in their short spelling."""
    for table in root.iter(f"{_W}tbl"):
        for grid in table.findall(f"{_W}tblGrid"):
            table.remove(grid)
    for merge in root.iter(f"{_W}vMerge"):
        if merge.get(f"{_W}val") == "continue":
            del merge.attrib[f"{_W}val"]


def controls(root: Element, dice: Random) -> None:
    """Content controls around cells, rows and the texts in cells."""
    for cell in some(list(values(root)), dice, 0.2):
        how = dice.randrange(3)
        if how == 0:
            _wrap(cell)
        elif (
            how == 1
            and cell.getparent().tag == f"{_W}tr"
            and cell.getparent().getparent().tag == f"{_W}tbl"
        ):
            _wrap(cell.getparent())
        else:
            _wrap(cell.find(f"{_W}p"))


def _wrap(one: Element) -> None:
    content = w("sdtContent")
    control = w("sdt", w("sdtPr"), content)
    one.addprevious(control)
    content.append(one)


def column_in_front(root: Element, dice: Random) -> None:
    """Rows that begin one column later, as LibreOffice and Word draw them."""
    for table in some(tables(root), dice, 0.6):
        grid = table.find(f"{_W}tblGrid")
        grid.insert(0, w("gridCol", w="300"))
        for row in rows(table):
            row.find(f"{_W}trPr").append(w("gridBefore", val="1"))


def columns_swapped(root: Element, dice: Random) -> None:
    """Two neighbouring columns of lists change their places, heads and all."""
    for table in tables(root):
        top = heads(table)
        if len(top) != 1 or not is_list(table):
            continue
        at = dice.randrange(1, len(cells(top[0])) - 1)
        for row in rows(table):
            own = cells(row)
            if len(own) > 1:
                own[at].addprevious(own[at + 1])


def column_added(root: Element, dice: Random) -> None:
    """A column 备注 behind the others."""
    for table in tables(root):
        if len(heads(table)) == 1 and is_list(table):
            table.find(f"{_W}tblGrid").append(w("gridCol", w="900"))
            for row in rows(table):
                row.append(
                    w(
                        "tc",
                        w("tcPr", w("tcW", w="900", type="dxa")),
                        paragraph(run("备注" if row in heads(table) else "")),
                    )
                )


def cells_merged(root: Element, dice: Random) -> None:
    """Two answers side by side in one merged cell."""
    for row in [row for table in tables(root) for row in rows(table)]:
        own = cells(row)
        pair = [cell for cell in own[1:] if re.fullmatch(r"[\d,.]+", said(cell))][:2]
        if len(pair) > 1 and pair[1].getprevious() is pair[0] and dice.random() < 0.15:
            span = sum(int(cell.find(f"{_W}tcPr/{_W}gridSpan").get(f"{_W}val"))
                       if cell.find(f"{_W}tcPr/{_W}gridSpan") is not None else 1 for cell in pair)  # fmt: skip
            text = f"{said(pair[0])} {said(pair[1])}"
            for old in pair[0].findall(f"{_W}tcPr/{_W}gridSpan"):
                old.getparent().remove(old)
            pair[0].find(f"{_W}tcPr").insert(1, w("gridSpan", val=str(span)))
            rewrite(pair[0], text)
            row.remove(pair[1])


def cells_split(root: Element, dice: Random) -> None:
    """An answer's cell split into two, of which the second is empty."""
    for row in [row for table in tables(root) for row in rows(table)]:
        own = cells(row)
        if len(own) == 2 and said(own[1]) and "□" not in said(own[1]) and dice.random() < 0.3:
            about = own[1].find(f"{_W}tcPr/{_W}gridSpan")
            if about is not None and int(about.get(f"{_W}val")) > 1:
                rest = int(about.get(f"{_W}val")) - 1
                about.set(f"{_W}val", "1")
                own[1].addnext(w("tc", w("tcPr", w("gridSpan", val=str(rest))), paragraph()))


def rows_merged_down(root: Element, dice: Random) -> None:
    """Cells of lists that say the same as the one above, merged with it."""
    for table in tables(root):
        if not is_list(table):
            continue
        body = [row for row in rows(table) if row.find(f"{_W}trPr/{_W}tblHeader") is None]
        for above, below in itertools.pairwise(body):
            for one, other in zip(cells(above), cells(below), strict=False):
                plain = (
                    one.find(f"{_W}tcPr/{_W}vMerge") is None
                    and other.find(f"{_W}tcPr/{_W}vMerge") is None
                )
                if plain and said(one) and said(one) == said(other):
                    one.find(f"{_W}tcPr").append(w("vMerge", val="restart"))
                    other.find(f"{_W}tcPr").append(w("vMerge"))
                    for text in list(other.iter(f"{_W}t")):
                        text.text = ""


def rows_deleted(root: Element, dice: Random) -> None:
    """Rows with a label and answers taken out."""
    for table in tables(root):
        for row in rows(table):
            own = cells(row)
            merged = any(cell.find(f"{_W}tcPr/{_W}vMerge") is not None for cell in own)
            if (
                len(own) > 1
                and not merged
                and row.find(f"{_W}trPr/{_W}tblHeader") is None
                and dice.random() < 0.1
            ):
                table.remove(row)


def table_twice(root: Element, dice: Random) -> None:
    """A part copied, and filled with something else."""
    table = dice.choice([one for one in tables(root) if not is_list(one)])
    other = copy.deepcopy(table)
    for text in other.iter(f"{_W}t"):
        if re.fullmatch(r"[\d,.]+", text.text or ""):
            text.text = "7"
    table.addnext(other)
    table.addnext(paragraph())


def remarks_added(root: Element, dice: Random) -> None:
    """Paragraphs of a person's own between the parts, blank lines in cells."""
    for table in some(tables(root), dice, 0.5):
        table.addprevious(paragraph(run(f"（联系人已核对{dice.randrange(100)}）")))
    for cell in some(list(values(root)), dice, 0.2):
        cell.append(paragraph())


def hints_deleted(root: Element, dice: Random) -> None:
    """The small print that a form has in its cells taken out, lines to write on left in."""
    for one in list(root.iter(f"{_W}p")):
        sizes = {size.get(f"{_W}val") for size in one.iter(f"{_W}sz")}
        if (
            sizes == {"18"}
            and one.getparent().tag == f"{_W}tc"
            and said(one).startswith(("（注", "（如涉及", "（需"))
        ):
            for old in one.findall(f"{_W}r"):
                one.remove(old)
    for cell in some(list(values(root)), dice, 0.1):
        cell.find(f"{_W}p").append(run("____"))


def struck(root: Element, dice: Random) -> None:
    """Old figures struck out before the new ones."""
    for cell in some(number_cells(root), dice, 0.2):
        cell.find(f"{_W}p").insert(1, run("888", w("strike")))


def swapped_rows(root: Element, dice: Random) -> None:
    """Two neighbouring rows of an indicator table change their places."""
    for table in tables(root):
        own = [row for row in rows(table) if row.find(f"{_W}trPr/{_W}tblHeader") is None and len(cells(row)) > 2
               and all(cell.find(f"{_W}tcPr/{_W}vMerge") is None for cell in cells(row))]  # fmt: skip
        if len(own) > 3:
            at = dice.randrange(1, len(own) - 1)
            if own[at].getnext() is own[at + 1]:
                own[at].addprevious(own[at + 1])


MUTATIONS: dict[str, Mutation] = {
    name: one for name, one in list(globals().items())
    if callable(one) and getattr(one, "__module__", "") == __name__ and one.__code__.co_varnames[:2] == ("root", "dice")
}  # fmt: skip
