"""The commands of the desk: ``serve``, ``account``, ``desk``. No logic, as in ``cli``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from clusterbook.cli_options import PATH, help_option
from clusterbook.errors import Error
from clusterbook.terminal import FAILED, PASSED, Commands, Refused

if TYPE_CHECKING:
    from types import ModuleType

    from sqlalchemy.orm import Session

    from clusterbook.store.database import Database

_folder_argument = click.argument("folder", metavar="ROUND", type=PATH)
_db_option = click.option("--db", "database", metavar="URL", default="", envvar="CLUSTERBOOK_DB",
                          help="数据库地址，默认 ROUND 中的 SQLite 文件；也可以是 "
                               "postgresql+psycopg://…"
                               "（或写在环境变量 CLUSTERBOOK_DB 中）。")  # fmt: skip


@contextmanager
def _refusing() -> Iterator[None]:
    """What has to be put right first, in one sentence; the libraries among it."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise Refused(
            "没有安装网页所需的软件包，请运行 pip install 'clusterbook[web]'。"
        ) from error
    except Error as error:
        from clusterbook.web.words import sentence

        raise Refused(sentence(error)) from error


@click.command()
@help_option
@_folder_argument
@_db_option
@click.option("--host", default="127.0.0.1", show_default=True, help="监听的地址。")
@click.option(
    "--port", type=click.IntRange(1, 65535), default=8000, show_default=True, help="端口。"
)
@click.option(
    "--url", metavar="URL", default="", help="他人访问用的地址，如 https://desk.example.cn。"
)
@click.option("--last-round", metavar="OUT", type=PATH, help="上一轮导入的结果，发放时用来预填。")
@click.option(
    "--jobs", type=click.IntRange(0, 64), default=0, help="读取文件的进程数，默认每个处理器一个。"
)
@click.option("--open", "alone", is_flag=True, help="不用账号，只在本机使用，并打开浏览器。")
@click.option("--check", "only_check", is_flag=True, help="只检查设置是否正确，不启动。")
def serve(
    *, folder: Path, alone: bool, only_check: bool, **given: object
) -> int:  # fmt: skip
    """在浏览器中办理一轮申报：发放、接收、核对、汇总。ROUND 是这一轮的文件夹。"""
    with _refusing():
        from clusterbook.web.desk import Setting
        from clusterbook.web.server import check
        from clusterbook.web.server import serve as run

        setting = Setting(folder=folder, alone=alone, **given)  # type: ignore[arg-type]
        if only_check:
            told = list(check(setting))
            for fine, line in told:
                click.echo(f"{'✓' if fine else '✗'} {line}")
            return PASSED if all(fine for fine, _ in told) else FAILED
        run(setting, browser=alone, say=lambda address: click.echo(f"打开：{address}"))
    return PASSED


@click.group(cls=Commands)
@help_option
def account() -> None:
    """账号：省级和市州工作人员登录网页用。"""


@account.command()
@help_option
@_folder_argument
@click.argument("name", metavar="NAME")
@click.option("--role", type=click.Choice(["province", "city"]), required=True, help="省级或市州。")
@click.option("--city", metavar="TEXT", default="", help="市州账号管哪个市州，如 邵阳市。")
@_db_option
def add(*, folder: Path, name: str, role: str, city: str, database: str) -> int:
    """新建账号。密码在提示后输入，或从标准输入读一行。"""
    from clusterbook.terminal import hidden_line

    secret = hidden_line("密码")  # before anything is locked
    with _writing(folder, database, new=True) as (accounts, session):
        accounts.add(session, name, role, secret, city=city)
    click.echo(f"已建立账号 {name}。")
    return PASSED


@account.command()
@help_option
@_folder_argument
@click.argument("name", metavar="NAME")
@_db_option
def password(*, folder: Path, name: str, database: str) -> int:
    """更改密码；这个账号已登录的都会退出。"""
    from clusterbook.terminal import hidden_line

    secret = hidden_line("新密码")
    with _writing(folder, database) as (accounts, session):
        accounts.change_password(session, name, secret, by="命令行")
    click.echo(f"已更改 {name} 的密码。")
    return PASSED


@account.command()
@help_option
@_folder_argument
@click.argument("name", metavar="NAME")
@_db_option
def disable(*, folder: Path, name: str, database: str) -> int:
    """停用账号；这个账号已登录的都会退出，接口令牌也失效。"""
    with _writing(folder, database) as (accounts, session):
        accounts.disable(session, name)
    click.echo(f"已停用 {name}。")
    return PASSED


@account.command()
@help_option
@_folder_argument
@click.argument("name", metavar="NAME")
@click.option(
    "--days", type=click.IntRange(1, 400), default=365, show_default=True, help="有效天数。"
)
@_db_option
def token(*, folder: Path, name: str, days: int, database: str) -> int:
    """为账号生成一个接口令牌（/api/v1 用），只显示这一次。"""
    with _writing(folder, database) as (accounts, session):
        made = accounts.token_for(session, name, days=days)
    click.echo(made)
    return PASSED


@click.group(cls=Commands)
@help_option
def desk() -> None:
    """网页的数据：备份和恢复。"""


@desk.command()
@help_option
@_folder_argument
@click.option("-o", "--output", "target", metavar="FILE", type=PATH, required=True,
              help="备份文件，.zip。")  # fmt: skip
@_db_option
def backup(*, folder: Path, target: Path, database: str) -> int:
    """把数据库和收到的文件写进一个备份文件；使用中也可以备份。"""
    with _refusing(), _opened(folder, database) as opened:
        from clusterbook.store import backups

        count = backups.save(opened, folder, target)
    click.echo(f"已备份到 {target}：{count} 个文件。")
    return PASSED


@desk.command()
@help_option
@_folder_argument
@click.argument("source", metavar="FILE", type=PATH)
@_db_option
def restore(*, folder: Path, source: Path, database: str) -> int:
    """把备份恢复到新的文件夹和空的数据库。"""
    with _refusing():
        from clusterbook.store import backups

        count = backups.restore(source, folder, database)
    click.echo(
        f"已恢复到 {folder}：{count} 个文件。请运行 clusterbook serve {folder} --check 检查。"
    )
    return PASSED


@contextmanager
def _opened(folder: Path, url: str, *, new: bool = False) -> Iterator[Database]:
    from clusterbook.store.database import Database, folder_of, url_of

    folder_of(folder, url, new=new)
    opened = Database(url_of(url, folder))
    opened.upgrade()
    try:
        yield opened
    finally:
        opened.close()


@contextmanager
def _writing(folder: Path, url: str, *, new: bool = False) -> Iterator[tuple[ModuleType, Session]]:
    """The accounts of a desk and a session in which they are changed."""
    with _refusing(), _opened(folder, url, new=new) as opened:
        from clusterbook.store import accounts

        with opened.writing() as session:
            yield accounts, session


COMMANDS = (serve, account, desk)
