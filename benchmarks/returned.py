"""What it costs to send workbooks back, against issuing them. ``run.py`` measures and prints it."""

import hashlib
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import corpus
import provincial
from attrs import evolve
from support import fill

from clusterbook.forms.stamp import Stamp
from clusterbook.layout import layouts
from clusterbook.layout.layout import Layout
from clusterbook.reports.feedback import letter as notice
from clusterbook.reports.feedback import marked_copy, message, remarks
from clusterbook.returns import pipeline
from clusterbook.validation import check, normalize
from clusterbook.validation.typed_data import Data
from clusterbook.workbook import frames, writer

_Judged = tuple[str, Data, list[object], Stamp]
FORM = "cluster_contest"
_IN_A_ROW = 8  # copies that are sent back one after the other
WRONG = "约12"  # what stands in every tenth number cell of the returned workbooks


@contextmanager
def nothing_remembered(layout: Layout) -> Iterator[None]:
    """As if no workbook of a layout had been written before: bounds were set against that."""
    kept = frames._KNOWN.pop(layout, {})  # noqa: SLF001
    yield
    frames._KNOWN[layout] = kept  # noqa: SLF001


def built(layout: Layout) -> bytes:
    """A blank with nothing remembered."""
    with nothing_remembered(layout):
        return _blank(layout)


def bench_returned(
    rounds: int,
    medians: Callable[[dict[str, Callable[[], object]], int], dict[str, float]],
    ratio: Callable[[float, float], str],
    count: int = 20,
) -> list[tuple[str, str, str]]:
    """Returned copies and notices of ``count`` filled workbooks against as many blanks."""
    layout = layouts.of(FORM)
    came = [_judged(_filled(number)) for number in range(count)]
    problems = sum(len(one[2]) for one in came) // count

    def copies() -> None:
        for one in came:
            _copy(one)

    def notices() -> None:
        for _, data, found, stamp in came:
            letter = notice.Letter(
                title=layout.workbook.title, file="x.xlsx", issued_to=stamp.issued_to,
                remarks=remarks.remarks(found, layout, data.extracted[0]), copy="x-R1.xlsx",
            )  # fmt: skip
            notice.notice(letter)
            message.chat_text(letter)

    candidates: dict[str, Callable[[], object]] = {
        "blanks": lambda: [built(layout) for _ in range(count)],
        "copies": copies,
        "notices": notices,
    }
    times = medians(candidates, rounds)
    both = times["copies"] + times["notices"]
    return [
        (f"returned copies and notices of {count} workbooks ({problems} problems each) / issuing "
         f"{count} blanks", ratio(both, times["blanks"]), "< 3"),
        ("a returned copy, CPU", f"{times['copies'] / count * 1000:.0f} ms", "for orientation"),
        ("a notice, CPU", f"{times['notices'] / count * 1000:.1f} ms", "for orientation"),
    ]  # fmt: skip


def bench_copy(
    rounds: int,
    medians: Callable[[dict[str, Callable[[], object]], int], dict[str, float]],
    ratio: Callable[[float, float], str],
) -> list[tuple[str, str, str]]:
    """The returned copy of a workbook with a few problems against building a blank.

    In the provincial corpus workbooks differ in their texts alone. Those of ``corpus`` are of
    counties with more and fewer enterprises, so that most of their formulas have other results.
    Each turn sends back the next few, as an import sends back hundreds; none is sent back twice.
    """
    turns = 2 * rounds + 2  # the first of which is not counted
    with tempfile.TemporaryDirectory() as name:
        provincial.write(Path(name) / "alike", _IN_A_ROW * turns, 50, dirty=True)
        for number in range(_IN_A_ROW * turns):
            corpus.write(
                Path(name) / "others", 1, enterprises=(44, 50, 57)[number % 3], dirty=True,
                first=number,
            )  # fmt: skip
        kinds = {
            words: [_judged(path.read_bytes()) for path in sorted((Path(name) / folder).iterdir())]
            for words, folder in (("figures alike", "alike"), ("all figures others", "others"))
        }
    layout = layouts.of_stamp(kinds["figures alike"][0][3])

    def copies(came: Iterator[_Judged]) -> None:
        for one in islice(came, _IN_A_ROW):
            _copy(one)

    candidates: dict[str, Callable[[], object]] = {
        "built": lambda: [built(layout) for _ in range(_IN_A_ROW)],
        "again": lambda: [_blank(layout) for _ in range(_IN_A_ROW)],
    }
    lines = []
    for words, came in kinds.items():  # not by turns: a round is of one kind
        times = medians({**candidates, "copies": partial(copies, iter(came))}, turns - 1)
        problems = sum(len(one[2]) for one in came) // len(came)
        lines.append((f"returned copy ({problems} problems, {words}) / building a blank",
                      ratio(times["copies"], times["built"]), "≤ 0.3"))  # fmt: skip
    again = ratio(times["again"], times["built"])
    return [*lines, ("another blank / building a blank", again, "—")]


def _filled(number: int) -> bytes:
    """A workbook with 50 enterprises, a tenth of whose figures are no numbers."""
    layout = layouts.of(FORM)
    answers = fill.fill(layout, seed=number, rows=50).answers()
    values, rows = dict(answers.values), {k: list(v) for k, v in answers.rows.items()}
    figures = [key for key, value in values.items() if isinstance(value, float)]
    values |= dict.fromkeys(figures[::10], WRONG)
    firms = rows["existing_enterprises"]
    rows["existing_enterprises"] = [
        {**row, "main_revenue_y2": WRONG} if at % 10 == 0 else row for at, row in enumerate(firms)
    ]
    stamp = Stamp.of(layout.workbook, issue=f"B{number:05d}", issued_to=f"样例{number:05d}")
    return writer.write_template(layout, stamp, evolve(answers, values=values, rows=rows))


def _copy(one: _Judged) -> bytes:
    digest, data, problems, stamp = one
    return marked_copy.returned_copy(data, 0, stamp, problems, file="x.xlsx", sha256=digest)


def _judged(data: bytes) -> _Judged:
    """Hash, typed values, problems and stamp, as the second phase of an import has them."""
    read = pipeline.read_submission(data)
    found = normalize.normalize(layouts.of_stamp(read.stamp), [read.extracted])
    check.check(found)
    digest = hashlib.sha256(data).hexdigest()
    return digest, found, [*read.problems, *found.problems[0]], read.stamp


def _blank(layout: Layout) -> bytes:
    return writer.write_template(layout, Stamp.of(layout.workbook))
