"""Whether two checkouts write the same: blanks, dictionaries, an import, its summary, a check.

    python tests same_outputs BEFORE AFTER [--made 60] [--returns FOLDER]...

Each checkout runs with the interpreter of its own .venv, or with this one where it has none, in
folders of its own, on the same returns: the samples of AFTER, good and bad; as many made up ones as
are asked for, honest ones and, turn by turn, those that something was done to; those in further
folders. The cache is left out, as its keys hold a hash of the software; everything else must be
equal.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

FORMS = ("cluster_contest", "fujian_sme_cluster")
MADE = 60


def written(checkout: Path, folder: Path, returns: Sequence[Path]) -> None:
    """All that the commands of a checkout write about these returns."""
    own = checkout / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable

    def run(*arguments: str) -> str:
        done = subprocess.run(
            [python, "-m", "clusterbook", *arguments], cwd=folder, capture_output=True,
            encoding="utf-8", check=False, env={**os.environ, "PYTHONPATH": str(checkout)},
        )  # fmt: skip
        if done.returncode not in (0, 1) or "Traceback" in done.stderr:
            raise SystemExit(f"{checkout}: {' '.join(arguments)}\n{done.stderr}")
        return done.stdout

    folder.mkdir()
    for form in FORMS:
        run("blank", form, "-o", f"{form}.xlsx")
        for kind in ("json", "md", "xlsx"):
            run("describe", form, "--format", kind, "-o", f"dictionary_{form}.{kind}")
    given = list(map(str, returns))
    (folder / "import.txt").write_text(run("import", *given, "-o", "out", "--deadline", "3月15日"))
    run("summarize", "out", "-o", "summary.xlsx", "--include-returned")
    (folder / "check.txt").write_text(run("check", *given))
    shutil.rmtree(folder / "out" / ".cache")


def make(folder: Path, count: int) -> None:
    """So many returns of both forms: every other one with something done to it."""
    from support.mutation_kit import MUTATIONS, mutated
    from system import mutations  # noqa: F401 - it makes the kit
    from system.honest import write

    names = sorted(MUTATIONS)
    folder.mkdir()
    for number in range(count):
        form, turn = FORMS[number // 2 % len(FORMS)], number // 2
        if number % 2:
            name = names[turn * len(names) * 2 // max(count, 1) % len(names)]
            data = mutated(form, [name], number, issue=f"MADE{number:04}").book.bytes()
        else:
            data = write(form, number)
        (folder / f"{number:04}.xlsx").write_bytes(data)


def differences(before: Path, after: Path) -> Iterator[str]:
    """Files that one has and the other has not, or has otherwise."""
    for path in sorted({*_files(before), *_files(after)}):
        one, other = before / path, after / path
        if not one.is_file() or not other.is_file():
            yield f"only {'after' if other.is_file() else 'before'}: {path}"
        elif not filecmp.cmp(one, other, shallow=False):
            yield f"differs: {path}"


def _files(folder: Path) -> Iterator[str]:
    return (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    parser.add_argument("--made", type=int, default=MADE, help="how many returns to make up")
    parser.add_argument("--returns", type=Path, action="append", default=[])
    args = parser.parse_args()
    returns = [(args.after / "samples").resolve(), *(one.resolve() for one in args.returns)]
    with tempfile.TemporaryDirectory() as name:
        places = Path(name) / "before", Path(name) / "after"
        if args.made:
            make(Path(name) / "made", args.made)
            returns.append(Path(name) / "made")
        for checkout, place in zip((args.before, args.after), places, strict=True):
            written(checkout.resolve(), place, returns)
        found = list(differences(*places))
        count = len(list(_files(places[1])))
    print(*found, f"{count} files, {len(found)} differences", sep="\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
