"""The house in order: imports point down only, each outside library has one door."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parent.parent / "clusterbook"

# Lowest first. A module may import from lower lines only.
FLOORS = (
    (
        "__init__",
        "console",
        "file_problems",
        "verdicts",
        "styles",
        "look_alikes",
        "a1",
        "chinese_numerals",
        "company_names",
        "excel_brackets",
        "excel_texts",
        "excel_values",
        "paths",
        "scratch",
        "allowance",
        "number_formats",
        "odf_names",
    ),
    ("inbox", "excel_functions", "reading", "problems", "appearance"),
    ("excel_operators",),
    ("excel_parts",),
    ("excel_formula",),
    ("excel_results",),
    ("number_spellings", "calendar_spellings", "choice_spellings", "page_spellings"),
    ("spellings", "questions"),
    ("kind",),
    ("number_kinds", "text_kinds", "choice_kinds", "time_kinds"),
    ("kinds",),
    ("seen",),
    ("expressions",),
    ("formulas", "rules", "summary_spec"),
    ("spec",),
    ("faults", "identity"),
    ("report_facts", "report_words"),
    ("report_page",),
    ("report",),
    ("layout", "rounds", "promises"),
    ("measure",),
    ("planner",),
    ("plan_table",),
    ("plan_page", "plan_library"),
    ("plan", "earlier"),
    ("registry", "lists"),
    ("wording", "guard", "sniffing"),
    ("cells", "archives", "ole", "zip_kinds"),
    ("livecheck", "rulebook"),
    ("xlsx_strings", "trial"),
    ("xlsx_book", "xls_texts", "xls_cipher", "xls_formulas", "ole_properties", "biff"),
    ("office_cipher",),
    ("xlsx_scan", "r1c1", "ods_looks"),
    ("xlsx_drawings", "ods_shapes", "xls_shapes"),
    ("xlsx", "xlsb", "xls", "ods", "xml2003"),
    ("findings",),
    ("listing",),
    ("guide", "grid", "template_rules"),
    ("review", "lossless", "filling"),
    ("witnesses", "screen_paper", "hidden_sheets"),
    ("template", "place", "recognize", "evaluate"),
    ("patch", "raw_values"),
    ("row_kinds",),
    ("library_rows",),
    ("overlays",),
    ("sheet_findings", "issued_formulas", "around", "carried", "foreign_saves"),
    ("extract", "roster", "describe"),
    ("issue",),
    ("normalize", "prefill", "remarks"),
    ("schema", "tables", "stored_results", "rulings", "retyped", "causes"),
    ("notice",),
    ("flags",),
    ("returned",),
    ("check", "packages", "pipeline"),
    ("summary_input", "summary_derived", "summary_book"),
    ("summary_figures",),
    ("summary_rolls",),
    ("summary",),
    ("summary_tables", "summary_lists"),
    ("summary_pages", "summary_charts"),
    ("summary_sheets",),
    ("spool", "sandbox"),
    ("across",),
    ("reads", "judge", "attachments"),
    ("batch", "documents", "parquet", "cluster"),
    ("export",),
    ("sending", "verdict_lines"),
    ("importing",),
    ("cli",),
    ("__main__",),
)
# Which modules may import a library that the rest of the house must not know.
DOORS = {
    "xlsxwriter": {"lossless"},
    "pandera": {"schema"},
    "pandas": {"schema"},
    "python_calamine": set(),
    "openpyxl": {"describe"},
    "click": {"cli", "console"},
    "rich": {"console"},
    "pyarrow": {"parquet"},
    "distributed": {"cluster"},
    "isal": {"guard"},
    "msoffcrypto": {"office_cipher"},
    "orjson": {"export"},
    "workbook_specs": {"registry"},
}


def _imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            if node.module == "clusterbook":
                yield from (f"clusterbook.{alias.name}" for alias in node.names)
            else:
                yield node.module


MODULES = sorted(PACKAGE.glob("*.py"))
FLOOR = {name: number for number, floor in enumerate(FLOORS) for name in floor}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_imports_point_down(path: Path) -> None:
    """No module imports from its own floor or one above."""
    assert path.stem in FLOOR, f"{path.name} has no floor: give it one in FLOORS"
    for name in _imports(path):
        if name.startswith("clusterbook."):
            other = name.split(".")[1]
            if other == "__version__":
                continue
            assert FLOOR[other] < FLOOR[path.stem], f"{path.stem} imports {other}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_each_library_has_its_door(path: Path) -> None:
    """Outside libraries are imported only where they are at home."""
    for name in _imports(path):
        door = DOORS.get(name.split(".")[0])
        assert door is None or path.stem in door, f"{path.stem} imports {name}"


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_modules_and_functions_stay_readable(path: Path) -> None:
    """No module over 620 lines, no function over 60."""
    text = path.read_text("utf-8")
    assert text.count("\n") <= 620, path.name
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= 60, f"{path.stem}.{node.name}: {length} lines"


def test_every_floor_names_a_module() -> None:
    """FLOORS has no leftovers."""
    known = {path.stem for path in MODULES}
    assert set(FLOOR) <= known | {"measure", "plan_page", "plan_library", "template_rules"}


def test_specs_use_only_the_vocabulary() -> None:
    """A spec is written in spec, kinds and expressions, and nothing else of the software."""
    allowed = {
        f"clusterbook.{name}" for name in ("spec", "kinds", "expressions", "rules", "summary_spec")
    }
    for path in (PACKAGE.parent / "workbook_specs").glob("*.py"):
        for name in _imports(path):
            if name.startswith("clusterbook"):
                assert name in allowed, f"{path.name} imports {name}"
