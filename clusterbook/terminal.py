"""The terminal and the disk as the commands use them: complaints, progress, files written whole.

Only click is imported at the top, so that ``--help`` answers at once.
"""

from __future__ import annotations

import errno
import os
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from clusterbook.errors import Error
from clusterbook.progress import Tell

PASSED, FAILED, MISUSED, INTERRUPTED = 0, 1, 2, 130
#: A fault of the software itself, numbered as in ``sysexits.h``: 1 says that returns have problems.
BROKEN = 70
_LINES_EVERY = 25  # files between two lines of progress where there is no terminal
_CAUSES = {
    errno.EACCES: "没有权限，或文件正被其他程序打开", errno.EPERM: "没有权限",
    errno.EROFS: "磁盘是只读的", errno.ENOSPC: "磁盘已满", errno.ENOENT: "找不到",
    errno.ENOTDIR: "路径中有一段是文件，不是文件夹", errno.EISDIR: "这是文件夹，不是文件",
    errno.ENAMETOOLONG: "名称太长", errno.EEXIST: "路径中有一段是文件，不是文件夹",
    errno.EAGAIN: "系统允许的进程数已用完", errno.ENOMEM: "内存不够",
    errno.EMFILE: "打开的文件太多", errno.ENFILE: "打开的文件太多",
}  # fmt: skip


class Refused(click.ClickException):
    """Something the operator has to put right first."""

    exit_code = MISUSED


class Commands(click.Group):
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
            click.echo("已中断。已读过的文件已经记下，再次运行同一命令会接着做，不必从头开始。"
                       if "import" in sys.argv else "已中断。", err=True)  # fmt: skip
            sys.exit(INTERRUPTED)
        except Exception:  # noqa: BLE001 - whatever it is, it is told and the run ends
            import traceback  # noqa: PLC0415 - seldom needed

            traceback.print_exc()
            click.echo("程序本身出错，这一次没有做完；不是您的文件有问题。请把上面的文字连同所用的文件"
                       "交给技术人员，更正后再次运行同一命令。", err=True)  # fmt: skip
            sys.exit(BROKEN)
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


def settle() -> None:
    """Before anything else: names of files are read and written as UTF-8, whatever the locale.

    Elsewhere than on Windows, a locale of another encoding makes Python take Chinese names apart
    and keeps it from making any; so the program starts itself again in Python's UTF-8 mode.
    """
    warnings.filterwarnings("ignore", message="resource_tracker: process died unexpectedly")
    if os.name == "nt" or sys.flags.utf8_mode or sys.getfilesystemencoding() == "utf-8":
        return
    os.environ["PYTHONUTF8"] = "1"
    os.execv(  # noqa: S606 - the very same program
        sys.executable, [sys.executable, "-X", "utf8", "-m", "clusterbook", *sys.argv[1:]]
    )


def emit(data: bytes) -> None:
    """To a screen as text; to a file or another program as UTF-8, whatever the console speaks."""
    click.echo(data.decode() if sys.stdout.isatty() else data, nl=False)


@contextmanager
def progress() -> Iterator[Tell]:
    """Bars with the time left on a terminal, a line now and then elsewhere."""
    if not sys.stderr.isatty():

        def tell(what: str, done: int, total: int, note: str = "") -> None:
            if done % _LINES_EVERY == 0 or done == total:
                click.echo(f"{what} {done}/{total} {note}".rstrip(), err=True)

        yield tell
        return
    from rich.console import Console  # noqa: PLC0415 - --help answers without it
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn  # noqa: PLC0415
    from rich.progress import TimeRemainingColumn as Remaining  # noqa: PLC0415

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), Remaining(),
               TextColumn("{task.fields[note]}"))  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        tasks: dict[str, Any] = {}

        def show(what: str, done: int, total: int, note: str = "") -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total, note=note)
            bar.update(tasks[what], completed=done, note=note)

        yield show


def check_file(target: Path, suffix: str) -> None:
    """Refuses a folder, and a name that does not end with ``suffix``."""
    if target.is_dir():
        raise Refused(f"“{target}”是文件夹，请给出文件名。")
    if suffix and target.suffix.lower() != suffix:
        raise Refused(f"文件名“{target.name}”应以 {suffix} 结尾。")


def put(target: Path, data: bytes, *, keep: bool) -> None:
    """Writes a file whole or not at all; ``keep`` leaves another file of that name alone."""
    with reaching(target, "写入"):
        if keep and target.exists() and target.read_bytes() != data:
            raise Refused(f"“{target}”已经存在，内容不同。请用 -o 指定文件名。")
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(f".{os.getpid()}.tmp")
        try:
            beside.write_bytes(data)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)


def why_not(error: BaseException) -> str:
    """Why a worker process cannot be started: the cause behind an error, in a few words."""
    cause = error.__cause__
    if "AF_UNIX path too long" in str(cause):
        return "临时文件夹的路径太长，请把环境变量 TMPDIR 改为较短的路径，如 /tmp"
    if isinstance(cause, FileNotFoundError) and not cause.filename:
        return "没有可以写入的临时文件夹，请设置环境变量 TMPDIR"
    if isinstance(cause, EOFError):
        return "它一启动就结束了"
    code = cause.errno if isinstance(cause, OSError) else None
    return _CAUSES.get(code or 0) or str(error)


@contextmanager
def reaching(path: Path, what: str) -> Iterator[None]:
    """What the disk or its rights refuse, in one sentence."""
    try:
        yield
    except OSError as error:
        cause = _CAUSES.get(error.errno or 0) or error.strerror or str(error)
        raise Refused(f"无法{what}“{path}”：{cause}。") from error


def hidden_line(what: str) -> str:
    """A secret: typed twice without being shown, or the first line of what is piped in."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    typed: str = click.prompt(
        what, hide_input=True, confirmation_prompt="再输入一次", prompt_suffix="："
    )
    return typed


def try_open(path: Path) -> None:
    """Whatever keeps a file, or the folder of an import, from being opened."""
    if path.is_dir():
        next(path.iterdir(), None)
    else:
        path.open("rb").close()


@contextmanager
def reaching_any(paths: Sequence[Path]) -> Iterator[None]:
    """What keeps one of the paths from being opened; it names itself where it can."""
    try:
        yield
    except Error:
        raise
    except OSError as error:
        with reaching(Path(error.filename or paths[0]), "打开"):
            raise
