"""Long lists are taken as arrays where their XML is plain: with the same answer in every case."""

import random
import re
import zipfile
from io import BytesIO

import pytest

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.readers.grid import GridError, read_grid
from clusterbook.readers.xlsx import plain, scan
from clusterbook.returns import pipeline
from clusterbook.workbook.content import Entries
from clusterbook.workbook.writer import write_template

FORM, LIST, ROWS = "cluster_contest", "existing_enterprises", 140
WRITTEN = ("written", "libreoffice", "openpyxl")


@pytest.fixture(autouse=True)
def _long_enough(monkeypatch):
    """The list of these tests counts as a long one."""
    monkeypatch.setattr(scan, "_LONG", 30_000)


def rows():
    """A list of so many enterprises, some of them typed strangely."""
    for at in range(ROWS):
        yield {
            "enterprise_name": f"样例第{at:03}号<有限>公司&{at}", "city": "邵阳市", "county": "邵东市",
            "park": "无", "profile": f"成立于{1980 + at % 40}年，主营第{at}类产品_x0041_。",
            "products": "钢锤、扳手", "is_scale": "是" if at % 2 else "否",
            "main_revenue_y2": (0.5 + at, f"{at}亿元", 1e-7 * at, 12345678901234567.0, 0.1)[at % 5],
            "contact_name": "张样例", "contact_phone": f"139{at:08}", "related": "是",
        }  # fmt: skip


def saved_as(program, data):
    """The workbook as another program writes its long list: in other words for the same cells."""
    with zipfile.ZipFile(BytesIO(data)) as book:
        parts = {info.filename: book.read(info) for info in book.infolist()}
    name = max((one for one in parts if "worksheets/sheet" in one), key=lambda one: len(parts[one]))
    sheet = parts[name].decode()
    if program == "libreoffice":
        more = ' customFormat="false" hidden="false" outlineLevel="0" collapsed="false">'
        sheet = re.sub(r'(<row r="[0-9]{2,}"[^>]*)(?<!/)>', rf"\1{more}", sheet)
        sheet = re.sub(r'(<c r="[A-Z]+[0-9]+" s="[0-9]+")><v>', r'\1 t="n"><v>', sheet)
        sheet = re.sub(r"</row>", r'<c r="Z9" s="1"/></row>', sheet)
    elif program == "openpyxl":
        texts = re.findall(r"<si><t[^>]*>(.*?)</t></si>", parts["xl/sharedStrings.xml"].decode())
        inline = [text.encode("ascii", "xmlcharrefreplace").decode() for text in texts]
        sheet = re.sub(
            r't="s"><v>([0-9]+)</v>',
            lambda found: f't="inlineStr"><is><t>{inline[int(found[1])]}</t></is>', sheet,
        )  # fmt: skip
    parts[name] = sheet.encode()
    return name, parts


def zipped(parts):
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as book:
        for name, data in parts.items():
            book.writestr(name, data)
    return target.getvalue()


@pytest.fixture(scope="module")
def workbook():
    layout = layouts.of(FORM)
    stamp = Stamp.of(layout.workbook, issue="A1", issued_to="甲县")
    return write_template(layout, stamp, Entries(values={}, rows={LIST: list(rows())}))


def answer(read, data):
    """What is read, or why it is refused."""
    try:
        return read(data)
    except GridError as error:
        return error.code, error.facts


def both(monkeypatch, read, data):
    """What is read with arrays, and without."""
    arrays = answer(read, data)
    with monkeypatch.context() as patch:
        patch.setattr(scan, "_LONG", 1 << 60)
        return arrays, answer(read, data)


@pytest.mark.parametrize("program", WRITTEN)
def test_long_lists_are_taken_as_arrays(workbook, program, monkeypatch):
    name, parts = saved_as(program, workbook)
    arrays, cells = both(monkeypatch, read_grid, zipped(parts))
    assert arrays == cells
    blocks = [sheet.block for sheet in arrays.sheets if sheet.block]
    assert len(blocks) == 1
    assert len(blocks[0].rows) >= ROWS - 40
    assert not [sheet.block for sheet in cells.sheets if sheet.block]
    found, expected = both(monkeypatch, pipeline.read_submission, zipped(parts))
    assert found == expected
    assert len(found.extracted.libraries[LIST].rows) == ROWS
    assert name


