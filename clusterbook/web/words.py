"""What the pages say that is no problem of a return: refusals, in plain Chinese."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from clusterbook.errors import Error
from clusterbook.store.accounts import LONGEST, SHORTEST

_HAN = re.compile("[\u4e00-\u9fff]")
_ACCOUNT: Mapping[str, str] = {
    "name": "账号名应为一至四十个字，前后没有空格。",
    "role": "角色应为 province（省）或 city（市州）。",
    "city": "市州账号要用 --city 写明市州，省级账号不写。",
    "taken": "这个账号名已经有了，请换一个。",
    "none": "没有这个账号。",
    "short": f"密码不能少于{SHORTEST}个字符。",
    "long": f"密码不能多于{LONGEST}个字符。",
    "easy": "密码太容易猜到：不要只用账号名、软件名或少数几个字符。",
}
_CLOSED: Mapping[str, str] = {
    "locked": "本轮已锁定，不再接收报送；如需补报，请与省级联系人联系。",
    "none": "本轮还没有发放，暂不能接收报送。",
    "issued": "本轮已经发放，不能重新建立；新的轮次（如下个月的）请另用一个文件夹。",
    "issuing": "正在按名单生成工作簿，请等它完成。",
}
_DATABASE: Mapping[str, str] = {
    "url": "数据库地址不对：应为 sqlite:///文件 或 postgresql+psycopg://用户:密码@主机/库名。",
    "driver": "没有安装数据库驱动，请运行 pip install 'clusterbook[web]'。",
    "newer": "数据库由更新的版本建立，请升级软件后再用。",
    "folder": "这个文件夹建不了：同名的是一个文件，或上级文件夹不能写入。请换一个或检查权限。",
    "none": "这个文件夹里还没有轮次，请核对文件夹的名字。",
    "unreachable": "无法连接或使用数据库，请检查地址、口令和权限。",
}
_DESK: Mapping[str, str] = {
    "busy": "这个文件夹已由另一个 clusterbook serve 使用，请先把它关掉。",
    "accounts": "还没有账号，只能在本机使用（--open）。请先用 clusterbook account add 建立省级账号。",
    "folder": "这个文件夹不能写入，请换一个或检查权限。",
    "port": "端口已被其他程序占用，请用 --port 换一个。",
    "libraries": "没有安装网页所需的软件包，请运行 pip install 'clusterbook[web]'。",
    "outside": "没有账号时只能在本机使用，不能用 --host 对外开放。请先用 clusterbook account add 建立账号。",
}
_BY_WHY: Mapping[str, Mapping[str, str]] = {
    "AccountError": _ACCOUNT, "ClosedError": _CLOSED, "DatabaseError": _DATABASE,
    "DeskError": _DESK,
}  # fmt: skip
INTERRUPTED = "工作进程一再被系统结束，多半是内存不够；文件已收下，请稍后再试。"
AWAY = "数据库暂时不能用，恢复后会继续；已收下的文件没有丢失。"
# of step one of a new round
YEARS = "年度应为2000至2100之间的数字。"
NO_MONTH = "这张表分期填报，请选择是哪一期的，再点“下一步”。"
MORE_ASKED = "这张表还要填下面几项，请看过后再点“下一步”。"
SAME = "上一轮就是这一期的，不能再建一轮。请改选别的一期；要接着办这一期，请打开上一轮的文件夹。"
EARLIER = (
    "所选的一期早于上一轮，不能用上一轮的数预填。请改选年份和哪一期，或不带 --last-round 启动。"
)
_BY_KIND: Mapping[str, Callable[[Error], str]] = {
    "MonthNeededError": lambda _: NO_MONTH,
    "NothingToReadError": lambda _: "还没有计入的报送，没有什么可以生成结果。",
    "BusyError": lambda _: "另一个导入正在进行，请稍后再试。",
    "CannotStartError": lambda _: "这台电脑不能启动读取文件的工作进程，文件已收下，恢复后会继续核对。",
    "WorkerDiedError": lambda _: INTERRUPTED,
    "SpecError": lambda error: f"申报表“{error.facts.get('form')}”的定义有错误，请与软件维护人联系。",
    "UnknownFormError": lambda error: f"没有申报表“{error.facts.get('form')}”。",
}  # fmt: skip
UNEXPECTED = "处理时出了意外，文件已收下，没有丢失；请稍后再试，仍不行请与软件维护人联系。"


def sentence(error: Exception) -> str:
    """What people are told of an error."""
    name = type(error).__name__
    if not isinstance(error, Error):
        return UNEXPECTED
    if name in _BY_WHY:
        return _BY_WHY[name].get(str(error.facts.get("why")), str(error))
    told = _BY_KIND.get(name, str)(error)
    return told if _HAN.search(told) else UNEXPECTED  # what is meant for programs is not shown
