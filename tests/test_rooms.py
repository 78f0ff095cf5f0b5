"""The house in order: which room may use which, and which library has its door where."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest
from support.places import ROOT

PACKAGE = ROOT / "clusterbook"

# What a room may import from beside itself and ``EVERYWHERE``. Below stands what is used by those
# above it, so the table reads from the bottom of the house to its roof.
ROOMS: dict[str, tuple[str, ...]] = {
    "forms": (),
    "readers": (),
    "layout": ("forms",),
    "workbook": ("layout", "forms"),
    "returns": ("readers", "layout", "forms"),
    "validation": ("returns", "layout", "forms"),
    "results": ("validation", "layout", "forms"),
    "issuing": ("workbook", "results", "readers", "layout", "forms"),
    "reports": ("results", "workbook", "returns", "validation", "layout", "forms"),
    "office": ("issuing", "results", "workbook", "validation", "layout", "forms"),
    "evidence": ("office", "reports", "workbook", "returns", "validation", "layout", "forms"),
    "word": ("issuing", "workbook", "readers", "layout", "forms"),
    "engine": (
        "word", "evidence", "office", "reports", "results", "validation", "returns", "readers",
        "layout", "forms",
    ),
    "api": (
        "engine", "word", "evidence", "office", "reports", "results", "validation", "issuing",
        "returns", "readers", "workbook", "layout", "forms",
    ),
    "store": ("api", "results"),
    "web": ("store", "api"),
    "testing": ("api", "engine", "results", "validation", "workbook", "layout", "forms"),
}  # fmt: skip
# Modules that stand in no room and rest on nothing but each other: every room may use them.
EVERYWHERE = {"a1", "allowance", "docx_package", "errors", "languages", "number_threads", "paths", "problems", "evidence_problems", "file_problems", "progress",
              "styles", "verdicts"}  # fmt: skip
# The roof: modules that no room may use.
ROOF = {
    "__init__", "__main__", "cli", "cli_desk", "cli_evidence", "cli_options", "cli_rules",
    "cli_word", "refusals", "terminal", "verdict_lines",
}  # fmt: skip

# Where a library that the rest of the house must not know may be imported.
DOORS = {
    "xlsxwriter": {"workbook.locked_book", "workbook.locked_sheet", "workbook.package"},
    "pandera": {"validation.schema", "api.forms"},
    "pandas": {"validation.schema", "api.round", "api.forms"},
    "python_calamine": set(),
    "openpyxl": {"reports.dictionary", "testing.expectations", "testing.live"},
    "pytest": {"testing.checks"},
    "docxtpl": {"reports.feedback.letter_template"},
    "jinja2": {"reports.feedback.letter_template", "web.pages"},
    "click": {
        "cli",
        "cli_desk",
        "cli_evidence",
        "cli_options",
        "cli_rules",
        "cli_word",
        "terminal",
    },
    "rich": {"terminal"},
    "pyarrow": {"results.parquet"},
    "distributed": {"engine.dask"},
    "isal": {"readers.limits", "workbook.package"},
    "msoffcrypto": {"readers.office_cipher"},
    "lxml": {"reports.feedback.letter_template", "word.package", "word.walk"},
    "orjson": {"results.write"},
    "pikepdf": {
        f"evidence.{name}"
        for name in ("contents", "documents", "lettering", "pictures", "survey", "volume")
    },
    "PIL": {"evidence.pictures"},
    "pypdfium2": {"evidence.survey", "evidence.thumbnails"},
    "workbook_specs": {"forms.registry"},
    "alembic": {
        "store.database",
        "store.backups",
        "store.migrations.env",
        "store.migrations.versions.v0001_first",
        "store.migrations.versions.v0002_cited",
        "store.migrations.versions.v0003_month",
    },
    "argon2": {"store.accounts"},
    "segno": {"web.county"},
    "uvicorn": {"web.server"},
}
LONGEST_MODULE, LONGEST_FUNCTION = 500, 60  # lines


def name_of(path: Path) -> str:
    """How a module is imported, without the name of the package."""
    return path.relative_to(PACKAGE).with_suffix("").as_posix().replace("/", ".")


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def imported(path: Path) -> Iterator[str]:
    """Every module that a module names, its own package's without its name."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            base = f"{node.module}."
            inner = {f"{base}{alias.name}" for alias in node.names}
            known = {one for one in inner if one.removeprefix("clusterbook.") in MODULES}
            yield from known or {node.module}