# What a cell, a row or a whole sheet may come to; each is put in at a few random places.
TAMPERED = {
    "a formula": (r"<v>([^<]*)</v>", r"<f>1+1</f><v>\1</v>"),
    "an error": (r't="s"><v>[0-9]+</v>', 't="e"><v>#N/A</v>'),
    "a truth": (r't="s"><v>[0-9]+</v>', 't="b"><v>1</v>'),
    "a written text": (r't="s"><v>[0-9]+</v>', 't="str"><v>写&amp;的</v>'),
    "no number": (r"<v>[0-9.]+</v></c>", "<v>1_0</v></c>"),
    "not finite": (r"<v>[0-9.]+</v></c>", "<v>1e999</v></c>"),
    "a long number": (r"<v>[0-9.]+</v></c>", "<v>-12345678901234567890.5E-3</v></c>"),
    "an index with a zero": (r't="s"><v>', 't="s"><v>0'),
    "no such string": (r't="s"><v>[0-9]+</v>', 't="s"><v>9999999</v>'),
    "an empty value": (r"<v>[0-9]+</v>", "<v></v>"),
    "another style": (r's="[0-9]+" t="s"', 's="3" t="s"'),
    "unknown attributes": (r' t="s">', ' t="s" cm="1" ph="0" xyz="ü" a="1" b="2">'),
    "no attributes": (r'(<c r="[A-Z]+[0-9]+")[^>]*>', r"\1>"),
    "no address": (r'<c r="[A-Z]+[0-9]+"', "<c"),
    "an address elsewhere": (r'<c r="[A-Z]+[0-9]+"', '<c r="C3"'),
    "an address in another row": (r'<c r="([A-Z]+)[0-9]+"', r'<c r="\g<1>170"'),
    "an address in small letters": (r'<c r="([A-Z]+)', lambda found: found[0].lower()),
    "an address in dollars": (r'<c r="([A-Z]+)', r'<c r="$\1'),
    "a wide column": (r'<c r="S([0-9]+)"', r'<c r="AB\1"'),
    "a wrong order": (r"(<c r=\"[C-F][0-9]+\".*?</c>)(<c .*?</c>)", r"\2\1"),
    "twice": (r"(<c r=\"[C-F][0-9]+\".*?</c>)", r"\1\1"),
    "a comment": (r"(<c )", r"<!-- <c> -->\1"),
    "an open comment": (r"(<row )", r"<!-->\1"),
    "a processing instruction": (r"(<c )", r"<?x y?>\1"),
    "a text between": (r"(</c>)", r"\1x"),
    "a blank between": (r"(</c>)", r"\1 "),
    "a lost end": (r"</c>", ""),
    "a lost row end": (r"</row>", ""),
    "a sign in an attribute": (r' s="', ' x=">" s="'),
    "a sign in a text": (r"<v>", "<v>>"),
    "a hidden row": (r"(<row r=\"[0-9]+\")", r'\1 hidden="1"'),
    "a row without a number": (r"<row r=\"[0-9]+\"", "<row"),
    "an earlier row": (r"<row r=\"[0-9]+\"", '<row r="7"'),
    "a row with a zero": (r"<row r=\"([0-9]+)\"", r'<row r="0\1"'),
    "row 0": (r"<row r=\"[0-9]+\"", '<row r="0"'),
    "a row of letters": (r"<row r=\"[0-9]+\"", '<row r="A1"'),
    "a row without digits": (r"<row r=\"[0-9]+\"", '<row r=""'),
    "a long row number": (r"<row r=\"([0-9]+)\"", r'<row r="\g<1>0000000"'),
    "an empty row": (r"(<row r=\"[0-9]+\"[^>]*)>.*?</row>", r"\1/>"),
    "a row of blanks": (r"<v>[^<]*</v>", ""),
    "an inline text": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t> &#20013;&lt;x_x0041_ </t></is>'),
    "a kept text": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t xml:space="preserve"> x</t></is>'),
    "a rich text": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><r><t>x</t></r></is>'),
    "an empty inline text": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t></t></is>'),
    "a bad reference": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t>&#1;</t></is>'),
    "the separator": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t>&#63743;\uf8ff</t></is>'),
    "a carriage return": (r"(</c>)", "\\1\r\n"),
    "another prefix": (r"<c ", "<x:c "),
    "a pasted head": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t>企业名称</t></is>'),
    "a total": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t>合计</t></is>'),
    "a note": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t>注：见附表</t></is>'),
    "unseen signs": (r't="s"><v>[0-9]+</v>', 't="inlineStr"><is><t xml:space="preserve">　\u200b</t></is>'),
}  # fmt: skip


