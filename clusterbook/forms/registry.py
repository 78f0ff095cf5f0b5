"""Which forms are known: those that installed packages register, and those in folders of forms.

A package registers a form as an entry point of the group ``clusterbook.forms``; the forms of this
repository do, too. A folder of forms holds one file per form, named by its id; which folders there
are says CLUSTERBOOK_FORMS, as PATH does. Both ways a form is one callable, ``workbook(options)``,
that gives its spec.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from functools import cache, lru_cache
from hashlib import sha256
from importlib.machinery import ModuleSpec
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from weakref import WeakValueDictionary

from attrs import evolve, frozen

from clusterbook.errors import Error
from clusterbook.forms.consistency import SpecError, check
from clusterbook.forms.folders import VARIABLE, own_folders
from clusterbook.forms.options import FORMS_KEPT, OptionError, Options
from clusterbook.forms.relation_tables import EquationError
from clusterbook.forms.spec import Workbook

GROUP = "clusterbook.forms"
_OF_A_FORM = {".py", ".toml", ".json", ".csv", ".txt"}  # what may decide how a form is read
MAKER = "workbook"  # what a file in such a folder calls the callable

Maker = Callable[[Options], Workbook]


class UnknownFormError(Error, LookupError):
    """No spec has this id; the message names the known ones and the nearest."""


@frozen
class FormSource:
    """Where a form comes from: an entry point, or a file in a folder of forms."""

    form: str
    entry: EntryPoint | None = None
    file: Path | None = None

    def __str__(self) -> str:
        """How complaints call it."""
        return str(self.file) if self.file else f"{self.entry.value if self.entry else ''}"

    def load(self) -> Maker:
        """The callable that gives its spec; whatever its import raises."""
        if self.file is not None:
            return _callable(getattr(_from_file(self.file), MAKER, None), str(self.file))
        assert self.entry is not None  # noqa: S101 - a form comes from somewhere
        return _callable(self.entry.load(), self.entry.value)

    def folder(self) -> Path:
        """Where it and what belongs to it are: its kept plans in ``data`` there."""
        if self.file is not None:
            return self.file.parent
        assert self.entry is not None  # noqa: S101
        found = find_spec(self.entry.module)  # not loaded: a round may have returns of others only
        if found is None or found.origin is None:
            raise ImportError(f"there is no module {self.entry.module}")
        return Path(found.origin).parent


def _callable(found: object, where: str) -> Maker:
    if not callable(found):
        raise TypeError(f"{where} has no callable {MAKER}(options)")
    made: Maker = found
    return made


def _from_file(path: Path) -> ModuleType:
    """The module of a file, in a package of its folder, so that it may import what lies beside."""
    package = f"_forms_{sha256(str(path.parent).encode()).hexdigest()[:12]}"
    if package not in sys.modules:
        outer = module_from_spec(ModuleSpec(package, None, is_package=True))
        outer.__path__ = [str(path.parent)]
        sys.modules[package] = outer
    name = f"{package}.{path.stem}"
    if name not in sys.modules:
        spec = spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            raise ImportError(f"{path} cannot be imported")
        module = module_from_spec(spec)
        sys.modules[name] = module
        try:
            spec.loader.exec_module(module)
        except BaseException:
            del sys.modules[name]
            raise
    return sys.modules[name]


# --- finding -------------------------------------------------------------------------------------


def _found() -> Iterator[FormSource]:
    for entry in entry_points(group=GROUP):
        yield FormSource(entry.name, entry=entry)
    for folder in own_folders():
        if not folder.is_dir():
            raise SpecError(str(folder), [f"{VARIABLE} names no folder"])
        for path in sorted(folder.glob("*.py")):
            if not path.name.startswith("_"):
                yield FormSource(path.stem, file=path)


@cache
def sources() -> Mapping[str, FormSource]:
    """The known forms by id; SpecError where two places give the same one."""
    found: dict[str, FormSource] = {}
    for one in _found():
        known = found.setdefault(one.form, one)
        if str(known) != str(one):
            raise SpecError(one.form, [f"both {known} and {one} are called so"])
    return dict(sorted(found.items()))


def form_ids() -> tuple[str, ...]:
    """The ids of all forms."""
    return tuple(sources())


@cache
def folders() -> tuple[Path, ...]:
    """Where the specs and their data are."""
    return tuple(dict.fromkeys(one.folder() for one in sources().values()))


def files() -> Iterator[tuple[str, Path]]:
    """What decides how a form is read, each under its name: its folder, and ``data`` in it."""
    for folder in folders():
        for path in sorted((*folder.glob("*"), *folder.glob("data/*"))):
            if path.suffix in _OF_A_FORM and path.is_file():
                yield path.relative_to(folder).as_posix(), path


# --- loading -------------------------------------------------------------------------------------


def maker(form: str) -> Maker:
    """The callable that gives the spec of a form; UnknownFormError, or SpecError."""
    known = sources()
    if form not in known:
        from difflib import get_close_matches  # noqa: PLC0415 - hardly ever

        near = get_close_matches(form, known, n=1)
        hint = f"，您是否要找 {near[0]}？" if near else "。"
        raise UnknownFormError(
            f"没有名为“{form}”的申报表{hint}可用的有：{'、'.join(known)}",
            form=form, known=tuple(known), near=near,
        )  # fmt: skip
    try:
        return known[form].load()
    except EquationError as error:
        raise SpecError(form, error.faults) from error
    except Exception as error:
        raise _broken(form, known[form], error) from error


@lru_cache(maxsize=FORMS_KEPT)
def workbook(form: str, options: Options | None = None) -> Workbook:
    """The checked spec of a form; UnknownFormError, or SpecError with every fault of the spec.

    OptionError where the form says that it cannot be had with these options.
    """
    make = maker(form)
    try:
        made = make(options or Options())
    except (SpecError, OptionError):
        raise
    except EquationError as error:
        raise SpecError(form, error.faults) from error
    except Exception as error:
        raise _broken(form, sources()[form], error) from error
    if not isinstance(made, Workbook):
        raise SpecError(form, [f"{sources()[form]} gives {type(made).__name__}, not a Workbook"])
    if made.id != form:
        raise SpecError(form, [f"{sources()[form]} calls itself {made.id!r}"])
    _check_month(made, options or Options())
    try:
        checked = check(made)
    except SpecError:
        raise
    except Exception as error:  # a spec that is put together as nobody thought of
        raise _broken(form, sources()[form], error) from error
    AT_HAND[form, evolve(options or Options(), rows=None)] = checked
    return checked


# Specs at hand, whatever the size of their lists.
AT_HAND: WeakValueDictionary[tuple[str, Options], Workbook] = WeakValueDictionary()


def of_any_size(form: str, options: Options) -> Workbook:
    """The spec of a form with these options, but for the size of lists: whichever is at hand."""
    return AT_HAND.get((form, evolve(options, rows=None))) or workbook(form, options)


def _check_month(made: Workbook, options: Options) -> None:
    """OptionError where a form has no round of the month asked for."""
    title, month = made.title.strip(), options.month
    if month and not made.months:
        raise OptionError(f"“{title}”不按月报送，不要写月份。", form=made.id, month=month)
    if month and month not in made.months:
        told = "、".join(f"{one}月" for one in made.months)
        raise OptionError(
            f"“{title}”没有{month}月的一期，可写的月份有{told}。", form=made.id, month=month
        )


def _broken(form: str, source: FormSource, error: Exception) -> SpecError:
    """A spec that Python cannot make sense of, with the line of it that says so."""
    lines = [one for one in extract_tb(error.__traceback__) if _is_of(one.filename, source)]
    if isinstance(error, SyntaxError) and error.lineno:
        where = f"{error.filename}, line {error.lineno}"
    elif lines:
        where = f"{lines[-1].filename}, line {lines[-1].lineno}"
    else:
        where = str(source)
    return SpecError(form, [f"{where}: {type(error).__name__}: {error}"])


def _is_of(file: str, source: FormSource) -> bool:
    if source.file is not None:
        return Path(file).parent == source.file.parent
    return source.entry is not None and source.entry.module.split(".")[0] in Path(file).parts
