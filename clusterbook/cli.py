"""The commands. No logic: each hands its arguments on and prints what comes back.

Only click is imported at the top, so that ``--help`` answers at once. Exit codes: 0 all passed, 1
something was returned, waits for an explanation or could not be read, 2 wrong usage.
"""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clusterbook import __version__

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from datetime import datetime

    from clusterbook.export import Choices
    from clusterbook.identity import Registered
    from clusterbook.issue import Roster
    from clusterbook.judge import Batch
    from clusterbook.layout import Layout
    from clusterbook.pipeline import Submission
    from clusterbook.prefill import Prefilled
    from clusterbook.problems import Problem
    from clusterbook.reads import Found

PASSED, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130
ROWS_LIMIT = 20_000
_LINES_EVERY = 25  # files between two lines of progress where there is no terminal

_ENGLISH = {
    "通过": "passed", "待说明": "to be explained", "退回": "returned", "无法读取": "unreadable",
    "被替代": "replaced", "跳过": "skipped", "错误": "error", "需说明": "explain", "提示": "info",
    "整个文件": "whole file", "怎样更正：": "To mend: ",
}  # fmt: skip
_CAUSES = {
    errno.EACCES: "没有权限，或文件正被其他程序打开", errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的", errno.ENOSPC: "磁盘已满", errno.ENOENT: "找不到",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹", errno.EISDIR: "这是文件夹，不是文件",
    errno.ENAMETOOLONG: "名称太长", errno.EEXIST: "路径中有一段是文件，不是文件夹",
}  # fmt: skip
_VERDICTS = ("通过", "待说明", "退回", "无法读取", "被替代", "跳过")
_OUTPUTS = (
    ("submissions.csv", "每个文件一行：结论和问题数", "one row per file: verdict, counts"),
    ("problems.csv", "全部问题：位置、内容、怎样更正", "every problem: place, what, how to mend"),
    ("tables", "数据表：各项数值和各库", "the data: values and libraries"),
    ("submissions", "每份一个 JSON 文件", "one JSON file per submission"),
    ("returned", "退回用的标注副本", "marked copies to send back"),
    ("report.html", "汇总报告页", "the report page"),
    ("excel", "用 Excel 打开的 CSV，改动数见 changed_cells.json", "CSV files for Excel"),
)


class Refused(click.ClickException):
    """Something the operator has to put right first."""

    exit_code = MISUSED


class _Commands(click.Group):
    """Commands whose result is the exit code and whose complaints are Chinese."""

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:
        """Runs the program, and ends it unless ``standalone_mode`` is off."""
        extra["standalone_mode"] = False
        if not standalone_mode:
            return super().main(*args, **extra)
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # consoles that cannot show every sign
                stream.reconfigure(errors="replace")
        try:
            code = super().main(*args, **extra)
        except click.ClickException as error:
            _complain(error)
            sys.exit(error.exit_code)
        except click.Abort:
            click.echo("已中断。", err=True)
            sys.exit(INTERRUPTED)
        sys.exit(code if isinstance(code, int) else PASSED)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command of this name, or the names that there are."""
        if not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            names = "、".join(self.list_commands(ctx))
            raise click.UsageError(f"没有命令“{args[0]}”，可用的有：{names}。", ctx)
        return super().resolve_command(ctx, args)


def _complain(error: click.ClickException) -> None:
    text = error.format_message()
    if isinstance(error, click.MissingParameter):
        text = f"缺少 {_hint(error)}。"
    elif isinstance(error, click.NoSuchOption):
        near = "、".join(error.possibilities or ())
        text = f"没有选项 {error.option_name}" + (f"，是不是 {near}？" if near else "。")
    elif isinstance(error, click.BadOptionUsage):
        text = f"选项 {error.option_name} 的用法不对：后面要写内容，或不能写内容。"
    elif isinstance(error, click.BadParameter):
        text = f"{_hint(error)} {_expected(error)}。"
    elif text.startswith("Got unexpected extra argument"):
        text = f"多余的内容：{text.partition('(')[2].rstrip(').')}。"
    click.echo(f"错误：{text}", err=True)
    if isinstance(error, click.UsageError) and error.ctx is not None:
        click.echo(f"用法见 {error.ctx.command_path} --help", err=True)


def _hint(error: click.BadParameter) -> str:
    """What a parameter is called on the command line."""
    if isinstance(error.param, click.Argument):
        return error.param.metavar or str(error.param.name).upper()
    return " / ".join(error.param.opts) if error.param is not None else str(error.param_hint or "")


def _expected(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.IntRange):
        return f"应为 {kind.min} 至 {kind.max} 的整数"
    if isinstance(kind, click.Choice):
        return f"应为 {'、'.join(map(str, kind.choices))} 之一"
    return "应为 2026-01-31 样式的日期" if isinstance(kind, click.DateTime) else error.message


_help_option = click.help_option("-h", "--help", help="显示帮助。")


@click.group(
    cls=_Commands, invoke_without_command=True, context_settings={"max_content_width": 100}
)
@click.version_option(
    __version__, "--version", help="显示版本。", message="clusterbook %(version)s"
)
@_help_option
@click.pass_context
def cli(ctx: click.Context) -> None:
    """产业集群申报工作簿：发放、检查、导入。

    各命令的用法见 clusterbook 命令 --help。

    退出码：0 全部通过，1 有退回、待说明或无法读取的，2 用法不对。
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        ctx.exit(MISUSED)