def inside(path: Path) -> Iterator[str]:
    """The modules of this package that a module imports."""
    for name in imported(path):
        if name.startswith("clusterbook."):
            short = name.removeprefix("clusterbook.")
            yield short if short in MODULES else f"{short}.__init__"


def room(module: str) -> str:
    """The room of a module; '' for what stands in none."""
    return module.split(".", maxsplit=1)[0] if "." in module else ""


@pytest.mark.parametrize("module", MODULES)
def test_rooms_use_only_those_below(module: str) -> None:
    for other in inside(MODULES[module]):
        if room(other) == room(module):
            assert room(module) or other in EVERYWHERE or module in ROOF, other
        elif room(other):
            assert module in ROOF or room(other) in ROOMS[room(module)], other
        else:
            assert other in EVERYWHERE, other


def test_nothing_goes_in_circles() -> None:
    """Neither in a room nor between them, packages within rooms included."""
    uses = {module: sorted(set(inside(path)) - {module}) for module, path in MODULES.items()}
    done: set[str] = set()

    def visit(module: str, way: tuple[str, ...]) -> None:
        assert module not in way, " → ".join((*way, module))
        if module not in done:
            for other in uses[module]:
                visit(other, (*way, module))
            done.add(module)

    for module in MODULES:
        visit(module, ())


@pytest.mark.parametrize("module", MODULES)
def test_each_library_has_its_door(module: str) -> None:
    for name in imported(MODULES[module]):
        door = DOORS.get(name.split(".")[0])
        assert door is None or module in door, f"{module} imports {name}"


@pytest.mark.parametrize("module", MODULES)
def test_modules_and_functions_stay_readable(module: str) -> None:
    text = MODULES[module].read_text("utf-8")
    assert text.count("\n") <= LONGEST_MODULE
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name}: {length} lines"


def test_the_table_names_what_there_is() -> None:
    assert {room(module) for module in MODULES} == {"", *ROOMS}
    outside = {module for module in MODULES if not room(module)}
    assert outside == EVERYWHERE | ROOF
    assert set().union(*DOORS.values()) <= set(MODULES)


def test_a_class_name_means_one_thing() -> None:
    homes: dict[str, set[str]] = {}
    for module, path in MODULES.items():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                homes.setdefault(node.name, set()).add(module)
    assert {name: where for name, where in homes.items() if len(where) > 1} == {}


def test_no_two_modules_of_tests_share_a_name() -> None:
    """pytest imports them by their names alone, and then only when all are collected at once."""
    names = sorted(path.name for path in (PACKAGE.parent / "tests").glob("*/test_*.py"))
    assert names == sorted(set(names))


@pytest.mark.parametrize("folder", ["benchmarks", "docs", "samples", "workbook_specs/data"])
def test_scripts_name_what_there_is(folder: str) -> None:
    """They run seldom; what they import, and ask of a module, must be there all the same."""
    for path in sorted((PACKAGE.parent / folder).glob("*.py")):
        tree, modules = ast.parse(path.read_text("utf-8")), {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("clusterbook"):
                for alias in node.names:
                    full = f"{node.module}.{alias.name}"
                    if full.removeprefix("clusterbook.") in MODULES:
                        modules[alias.asname or alias.name] = import_module(full)
                    else:
                        assert hasattr(import_module(str(node.module)), alias.name), path
        asked = (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))
        for node in asked:
            module = modules.get(node.value.id) if isinstance(node.value, ast.Name) else None
            assert module is None or hasattr(module, node.attr), f"{path}: {node.attr}"


def test_specs_use_only_the_vocabulary() -> None:
    """A spec takes its words from ``clusterbook.forms``, and nothing else of the software."""
    for path in (PACKAGE.parent / "workbook_specs").glob("*.py"):
        named = {name for name in imported(path) if name.split(".")[0] == "clusterbook"}
        assert named <= {"clusterbook", "clusterbook.forms"}, path.name
        assert set(inside(path)) <= {"forms.__init__"}, path.name
