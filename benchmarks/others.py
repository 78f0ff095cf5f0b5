"""Other ways to the data of the provincial corpus, beside merely reading it with calamine.

    python benchmarks/others.py frictionless|pandas|polars FOLDER

None of them finds moved rows, reads spellings, or checks more than types and bounds.
"""

import importlib.util
import io
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import provincial
from provinces import imported
from scale import CALAMINE, ROOT, Line, cost, spread

# Workbooks: other ways take seconds for each, ours so little that a few tell nothing.
_FEW, _SOME, _MORE, _MANY = 4, 12, 24, 104
WAYS = {
    "frictionless": "frictionless: every sheet read and its types checked",
    "pandas": "pandas (calamine engine) and pandera, table by table",
    "polars": "polars (calamine engine): every sheet read",
}


def bench_others(rounds: int) -> Iterator[Line]:
    """The marginal workbook of 50 enterprises in other ways, and in ours."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        sizes = {size: scratch / str(size) for size in (_FEW, _SOME, _MORE, _MANY)}
        for size, folder in sizes.items():
            provincial.write(folder, size, 50)
        scripts = {way: [__file__, way] for way in WAYS if _installed(way)}

        def taken(*command: str, last: str = "", more: int = _MORE) -> float:
            """CPU of a workbook more."""
            after = [last] if last else []
            costs = [cost(sys.executable, *command, str(sizes[size]), *after).cpu
                     for size in (more, _FEW)]  # fmt: skip
            return (costs[0] - costs[1]) / (more - _FEW)

        def ours() -> float:
            shutil.rmtree(scratch / "out", ignore_errors=True)
            costs = [imported(sizes[size], scratch / "out" / str(size)) for size in (_MANY, _FEW)]
            return (costs[0] - costs[1]) / (_MANY - _FEW)

        naive = str(ROOT / "benchmarks" / "naive.py")
        taken("-c", CALAMINE)  # nothing of it is read from the disk any more
        straight, own = [], []
        for _ in range(2 * rounds + 1):  # each figure is told from four runs, all of which vary
            straight.append(taken(naive, last=str(scratch / "made")))
            own.append(ours())
        calamine: list[float] = []
        ways: dict[str, list[float]] = {way: [] for way in scripts}
        for _ in range(min(rounds, 3)):
            calamine.append(taken("-c", CALAMINE, more=_MANY))
            for way, found in ways.items():
                found.append(taken(*scripts[way], more=_SOME))
        yield ("straightforward openpyxl, pandas and pandera script / this import, a marginal workbook",
               spread(_over(straight, own)), "≥ 34")  # fmt: skip
        for way, words in WAYS.items():
            told = spread(_over(ways[way], calamine)) if way in ways else "not installed"
            yield f"{words} / calamine, a marginal workbook", told, "beside it"


def _over(ones: list[float], others: list[float]) -> list[float]:
    return [one / other for one, other in zip(ones, others, strict=True)]


def _installed(way: str) -> bool:
    needed = {"polars": ("polars", "fastexcel")}.get(way, (way,))
    return all(importlib.util.find_spec(name) is not None for name in needed)


# --- the ways ------------------------------------------------------------------------------------


def by_frictionless(path: Path) -> None:
    """Every sheet as a resource whose schema is guessed and held against all rows."""
    from frictionless import Resource, formats
    from python_calamine import CalamineWorkbook

    for name in CalamineWorkbook.from_path(str(path)).sheet_names:
        control = formats.ExcelControl(sheet=name)
        Resource(path=path.name, basepath=str(path.parent), control=control).validate()


def by_pandas(path: Path) -> None:
    """Every list of the form as a frame, its columns through pandera."""
    import pandas as pd
    from pandera.errors import SchemaErrors

    from clusterbook.layout import layouts
    from clusterbook.validation import schema

    sheets = pd.read_excel(
        io.BytesIO(path.read_bytes()), sheet_name=None, header=None, engine="calamine"
    )
    for plan in layouts.of("cluster_contest").sheets:
        if plan.body is None or plan.name not in sheets:
            continue
        frame = sheets[plan.name]
        inputs = [column for column in plan.body.inputs if column.col < frame.shape[1]]
        rows = frame.iloc[plan.body.first_row :, [column.col for column in inputs]]
        rows = rows.dropna(how="all").astype(object)
        rows.columns = [column.field.key for column in inputs]
        try:
            fields = {column.field.key: column.field for column in inputs}
            schema.table_schema(fields).validate(rows, lazy=True)
        except SchemaErrors:
            continue


def by_polars(path: Path) -> None:
    """Every sheet as a frame, without a check."""
    import polars as pl

    pl.read_excel(path, sheet_id=0, has_header=False, engine="calamine", raise_if_empty=False)


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    way = {"frictionless": by_frictionless, "pandas": by_pandas, "polars": by_polars}[sys.argv[1]]
    for file in sorted(Path(sys.argv[2]).glob("*.xlsx")):
        way(file)