def main() -> None:
    """Entry point of the console script."""
    cli(prog_name="clusterbook")


# --- options --------------------------------------------------------------------------------------


_PATH = click.Path(path_type=Path)
_DAY = click.DateTime(formats=["%Y-%m-%d"])
_form_argument = click.argument("form", metavar="FORM")
_paths_argument = click.argument("paths", metavar="PATH...", nargs=-1, required=True, type=_PATH)
_year_option = click.option("--year", type=click.IntRange(2000, 2100), default=2025,
                            show_default=True, help="填报数据的最近年度。")  # fmt: skip
_province_option = click.option("--province", metavar="NAME", default="",
                                help="省份全称，如 湖南省。")  # fmt: skip
_years_option = click.option("--years", type=click.Choice(["rolled", "as-printed"]),
                             default="rolled", show_default=True,
                             help="年份按 --year 推算，或照原表所印。")  # fmt: skip
_rows_option = click.option("--rows", type=click.IntRange(1, ROWS_LIMIT),
                            help="企业库预留的行数。")  # fmt: skip
_lang_option = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh",
                            show_default=True, help="问题说明用的语言。")  # fmt: skip


# --- forms, blank, describe -----------------------------------------------------------------------


@cli.command()
@_help_option
def forms() -> int:
    """列出可用的申报表：编号、版本、年度、表数、字段数、名称。"""
    from clusterbook import registry

    for form in registry.form_ids():
        layout = registry.layout(form)
        book = layout.workbook
        fields = len(layout.slots) + len(layout.columns)
        click.echo(
            f"{form:<20} {book.version:<8} {book.options.report_year}年度  "
            f"{len(layout.sheets)}张表  {fields}个字段  {book.title.strip()}"
        )
    return PASSED


@cli.command()
@_help_option
@_form_argument
@click.option("-o", "--output", "out", metavar="FILE|FOLDER", type=_PATH,
              help="输出的 .xlsx 文件；用 --roster 时是新的或空的文件夹。")  # fmt: skip
@_year_option
@_province_option
@_years_option
@_rows_option
@click.option("--roster", type=_PATH, help="发放名单（.csv 或 .xlsx），每行生成一份。")
@click.option("--date", "issued_on", metavar="YYYY-MM-DD", type=_DAY,
              help="登记表中的发放日期，默认今天；只和 --roster 一起用。")  # fmt: skip
@click.option("--prefill", "earlier", metavar="OUT|FILE", type=_PATH,
              help="用以前一轮的内容预填：import 的输出文件夹、其中一份 .json，或一份返回的工作簿；"
                   "同一年度的数填到同一年度的栏，预填清单在 prefill.csv。")  # fmt: skip
