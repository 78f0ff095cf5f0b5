"""The annex of a printed form read back: answers by their names, lists by rows and names."""

from __future__ import annotations

from collections.abc import Iterator

from clusterbook.forms.kinds import Raw
from clusterbook.forms.parsing.folding import fold, name_key
from clusterbook.layout.layout import Body
from clusterbook.word import annex
from clusterbook.word.document import WordCell, WordTable
from clusterbook.word.placing import Placer
from clusterbook.word.readings import READ, Item, is_empty, raw_of


def read_annex(placer: Placer) -> None:
    """Everything that stands behind the title of the annex."""
    stream = placer.stream
    start = next((number for number, line in enumerate(stream.lines)
                  if line.cell is None and line.text == annex.TITLE), None)  # fmt: skip
    if start is None:
        return
    for number in range(start, len(stream.lines)):
        line = stream.lines[number]
        if line.cell is None and not is_empty(line.text):
            placer.used.add(number)
    sheets = {plan.name: plan for plan in placer.layout.sheets if plan.body is not None}
    for table, above in _tables(placer, start):
        heads = [cell.text for cell in table.rows[0]]
        if tuple(heads) == annex.HEADS:
            _answers(placer, table)
        elif tuple(heads) == annex.REASON_HEADS:
            _reasons(placer, table)
        elif heads[:1] == [annex.ROW_HEAD] and above in sheets:
            _rows(placer, table, sheets[above].library)


def _tables(placer: Placer, start: int) -> Iterator[tuple[WordTable, str]]:
    """The tables behind a line, each with the text above it."""
    stream = placer.stream
    for table in stream.tables.values():
        first = min((stream.first_line[id(cell)] for cell in table.cells()), default=-1)
        if first > start:
            above = next((line.text for line in reversed(stream.lines[start:first])
                          if line.cell is None and not is_empty(line.text)), "")  # fmt: skip
            yield table, above


def _use(placer: Placer, cells: tuple[WordCell, ...]) -> None:
    for cell in cells:
        placer.use(cell)


def _answers(placer: Placer, table: WordTable) -> None:
    layout = placer.layout
    keys = {(sheet, fold(path)): key for key, (sheet, path) in annex.place_names(layout).items()}
    _use(placer, table.rows[0])
    for sheet, path, answer in (row for row in table.rows[1:] if len(row) == len(annex.HEADS)):
        key = keys.get((sheet.text, fold(path.text)))
        if key is not None and not layout.slots[key][0].locked:
            _use(placer, (sheet, path, answer))
            placer.take(key, answer.text, answer.place)


def _reasons(placer: Placer, table: WordTable) -> None:
    known = {code for code, _ in placer.layout.reasons}
    _use(placer, table.rows[0])
    for row in table.rows[1:]:
        if len(row) == len(annex.REASON_HEADS) and row[0].text in known:
            _use(placer, row)
            placer.readings.reasons[row[0].text] = row[1].text


def _rows(placer: Placer, table: WordTable, body: Body) -> None:
    """Columns that the form does not print, joined to their rows by number and by name."""
    library, readings = body.library, placer.readings
    columns = {fold(column.path): column for column in body.inputs}
    by_key = {column.field.key: column for column in body.inputs}
    heads = [columns.get(fold(cell.text)) for cell in table.rows[0][1:]]
    _use(placer, table.rows[0])
    names = tuple(one.field.key for one in annex.names_in(body))
    whole = all(column.field.added for column in body.inputs)
    rows = readings.rows.setdefault(library.key, [])
    places = readings.row_places.setdefault(library.key, [])
    for cells in table.rows[1:]:
        if len(cells) != len(table.rows[0]) or not cells[0].text.strip().isdecimal():
            continue
        at = int(cells[0].text) - 1
        values = {one.field.key: cell for one, cell in zip(heads, cells[1:], strict=True)
                  if one is not None and not is_empty(cell.text)}  # fmt: skip
        _use(placer, cells)
        if whole:
            while len(rows) <= at <= len(rows) + _MOST:
                rows.append({})
                places.append(cells[0].place)
            row: dict[str, Raw] | None = rows[at] if at < len(rows) else None
        else:
            row = _named(rows, at, names, values)
        for key, cell in values.items():
            column = by_key[key]
            if key in names and not whole:
                continue
            label = f"{placer.layout.sheet_of[column.key].name} › {column.path}（第{at + 1}行）"
            raw, why = raw_of(column.field.kind, cell.text, label)
            if row is None or raw is None:
                told = why or "附表的这一行在名单中找不到"
                readings.unsure(column.key, label, cell.text, cell.place, told)
            else:
                row[key] = raw
                readings.items.append(Item(result=READ, key=column.key, label=label,
                                           text=cell.text.strip(), place=cell.place))  # fmt: skip
    if not rows:
        del readings.rows[library.key], readings.row_places[library.key]


_MOST = 20_000


def _named(
    rows: list[dict[str, Raw]], at: int, identity: tuple[str, ...], values: dict[str, WordCell]
) -> dict[str, Raw] | None:
    """The row that has this number and this name, or the only one of this name."""
    named = {key: name_key(values[key].text) for key in identity if key in values}

    def same(row: dict[str, Raw]) -> bool:
        return all(name_key(str(row.get(key, ""))) == text for key, text in named.items())

    if at < len(rows) and same(rows[at]):
        return rows[at]
    found = [row for row in rows if same(row)] if named else []
    return found[0] if len(found) == 1 else None