def tampered(sheet, what, dice):
    """The sheet with something done to it at one to five places below its head."""
    pattern, new = TAMPERED[what]
    below = sheet.index('<row r="50"')
    found = list(re.finditer(pattern, sheet[below:]))
    for one in sorted(
        dice.sample(found, min(len(found), dice.randint(1, 5))), key=lambda m: -m.start()
    ):
        changed = one.expand(new) if isinstance(new, str) else new(one)
        sheet = sheet[: below + one.start()] + changed + sheet[below + one.end() :]
    return sheet


@pytest.mark.parametrize("program", WRITTEN)
@pytest.mark.parametrize("what", TAMPERED)
def test_whatever_is_done_to_a_list_both_ways_read_the_same(workbook, program, what, monkeypatch):
    """Values, findings and refusals are those of the readers of single cells."""
    name, parts = saved_as(program, workbook)
    sheet = parts[name].decode()
    dice = random.Random(f"{program} {what}")
    changed = zipped({**parts, name: tampered(sheet, what, dice).encode()})
    arrays, cells = both(monkeypatch, read_grid, changed)
    assert arrays == cells
    found, expected = both(monkeypatch, pipeline.read_submission, changed)
    assert found == expected


@pytest.mark.parametrize("program", WRITTEN)
def test_attributes_of_the_same_first_bits_are_told_apart(workbook, program, monkeypatch):
    """All are sorted where two of them would share a place."""
    _, parts = saved_as(program, workbook)
    expected = read_grid(zipped(parts))
    monkeypatch.setattr(plain, "_BUCKET_BITS", 1)
    found = read_grid(zipped(parts))
    assert found == expected
    assert [sheet.block for sheet in found.sheets if sheet.block]


def test_a_block_has_its_cells_where_it_says(workbook):
    (block,) = (sheet.block for sheet in read_grid(workbook).sheets if sheet.block)
    assert sorted(block.places()) == sorted(at for at, _ in block.items())


@pytest.mark.parametrize("block", [True, False])
def test_a_sheet_holds_cells_that_stand_in_it(workbook, block, monkeypatch):
    if not block:
        monkeypatch.setattr(scan, "_LONG", 1 << 60)
    sheet = next(one for one in read_grid(workbook).sheets if "现有企业库" in one.name)
    assert (sheet.block is not None) == block
    assert sheet.holds({})
    assert sheet.holds(sheet.cells)
    last = max(sheet.cells)
    assert not sheet.holds({(0, 0): sheet.cells[0, 0], last: "不同"})
    assert not sheet.holds({(9_999, 0): "甲"})


def test_a_list_of_a_hundred_is_read_cell_by_cell(workbook, monkeypatch):
    """Arrays are made at a price that pays off for longer ones only."""
    monkeypatch.undo()
    assert not [sheet.block for sheet in read_grid(workbook).sheets if sheet.block]


def test_a_sheet_too_long_for_arrays_is_read_cell_by_cell(workbook, monkeypatch):
    """Arrays over all tags of it would take the memory that a worker has."""
    monkeypatch.setattr(scan, "_LONGEST", 50_000)
    grid = read_grid(workbook)
    assert not [sheet.block for sheet in grid.sheets if sheet.block]
    assert len(pipeline.read_submission(workbook).extracted.libraries[LIST].rows) == ROWS