def blank(
    *, form: str, out: Path | None, year: int, province: str, years: str, rows: int | None,
    roster: Path | None, issued_on: datetime | None, earlier: Path | None,
) -> int:  # fmt: skip
    """生成空白申报工作簿，或按名单逐份发放。"""
    layout = _layout(form, year=year, province=province, years=years, rows=rows)
    if rows and not any(lib.resizable for lib in layout.workbook.libraries().values()):
        click.echo("提示：这张申报表没有可调行数的库，--rows 不起作用。", err=True)
    if roster is not None:
        return _issue(layout, roster, out or Path(f"{form}-{year}"), issued_on, earlier)
    if issued_on:
        raise click.UsageError("--date 只和 --roster 一起使用。", click.get_current_context())
    target = out or Path(f"{form}-{year}.xlsx")
    _check_file(target, ".xlsx")

    from clusterbook.identity import Stamp
    from clusterbook.template import write_template

    filled = _prefilled(layout, None, earlier) if earlier is not None else None
    answers = filled.answers[0] if filled else None
    _put(target, write_template(layout, Stamp.of(layout.workbook), answers), keep=out is None)
    click.echo(f"已生成 {target}（{len(layout.sheets)}张表）")
    if filled is not None:
        listing = target.with_name(f"{target.stem}.prefill.csv")
        _put(listing, filled.as_csv(), keep=out is None)
        click.echo(f"{filled.told()}。清单：{listing}")
    return PASSED


def _issue(
    layout: Layout, roster: Path, folder: Path, issued_on: datetime | None, earlier: Path | None
) -> int:
    from datetime import datetime

    from clusterbook import issue

    with _reaching(roster, "打开"), _refusing():
        issue.check_folder(folder)
        listed = issue.read_roster(roster, layout.workbook)
    filled = _prefilled(layout, listed, earlier) if earlier is not None else None
    day = (issued_on or datetime.now().astimezone()).date().isoformat()
    with _reaching(folder, "写入"), _progress() as tell:
        found = issue.write(
            layout, listed, folder, issued_on=day, progress=partial(tell, "已生成"),
            besides=filled.besides() if filled else None,
        )  # fmt: skip
    click.echo(f"已生成 {len(found)} 份工作簿：{folder}")
    click.echo(f"发放登记表：{folder / issue.REGISTER}")
    if filled is not None:
        click.echo(f"{filled.told()}。清单：{folder / 'prefill.csv'}")
    return PASSED


def _prefilled(layout: Layout, roster: Roster | None, earlier: Path) -> Prefilled:
    """What the submissions of an earlier round give, by roster or for the one blank."""
    from clusterbook import prefill

    with _reaching(earlier, "打开"), _refusing():
        if earlier.is_dir() or earlier.suffix.lower() == ".json":
            sources = prefill.read(earlier)
        else:
            from clusterbook.documents import submission_document

            judged = _judged(_find((earlier,)))
            (one,) = judged.submissions
            if one.group < 0:
                raise Refused(f"无法预填：{one.problems[0].message()}")
            sources = [prefill.Source(submission_document(judged, one, "zh"))]
        return prefill.prefilled(layout, roster, sources)


@contextmanager
def _refusing() -> Iterator[None]:
    """What the operator has to mend before anything is issued."""
    from clusterbook.issue import IssueError

    try:
        yield
    except IssueError as error:
        raise Refused(str(error)) from error


@cli.command()
@_help_option
@_form_argument
@click.option("--format", "form_of", type=click.Choice(["md", "json", "xlsx"]), default="md",
              show_default=True, help="输出格式。")  # fmt: skip
@click.option("-o", "--output", "out", metavar="FILE", type=_PATH,
              help="输出文件；不写时 md 和 json 显示在屏幕上。")  # fmt: skip
@_year_option
@_province_option
@_years_option
@_rows_option
def describe(
    *, form: str, form_of: str, out: Path | None, year: int, province: str, years: str,
    rows: int | None,
) -> int:  # fmt: skip
    """输出字段说明：每个字段的编号、栏目、位置、类型、单位、必填、限度、规则。"""
    layout = _layout(form, year=year, province=province, years=years, rows=rows)

    from clusterbook import describe as dictionary

    facts = dictionary.describe(layout)
    if form_of == "xlsx":
        data = dictionary.as_xlsx(facts)
    elif form_of == "json":
        data = dictionary.as_json(facts)
    else:
        data = dictionary.markdown(facts).encode()
    if out is None and form_of != "xlsx":
        _emit(data)
        return PASSED
    target = out or Path(f"{form}-{year}-fields.xlsx")
    _check_file(target, ".xlsx" if form_of == "xlsx" else "")
    _put(target, data, keep=out is None)
    click.echo(f"已生成 {target}（{len(facts['fields'])}个字段）")
    return PASSED


