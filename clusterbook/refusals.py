"""What an operator is told of an error: one sentence in plain Chinese for each kind of it.

Errors say what they are about by facts; the words are here. They are known by the names of their
classes, so that nothing heavy is loaded to put one into words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from clusterbook.errors import Error
from clusterbook.terminal import Refused, why_not

_PASSWORDS = {-1: "不是文本文件。", 0: "里没有密码。"}
_OUT = {
    "file": "“{out}”是文件，-o 要的是文件夹。",
    "input": "输出文件夹不能就是报送文件夹，请用 -o 指定另一个文件夹。",
}


def _spec(error: Error) -> str:
    faults = error.facts["faults"]
    lines = "".join(f"\n  {one}" for one in faults) if isinstance(faults, list) else ""
    return f"申报表“{error.facts['form']}”的定义有错误，没有生成或读取任何内容：{lines}"


def _first(error: Error) -> object:
    months = error.facts["months"]
    return months[0] if isinstance(months, tuple) else months


def _passwords(error: Error) -> str:
    path, count, most = (error.facts[name] for name in ("path", "count", "most"))
    wrong = _PASSWORDS.get(
        count if isinstance(count, int) else 1, f"里有 {count} 个密码，最多 {most} 个。"
    )
    each = "" if isinstance(count, int) and count > 0 else "口令文件每行一个密码。"
    return f"“{path}”{wrong}{each}"


def _cluster(error: Error) -> str:
    if not error.facts["installed"]:
        return "没有安装 Dask，请运行 pip install 'clusterbook[dask]'。"
    return f"无法连接集群“{error.facts['scheduler']}”：{error}"


def _missing(error: Error) -> str:
    paths = error.facts["paths"]
    return f"找不到：{'、'.join(paths)}" if isinstance(paths, list) else str(error)


def _nothing(error: Error) -> str:
    if "folder" in error.facts:
        where = f"“{error.facts['folder']}”里的 progress.xlsx"
        return f"还没有人报送，没有可汇总的；谁还没有报，见{where}。"
    return "没有找到文件：所给的文件夹是空的。"


def _fill(error: Error) -> str:
    if error.facts.get("why") == "unreadable":
        return "--return 所给的工作簿不能读取，没有填写页码；请先用 check 命令查看问题。"
    return "--return 所给的工作簿里有放不进申报表的内容，没有填写页码；请先用 check 命令查看问题。"


def _materials(error: Error) -> str:
    faults = error.facts["faults"]
    lines = "".join(f"\n  {one}" for one in faults) if isinstance(faults, tuple) else ""
    return f"材料清单有问题，没有装订：{lines}"


_SENTENCES: dict[str, Callable[[Error], str]] = {
    "SpecError": _spec,
    "FormIdError": lambda error: (
        f"“{error.facts['form']}”不能作编号：请用3至40个小写字母、数字和下划线，以字母开头。"
    ),
    "LetterTemplateError": lambda error: f"通知的样式文件不能用：{error.facts['why']}。",
    "MonthNeededError": lambda error: f"{error}月份用 --month 给出，如 --month {_first(error)}。",
    "SaidError": lambda error: (
        f"--{error.facts['name']} 要写进通知和短消息，请写成一行，不超过{error.facts['most']}字。"
    ),
    "NoOfficeError": lambda _: "没有找到 LibreOffice（soffice），不能生成 PDF；.docx 不需要它。",
    "PasswordsError": _passwords,
    "NoClusterError": _cluster,
    "MissingError": _missing,
    "NotAnImportError": lambda error: (
        str(error) if "不是导入的结果" in str(error) else f"不是导入的结果：{error}"
    ),
    "EvidenceExtraError": lambda _: (
        "没有安装读取佐证材料的组件，请运行 pip install 'clusterbook[evidence]'。"
    ),
    "FillError": _fill,
    "MaterialsError": _materials,
    "DocumentError": lambda _: "全部材料的页数太多，装不成一册，请分册装订。",
    "OutError": lambda error: _OUT[str(error.facts["why"])].format(**error.facts),
    "NothingToReadError": _nothing,
    "BusyError": lambda error: f"另一个导入正在写入“{error.facts['out']}”，请等它完成。",
    "CannotStartError": lambda error: (
        f"这台电脑不能启动读取文件的工作进程（{why_not(error)}），没有读取任何文件。"
    ),
    "WorkerDiedError": lambda _: (
        "工作进程一再被系统结束，多半是内存不够；请关闭其他程序后再试。"
    ),
}  # fmt: skip


@contextmanager
def refusing() -> Iterator[None]:
    """What the operator has to put right first, in one sentence."""
    try:
        yield
    except Error as error:
        raise Refused(_sentence(error)) from error


def refused(errors: Iterable[Error]) -> Refused:
    """Several such sentences at once."""
    return Refused("\n".join(map(_sentence, errors)))


def _sentence(error: Error) -> str:
    return _SENTENCES.get(type(error).__name__, str)(error)
