"""The commands. No logic: each hands its arguments on and prints what comes back.

Only click is imported at the top, so that ``--help`` answers at once. Exit codes: 0 all passed, 1
something was returned, waits for an explanation or could not be read, or somebody sent attachments
alone, 2 wrong usage or a machine that cannot do the work.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from clusterbook import __version__
from clusterbook.console import (
    MISUSED,
    PASSED,
    Commands,
    Refused,
    check_file,
    emit,
    progress,
    put,
    reaching,
    settle,
    why_not,
)

if TYPE_CHECKING:
    from concurrent.futures import Executor
    from datetime import datetime

    from clusterbook.identity import Registered
    from clusterbook.inbox import Found
    from clusterbook.judge import Batch
    from clusterbook.layout import Layout
    from clusterbook.prefill import Prefilled
    from clusterbook.roster import Roster

ROWS_LIMIT = 20_000
PASSWORDS_LIMIT = 20  # trying one takes a fifth of a second of the time a file has
_OUTPUTS = (
    ("submissions.csv", "每个文件一行：结论和问题数", "one row per file: verdict, counts"),
    ("problems.csv", "全部问题：位置、内容、怎样更正", "every problem: place, what, how to mend"),
    ("progress.csv", "谁未报、已报、退回、通过", "who has sent what"),
    ("tables", "数据表：各项数值和各库", "the data: values and libraries"),
    ("submissions", "每份一个 JSON 文件", "one JSON file per submission"),
    ("returned", "退回件：标注副本、退回通知、短消息", "copies, letters and messages to send back"),
    ("report.html", "汇总报告页", "the report page"),
    ("parquet", "Parquet 文件", "Parquet files"),
    ("excel", "用 Excel 打开的 CSV，改动数见 changed_cells.json", "CSV files for Excel"),
)


_help_option = click.help_option("-h", "--help", help="显示帮助。")


@click.group(cls=Commands, invoke_without_command=True, context_settings={"max_content_width": 100})
@click.version_option(
    __version__, "--version", help="显示版本。", message="clusterbook %(version)s"
)
@_help_option
@click.pass_context
def cli(ctx: click.Context) -> None:
    """产业集群申报工作簿：发放、检查、导入。

    各命令的用法见 clusterbook 命令 --help。

    退出码：0 全部通过，1 有退回、待说明、无法读取的或只报了附件的，2 用法不对或本机不能工作。
    """
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help())
        ctx.exit(MISUSED)


def main() -> None:
    """Entry point of the console script."""
    settle()
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


_passwords_option = click.option("--password-file", "secrets", metavar="FILE", type=_PATH,
                                 help="口令文件，每行一个打开密码，逐个试用。")  # fmt: skip


# --- forms, blank, describe -----------------------------------------------------------------------


@cli.command()
@_help_option
def forms() -> int:
    """列出可用的申报表：编号、版本、年度、表数、字段数、名称。"""
    from clusterbook import registry
    from clusterbook.describe import field_count

    for form in registry.form_ids():
        layout = registry.layout(form)
        book, fields = layout.workbook, field_count(layout)
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
@click.option(
    "--roster", type=_PATH, help="发放名单（.xlsx、.xls、.et、.ods 或 .csv），每行生成一份。"
)
@click.option("--date", "issued_on", metavar="YYYY-MM-DD", type=_DAY,
              help="登记表中的发放日期，默认今天；只和 --roster 一起用。")  # fmt: skip
@click.option("--prefill", "earlier", metavar="OUT|FILE", type=_PATH,
              help="用以前一轮的内容预填：import 的输出文件夹、其中一份 .json，或一份返回的工作簿；"
                   "同一年度的数填到同一年度的栏，预填清单在 prefill.csv。")  # fmt: skip
@click.option("--stage", metavar="TEXT", default="",
              help="预填的竞赛阶段：初赛或决赛；名单的“竞赛阶段”列先用。")  # fmt: skip
@click.option("--deadline", metavar="TEXT", default="",
              help="首页上写明的报送截止时间，如 3月15日；名单的“报送截止”列先用。")  # fmt: skip
@click.option("--contact", metavar="TEXT", default="",
              help="首页上写明的咨询联系人和电话；名单的“咨询联系”列先用。")  # fmt: skip
@click.option("--sender", metavar="TEXT", default="",
              help="首页上写明的发放单位；名单的“发放单位”列先用。")  # fmt: skip
def blank(
    *, form: str, out: Path | None, year: int, province: str, years: str, rows: int | None,
    roster: Path | None, issued_on: datetime | None, earlier: Path | None, stage: str,
    **shown: str,
) -> int:  # fmt: skip
    """生成空白申报工作簿，或按名单逐份发放。"""
    _check_shown(shown)
    layout = _layout(form, year=year, province=province, years=years, rows=rows)
    if rows and not any(lib.resizable for lib in layout.workbook.libraries().values()):
        click.echo("提示：这张申报表没有可调行数的库，--rows 不起作用。", err=True)
    if roster is not None:
        folder = out or Path(f"{form}-{year}")
        return _issue(
            layout, roster, folder, issued_on=issued_on, earlier=earlier, stage=stage, shown=shown
        )
    if issued_on:
        raise click.UsageError("--date 只和 --roster 一起使用。", click.get_current_context())
    target = out or Path(f"{form}-{year}.xlsx")
    check_file(target, ".xlsx")

    from clusterbook.filling import Answers
    from clusterbook.identity import Stamp
    from clusterbook.template import write_template

    filled = _prefilled(layout, None, earlier) if earlier is not None else None
    answers = filled.answers[0] if filled else None
    if stage:  # issuing reads rosters, which takes longer to load than a blank to write
        from clusterbook.issue import stage_of

        with _refusing():
            answers = (answers or Answers()).saying(stage_of(layout.workbook, stage))
    stamp = Stamp.of(layout.workbook).showing(shown)
    put(target, write_template(layout, stamp, answers), keep=out is None)
    click.echo(f"已生成 {target}（{len(layout.sheets)}张表）")
    if filled is not None:
        listing = target.with_name(f"{target.stem}.prefill.csv")
        put(listing, filled.as_csv(), keep=out is None)
        click.echo(f"{filled.told()}。清单：{listing}")
    return PASSED


def _check_shown(shown: dict[str, str]) -> None:
    """Wrong usage unless what the first page is to show takes one line each."""
    from clusterbook.identity import LONGEST_SHOWN, showable

    for name, text in shown.items():
        if not showable(text):
            told = f"--{name} 要写在首页上，请写成一行，不超过{LONGEST_SHOWN}字。"
            raise click.UsageError(told, click.get_current_context())


def _issue(
    layout: Layout, roster: Path, folder: Path, *, issued_on: datetime | None,
    earlier: Path | None, stage: str, shown: dict[str, str],
) -> int:  # fmt: skip
    from datetime import datetime

    from clusterbook import issue
    from clusterbook.roster import read_roster

    with reaching(roster, "打开"), _refusing():
        issue.check_folder(folder)
        listed = read_roster(roster, layout.workbook)
        same = issue.stage_of(layout.workbook, stage)
    filled = _prefilled(layout, listed, earlier) if earlier is not None else None
    besides = filled.besides(shown) if filled else issue.Besides(shown=shown)
    day = (issued_on or datetime.now().astimezone()).date().isoformat()
    with reaching(folder, "写入"), progress() as tell:
        found = issue.write(
            layout, listed, folder, issued_on=day, progress=partial(tell, "已生成"),
            besides=besides.saying(listed, same),
        )  # fmt: skip
    click.echo(f"已生成 {len(found)} 份工作簿：{folder}")
    click.echo(f"发放登记表：{folder / issue.REGISTER}")
    if listed.unread:
        click.echo(f"名单的这些列不预填任何内容，只记入登记表：{'、'.join(listed.unread)}")
    if filled is not None:
        click.echo(f"{filled.told()}。清单：{folder / 'prefill.csv'}")
    return PASSED


def _prefilled(layout: Layout, roster: Roster | None, earlier: Path) -> Prefilled:
    """What the submissions of an earlier round give, by roster or for the one blank."""
    from clusterbook import prefill

    with reaching(earlier, "打开"), _refusing():
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
    from clusterbook.roster import IssueError

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
        emit(data)
        return PASSED
    target = out or Path(f"{form}-{year}-fields.xlsx")
    check_file(target, ".xlsx" if form_of == "xlsx" else "")
    put(target, data, keep=out is None)
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
@_passwords_option
@_lang_option
def check(*, paths: tuple[Path, ...], form_of: str, secrets: Path | None, lang: str) -> int:
    """检查返回的工作簿（文件或文件夹），显示全部问题。"""
    from clusterbook.verdict_lines import as_json, counts, exit_code, lines_of

    judged = _judged(_find(paths), _read_passwords(secrets))
    verdicts = [one.verdict for one in judged.submissions]
    code = exit_code(
        verdicts,
        only_attached=any(one.attached and one.attached.alone for one in judged.submissions),
    )
    if form_of == "json":
        emit(as_json(judged, lang))
        return code
    for one in judged.submissions:
        for line in lines_of(one, lang):
            click.echo(line)
    click.echo(counts(verdicts, lang))
    return code


@cli.command("import")
@_help_option
@_paths_argument
@click.option("-o", "--output", "out", metavar="OUT", type=_PATH, required=True,
              help="输出文件夹。")  # fmt: skip
@click.option("--jobs", type=click.IntRange(0, 256), default=0,
              help="同时使用的进程数；默认每个处理器一个。")  # fmt: skip
@click.option("--register", metavar="FILE", type=_PATH,
              help="发放登记表 register.csv，用来核对发放编号。")  # fmt: skip
@click.option("--previous", metavar="OUT", type=_PATH,
              help="上一次导入的结果，用来对比哪些问题已更正。")  # fmt: skip
@click.option("--last-round", metavar="OUT", type=_PATH,
              help="上一年度那一轮导入的结果，用来对比今年的实际数与当时所定的目标。")  # fmt: skip
@click.option("--returned/--no-returned", default=True, show_default=True,
              help="是否生成退回件：标注副本、退回通知、短消息。")  # fmt: skip
@click.option(
    "--deadline", metavar="TEXT", default="", help="退回通知中的重新报送时限，如 3月15日。"
)
@click.option("--sender", metavar="TEXT", default="", help="退回通知的落款单位。")
@click.option("--dated", metavar="TEXT", default="", help="退回通知的落款日期。")
@click.option("--csv-for-excel", is_flag=True, help="另存一套可直接用 Excel 打开的 CSV。")
@click.option("--parquet", is_flag=True, help="另存 Parquet 文件，按表式和申报年度分开。")
@click.option("--scheduler", metavar="ADDRESS", default="",
              help="在 Dask 集群上运行，如 tcp://10.0.0.5:8786。")  # fmt: skip
@_passwords_option
@_lang_option
def import_(
    *, paths: tuple[Path, ...], out: Path, jobs: int, scheduler: str, register: Path | None,
    previous: Path | None, last_round: Path | None, secrets: Path | None, **chosen: Any,
) -> int:  # fmt: skip
    """导入返回的工作簿（文件、文件夹或压缩包），写出结论、问题和数据。

    已读过且没有变化的文件不再重读。缓存在 OUT 下的 .cache 文件夹，删除它即清空。
    """
    _check_out(paths, out)
    found = _find(paths, out)
    issued = _read_register(register) if register is not None else None
    passwords = _read_passwords(secrets)

    from clusterbook import importing
    from clusterbook.export import Choices
    from clusterbook.paths import resolved
    from clusterbook.promises import promises_of
    from clusterbook.verdict_lines import counts, exit_code

    with _an_import(previous or out):
        before = importing.problems_of(previous) if previous is not None else None
    with _an_import(last_round or out):
        promises = promises_of(last_round) if last_round is not None else None
    lang = chosen["lang"]
    with (
        _pool(jobs, len(found), scheduler) as (pool, workers),
        progress() as tell,
        reaching(out, "写入"),
    ):
        work = importing.Import(
            files=found, out=resolved(out), pool=pool, jobs=workers, register=issued,
            previous=before, promises=promises, choices=Choices(**chosen),
            passwords=passwords, tell=tell,
        )  # fmt: skip
        try:
            outcomes = work.run()
        except importing.BusyError as error:
            raise Refused(f"另一个导入正在写入“{out}”，请等它完成。") from error
    verdicts = [one.verdict for one in outcomes]
    click.echo(counts(verdicts, lang))
    click.echo(f"结果在 {out}" if lang == "zh" else f"Results are in {out}")
    for name, chinese, english in _OUTPUTS:
        if (out / name).exists():
            click.echo(f"  {name:<16} {chinese if lang == 'zh' else english}")
    return exit_code(verdicts, only_attached=any(one.alone for one in outcomes))


@contextmanager
def _an_import(folder: Path) -> Iterator[None]:
    with reaching(folder, "打开"):
        try:
            yield
        except (ValueError, KeyError, TypeError) as error:
            raise Refused(f"“{folder}”不是导入的结果。") from error


@contextmanager
def _pool(jobs: int, files: int, scheduler: str) -> Iterator[tuple[Executor, int]]:
    """Local worker processes, or those of a cluster; with their number."""
    if not scheduler:
        from clusterbook import batch

        with _working(), batch.local_pool(jobs, files) as pool:
            pool.probe()
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


def _judged(found: list[Found], passwords: tuple[str, ...] = ()) -> Batch:
    from clusterbook import batch

    with _working(), batch.local_pool(0, len(found)) as pool:
        pool.probe()
        return batch.run(found, pool=pool, passwords=passwords)


def _read_passwords(path: Path | None) -> tuple[str, ...]:
    """The lines of a file of passwords; each is tried on a locked file, so there are not many."""
    if path is None:
        return ()
    with reaching(path, "打开"):
        data = path.read_bytes()
    for codec in ("utf-8-sig", "gb18030"):
        try:
            lines = data.decode(codec).splitlines()
            break
        except UnicodeDecodeError:
            continue
    else:
        raise Refused(f"“{path}”不是文本文件。口令文件每行一个密码。")
    passwords = tuple(dict.fromkeys(filter(None, lines)))
    if not passwords:
        raise Refused(f"“{path}”里没有密码。口令文件每行一个密码。")
    if len(passwords) > PASSWORDS_LIMIT:
        raise Refused(f"“{path}”里有 {len(passwords)} 个密码，最多 {PASSWORDS_LIMIT} 个。")
    return passwords


@contextmanager
def _working() -> Iterator[None]:
    """What keeps this machine from reading anything, in one sentence."""
    from clusterbook.sandbox import CannotStartError, WorkerDiedError

    try:
        yield
    except CannotStartError as error:
        raise Refused(
            f"这台电脑不能启动读取文件的工作进程（{why_not(error)}），没有读取任何文件。"
        ) from error
    except WorkerDiedError as error:
        raise Refused("工作进程一再被系统结束，多半是内存不够；请关闭其他程序后再试。") from error


def _check_out(paths: Iterable[Path], out: Path) -> None:
    """Refused now rather than after an hour of reading."""
    if out.exists() and not out.is_dir():
        raise Refused(f"“{out}”是文件，-o 要的是文件夹。")
    if any(out.resolve() == path.resolve() for path in paths):
        raise Refused("输出文件夹不能就是报送文件夹，请用 -o 指定另一个文件夹。")
    with reaching(out, "写入"):
        nearest = next(path for path in (out, *out.resolve().parents) if path.exists())
        if not nearest.is_dir():
            raise NotADirectoryError(errno.ENOTDIR, "")
        if not os.access(nearest, os.W_OK):
            raise PermissionError(errno.EACCES, "")


def _find(paths: Sequence[Path], out: Path | None = None) -> list[Found]:
    """The files to read: what an earlier import left in ``out`` is not among them."""
    from clusterbook import inbox
    from clusterbook.paths import resolved

    missing, found = [], []
    for path in paths:
        with reaching(path, "打开"):
            if not path.exists():
                missing.append(str(path))
    if missing:
        raise Refused(f"找不到：{'、'.join(missing)}")
    try:
        found = inbox.find_files(paths)
    except OSError as error:
        with reaching(Path(error.filename or paths[0]), "打开"):
            raise
    if out is not None:
        inside = resolved(out)
        if any(resolved(path) in inside.parents for path in paths):
            found = [one for one in found if inside not in one.path.parents]
    if not found:
        raise Refused("没有找到文件：所给的文件夹是空的。")
    return found


def _read_register(path: Path) -> dict[str, Registered]:
    from clusterbook.issue import read_register
    from clusterbook.roster import IssueError

    with reaching(path, "打开"):
        try:
            return read_register(path)
        except IssueError as error:
            raise Refused(str(error)) from error


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
    check_file(target, ".xlsx")
    with reaching(folder, "打开"):
        try:
            province = summed_up(folder, include_returned=include_returned, previous=previous)
        except SummaryError as error:
            raise Refused(str(error)) from error
    put(target, write_summary(province, contacts=not without_contacts), keep=out is None)
    counted = sum(len(part.counted) for part in province.parts)
    others = sum(len(part.others) for part in province.parts)
    click.echo(f"已生成 {target}：计入 {counted} 个集群，退回未计入 {others} 个")
    return PASSED


# --- rules ----------------------------------------------------------------------------------------


@cli.group(cls=Commands)
@_help_option
def rules() -> None:
    """规则：从导入的结果看各条规则是否合适。"""


@rules.command()
@_help_option
@click.argument("folders", metavar="OUT...", nargs=-1, required=True, type=_PATH)
@click.option("--format", "form_of", type=click.Choice(["text", "json"]), default="text",
              show_default=True, help="输出格式。")  # fmt: skip
def trial(*, folders: tuple[Path, ...], form_of: str) -> int:
    """每条规则触发、说明、更正的份数，以及触发了仍然通过的份数。

    OUT 是 import 的输出文件夹，可以给出多个，如各轮的结果；同一文件只计一次，以后面的为准。
    同组的规则合为一条。在通过的报送中触发超过 30% 的标有 !。
    """
    from json import dumps

    from clusterbook import trial as measured
    from clusterbook.report_facts import ReportError

    for folder in folders:
        with reaching(folder, "打开"):
            if not (folder / "submissions.csv").is_file():
                raise Refused(f"“{folder}”不是导入的结果。")
    try:
        found = measured.trial(folders)
    except ReportError as error:
        raise Refused(f"不是导入的结果：{error}") from error
    if form_of == "json":
        emit((dumps(measured.as_data(found), ensure_ascii=False, indent=2) + "\n").encode())
    else:
        click.echo("\n".join(measured.as_text(found)))
    return PASSED