def _layout(form: str, *, year: int, province: str, years: str, rows: int | None) -> Layout:
    """The layout that the options ask for; Refused for an unknown form or province."""
    from clusterbook import registry
    from clusterbook.faults import SpecError
    from clusterbook.spec import Options

    options = Options(report_year=year, years=years, province=province, rows=rows)
    try:
        return registry.layout(form, options)
    except SpecError:
        raise
    except (registry.UnknownFormError, ValueError) as error:
        raise Refused(str(error)) from error


# --- check, import --------------------------------------------------------------------------------


@cli.command()
@_help_option
@_paths_argument
@click.option("--format", "form_of", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="输出格式。")  # fmt: skip
@_lang_option
def check(*, paths: tuple[Path, ...], form_of: str, lang: str) -> int:
    """检查返回的工作簿（文件或文件夹），显示全部问题。"""
    judged = _judged(_find(paths))
    verdicts = [one.verdict for one in judged.submissions]
    if form_of == "json":
        _emit(_as_json(judged, lang))
        return _exit_code(verdicts)
    for one in judged.submissions:
        for line in _report(one, lang):
            click.echo(line)
    click.echo(_counts(verdicts, lang))
    return _exit_code(verdicts)


@cli.command("import")
@_help_option
@_paths_argument
@click.option("-o", "--output", "out", metavar="OUT", type=_PATH, required=True,
              help="输出文件夹。")  # fmt: skip
@click.option("--jobs", type=click.IntRange(0, 256), default=0,
              help="同时使用的进程数；默认每个处理器一个。")  # fmt: skip
@click.option("--register", metavar="FILE", type=_PATH,
              help="发放登记表 register.csv，用来核对发放编号。")  # fmt: skip
@click.option("--csv-for-excel", is_flag=True, help="另存一套可直接用 Excel 打开的 CSV。")
@click.option("--parquet", is_flag=True, help="另存 Parquet 文件，按表式和年度分开。")
@click.option("--scheduler", metavar="ADDRESS", default="",
              help="在 Dask 集群上运行，如 tcp://10.0.0.5:8786。")  # fmt: skip
@_lang_option
def import_(
    *, paths: tuple[Path, ...], out: Path, jobs: int, register: Path | None, lang: str,
    csv_for_excel: bool, parquet: bool, scheduler: str,
) -> int:  # fmt: skip
    """导入返回的工作簿（文件、文件夹或压缩包），写出结论、问题和数据。

    已读过且没有变化的文件不再重读。缓存在 OUT 下的 .cache 文件夹，删除它即清空。
    """
    _check_out(paths, out)
    found = _find(paths, out)
    issued = _read_register(register) if register is not None else None

    from clusterbook.export import Choices

    choices = Choices(lang=lang, csv_for_excel=csv_for_excel, parquet=parquet)
    verdicts = _import(found, out, jobs, scheduler, issued, choices)
    click.echo(_counts(verdicts, lang))
    click.echo(f"结果在 {out}" if lang == "zh" else f"Results are in {out}")
    for name, chinese, english in _OUTPUTS:
        if (out / name).exists() and (name != "excel" or csv_for_excel):
            click.echo(f"  {name:<16} {chinese if lang == 'zh' else english}")
    return _exit_code(verdicts)


def _import(  # noqa: PLR0913
    found: list[Found],
    out: Path,
    jobs: int,
    scheduler: str,
    register: Mapping[str, Registered] | None,
    choices: Choices,
) -> list[str]:
    """Imports all files; their verdicts."""
    from clusterbook import importing

    with (
        _pool(jobs, len(found), scheduler) as (pool, workers),
        _progress() as tell,
        _reaching(out, "写入"),
    ):
        work = importing.Import(
            files=found, out=out, pool=pool, jobs=workers, register=register, choices=choices,
            tell=tell,
        )  # fmt: skip
        try:
            return [one.verdict for one in work.run()]
        except importing.BusyError as error:
            raise Refused(f"另一个导入正在写入“{out}”，请等它完成。") from error


@contextmanager
def _pool(jobs: int, files: int, scheduler: str) -> Iterator[tuple[Executor, int]]:
    """Local worker processes, or those of a cluster; with their number."""
    if not scheduler:
        from clusterbook import batch

        with batch.local_pool(jobs, files) as pool:
            yield pool, pool.jobs
        return
    try:
        from clusterbook import cluster
    except ImportError as error:
        raise Refused("没有安装 Dask，请运行 pip install 'clusterbook[dask]'。") from error
    try:
        with cluster.cluster_pool(scheduler) as (pool_there, workers):
            yield pool_there, workers
    except (OSError, ValueError) as error:
        raise Refused(f"无法连接集群“{scheduler}”：{error}") from error


def _judged(found: list[Found]) -> Batch:
    from clusterbook import batch

    with batch.local_pool(0, len(found)) as pool:
        return batch.run(found, pool=pool)


def _check_out(paths: Iterable[Path], out: Path) -> None:
    """Refused now rather than after an hour of reading."""
    if out.exists() and not out.is_dir():
        raise Refused(f"“{out}”是文件，-o 要的是文件夹。")
    if any(out.resolve() == path.resolve() for path in paths):
        raise Refused("输出文件夹不能就是报送文件夹，请用 -o 指定另一个文件夹。")
    with _reaching(out, "写入"):
        nearest = next(path for path in (out, *out.resolve().parents) if path.exists())
        if not nearest.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "")
        if not os.access(nearest, os.W_OK):
            raise PermissionError(errno.EACCES, "")


def _find(paths: Sequence[Path], out: Path | None = None) -> list[Found]:
    """The files to read: what an earlier import left in ``out`` is not among them."""
    missing = [str(path) for path in paths if not path.exists()]
    if missing:
        raise Refused(f"找不到：{'、'.join(missing)}")

    from clusterbook import batch

    found = batch.find_files(paths)
    if out is not None:
        inside = out.resolve()
        if any(path.resolve() in inside.parents for path in paths):
            found = [one for one in found if inside not in one.path.parents]
    if not found:
        raise Refused("没有找到文件：所给的文件夹是空的。")
    return found


def _read_register(path: Path) -> dict[str, Registered]:
    from clusterbook import issue

    with _reaching(path, "打开"):
        try:
            return issue.read_register(path)
        except issue.IssueError as error:
            raise Refused(str(error)) from error


# --- what is printed ------------------------------------------------------------------------------


def _exit_code(verdicts: Iterable[str]) -> int:
    return PASSED if set(verdicts) <= {"通过", "跳过", "被替代"} else FAILED


def _word(chinese: str, lang: str) -> str:
    return chinese if lang == "zh" else _ENGLISH[chinese]


def _counts(verdicts: Sequence[str], lang: str) -> str:
    """共 12 个文件：通过 3，退回 9。"""
    order = [word for word in _VERDICTS if word in verdicts]
    parts = [f"{_word(word, lang)} {verdicts.count(word)}" for word in order]
    if lang == "zh":
        return f"共 {len(verdicts)} 个文件：{'，'.join(parts)}。"
    return f"{len(verdicts)} files: {', '.join(parts)}."


def _report(one: Submission, lang: str) -> Iterator[str]:
    """A file's verdict, then its problems; the same sentence on one sheet stands once."""
    whom = f"  {one.stamp.issued_to}" if one.stamp and one.stamp.issued_to else ""
    yield f"{one.file}  【{_word(one.verdict, lang)}】{whom}"
    groups: dict[tuple[str, ...], list[Problem]] = {}
    for problem in one.problems:
        key = (problem.code, problem.sheet, problem.message(lang), problem.how_to_mend(lang))
        groups.setdefault(key, []).append(problem)
    for (code, sheet, message, mend), problems in groups.items():
        level = _word(problems[0].level.chinese, lang)
        cells = "、".join(_runs([problem.cell for problem in problems if problem.cell]))
        place = f"{sheet}!{cells}" if cells else sheet or _word("整个文件", lang)
        label = f"  {problems[0].label}" if problems[0].label else ""
        yield f"  {level} {code}  {place}{label}"
        yield f"      {message}"
        yield f"      {_word('怎样更正：', lang)}{mend}"
    yield ""


def _runs(cells: Iterable[str]) -> list[str]:
    """C5, C6, C7, E9 → C5:C7, E9."""
    runs: list[list[str]] = []
    for cell in dict.fromkeys(cells):
        above = runs[-1][-1] if runs else ""
        letters = above.rstrip("0123456789")
        if above and cell == f"{letters}{int(above[len(letters) :]) + 1}":
            runs[-1].append(cell)
        else:
            runs.append([cell])
    return [run[0] if len(run) == 1 else f"{run[0]}:{run[-1]}" for run in runs]


def _as_json(judged: Batch, lang: str) -> bytes:
    import json

    from clusterbook.documents import problem_record

    files = [
        {
            "file": one.file, "sha256": one.sha256, "submission": one.id,
            "form": one.stamp.form if one.stamp else "",
            "issued_to": one.stamp.issued_to if one.stamp else "",
            "verdict": one.verdict,
            "problems": [
                {"submission": one.id, "file": one.file, **problem_record(problem, lang)}
                for problem in one.problems
            ],
        }
        for one in judged.submissions
    ]  # fmt: skip
    return (json.dumps(files, ensure_ascii=False, indent=2, allow_nan=False) + "\n").encode()


def _emit(data: bytes) -> None:
    """To a screen as text; to a file or another program as UTF-8, whatever the console speaks."""
    click.echo(data.decode() if sys.stdout.isatty() else data, nl=False)


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on a terminal, a line now and then elsewhere: what is done, how many, of how many."""
    if not sys.stderr.isatty():

        def tell(what: str, done: int, total: int) -> None:
            if done % _LINES_EVERY == 0 or done == total:
                click.echo(f"{what} {done}/{total}", err=True)

        yield tell
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done)

        yield show


# --- files ----------------------------------------------------------------------------------------


def _check_file(target: Path, suffix: str) -> None:
    if target.is_dir():
        raise Refused(f"“{target}”是文件夹，请给出文件名。")
    if suffix and target.suffix.lower() != suffix:
        raise Refused(f"文件名“{target.name}”应以 {suffix} 结尾。")


def _put(target: Path, data: bytes, *, keep: bool) -> None:
    """Writes a file whole or not at all; ``keep`` leaves another file of that name alone."""
    with _reaching(target, "写入"):
        if keep and target.exists() and target.read_bytes() != data:
            raise Refused(f"“{target}”已经存在，内容不同。请用 -o 指定文件名。")
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{os.getpid()}.tmp")
        try:
            beside.write_bytes(data)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


@contextmanager
def _reaching(path: Path, what: str) -> Iterator[None]:
    """What the disk or its rights refuse, in one sentence."""
    try:
        yield
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0) or error.strerror or str(error)
        raise Refused(f"无法{what}“{path}”：{cause}。") from error


# --- summarize ------------------------------------------------------------------------------------


@cli.command()
@_help_option
@click.argument("folder", metavar="OUT", type=_PATH)
@click.option("-o", "--output", "out", metavar="FILE", type=_PATH,
              help="输出的 .xlsx 文件，默认 汇总.xlsx。")  # fmt: skip
@click.option("--include-returned", is_flag=True, help="退回的报送也计入合计和排名。")
@click.option("--without-contacts", is_flag=True, help="不写联系人和电话，用于对外提供。")
@click.option("--previous", metavar="OUT", type=_PATH, help="上一轮导入的结果，用来对比。")
def summarize(
    *, folder: Path, out: Path | None, include_returned: bool, without_contacts: bool,
    previous: Path | None,
) -> int:  # fmt: skip
    """由导入的结果生成全省汇总：汇总表、排名、名录、门槛对照、溯源。"""
    from clusterbook.summary import SummaryError
    from clusterbook.summary import summarize as summed_up
    from clusterbook.summary_sheets import write_summary

    target = out or Path("汇总.xlsx")
    _check_file(target, ".xlsx")
    with _reaching(folder, "打开"):
        try:
            province = summed_up(folder, include_returned=include_returned, previous=previous)
        except SummaryError as error:
            raise Refused(str(error)) from error
    _put(target, write_summary(province, contacts=not without_contacts), keep=out is None)
    counted = sum(len(part.counted) for part in province.parts)
    others = sum(len(part.others) for part in province.parts)
    click.echo(f"已生成 {target}：计入 {counted} 个集群，退回未计入 {others} 个")
    return PASSED
