"""What a diligent clerk types into an answer of each kind, and what it must come to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import singledispatch
from random import Random
from typing import Any

from clusterbook.forms.kinds import (
    Choice,
    CreditCode,
    Day,
    FourPart,
    Items,
    Kind,
    LongText,
    Month,
    Name,
    Pages,
    Period,
    Phone,
    Reduction,
    Text,
    Tick,
    YesNo,
)

CODE_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Texts that meet the patterns of specs; a form with another pattern gives templates of its own.
# ``{name}`` is Han, ``{number}`` a number, ``{d2}``, ``{d3}``, ``{d4}``, ``{d6}`` so many digits.
PATTERNED = ("泉州市{name}产业集群", "{name}", "AB{number:04d}")
WORDS = (
    "石材", "R&D", "“小巨人”", "轴承<甲>", "茶业；陶瓷（日用）", "'时钟'", "数控机床", "光电%",
    "新材料",
)  # fmt: skip


@singledispatch
def content(kind: Kind, dice: Random, number: int) -> tuple[str, Any]:
    """What is typed and what it must come to; ``number`` makes it different from all others.

    A form with a kind of its own that is neither a number nor a choice teaches it here:
    ``@content.register``.
    """
    if kind.numeric:
        return _figure(kind, dice, number)
    if kind.options:
        text = dice.choice(kind.options)
        return text, text
    raise NotImplementedError(f"nobody has registered with `content` what a {kind!r} takes")


def _figure(kind: Kind, dice: Random, number: int) -> tuple[str, Any]:
    """A number within the bounds."""
    low = kind.low if kind.low is not None else -9_000_000.0
    if isinstance(kind, Reduction):  # what rose is asked about
        low = 0.0
    high = kind.high if kind.high is not None else 9_000_000.0
    decimals = kind.decimals or 0
    steps = 10**decimals
    if high - low < 1000:  # a percentage: as many different ones as there are
        first = max(low, -high)
        at = first + (number * 37 % (int((high - first) * steps) - 1) + 1) / steps
    else:
        at = max(low, 0.0) + number + (dice.randrange(steps) / steps if steps > 1 else 0)
        if kind.low is None and dice.random() < 0.3:
            at = -at
    text = f"{at:.{decimals}f}"
    if dice.random() < 0.3 and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text, int(text) if kind.whole else float(text)


def _han(number: int) -> str:
    return "".join("甲乙丙丁戊己庚辛壬癸"[int(digit)] for digit in str(number))


def patterned(kind: Text, number: int, templates: Iterable[str]) -> str:
    """A text that meets the pattern of its kind, by the first template that leads to one."""
    digits = {f"d{n}": f"{number % 10**n:0{n}d}" for n in (2, 3, 4, 6)}
    for template in (*templates, *PATTERNED):
        text = template.format(name=_han(number), number=number, **digits)
        if re.search(kind.pattern, text) and len(text) <= kind.longest:
            return text
    raise NotImplementedError(f"no template of `texts` leads to a text like {kind.pattern!r}")


@content.register
def _(kind: Text, dice: Random, number: int) -> tuple[str, Any]:
    if kind.pattern:
        text = patterned(kind, number, ())
        return text, text
    if kind.suggestions and dice.random() < 0.3:
        text = dice.choice(kind.suggestions)
        return text, text
    text = f"{dice.choice(WORDS)}第{number}号"[: kind.longest]
    return text, text


@content.register
def _(kind: LongText, dice: Random, number: int) -> tuple[str, Any]:
    longest = min(kind.limit or 400, 400)
    parts = []
    for box in range(kind.boxes):
        length = dice.randrange(20, longest // kind.boxes)
        body = (f"第{number}-{box + 1}段：" + "围绕主导产业，补链、强链；R&D 投入增长12.5%。" * 20)[
            :length
        ]
        parts.append(body[: length // 2].strip() + "\n" + body[length // 2 :].strip())
    text = "\n\n".join(parts)
    return text, text


@content.register
def _(kind: Name, dice: Random, number: int) -> tuple[str, Any]:
    if kind.longest <= 20:
        text = dice.choice("王李张刘陈杨黄赵吴周欧") + _han(number)
    else:
        text = dice.choice(("福建{}股份有限公司", "{}（中国）有限公司", "湖南省{}研究院")).format(
            _han(number)
        )
    return text, text


@content.register
def _(kind: Choice, dice: Random, number: int) -> tuple[str, Any]:
    text = dice.choice(kind.options)
    return text, text


@content.register
def _(kind: YesNo, dice: Random, number: int) -> tuple[str, Any]:
    text = dice.choice(("是", "否"))
    return text, text == "是"


@content.register
def _(kind: Tick, dice: Random, number: int) -> tuple[str, Any]:
    text = dice.choice((Tick.TICKED, Tick.TICKED, Tick.OPEN))
    return text, text == Tick.TICKED


@content.register
def _(kind: Items, dice: Random, number: int) -> tuple[str, Any]:
    count = dice.randint(1, min(kind.at_most or 3, len(kind.options) or 3))
    if kind.options:
        items = dice.sample(kind.options, count)
    else:
        items = [
            f"{dice.choice(('阀门', '石英表', '5G模组'))}{number}{'ABC'[n]}" for n in range(count)
        ]
    return "、".join(items), items


@content.register
def _(kind: Month, dice: Random, number: int) -> tuple[str, Any]:
    text = f"{dice.randint(2005, 2025)}-{dice.randint(1, 12):02d}"
    return text, text


@content.register
def _(kind: Day, dice: Random, number: int) -> tuple[str, Any]:
    first, last = (kind.years[0], kind.years[-1]) if kind.years else (2005, 2025)
    text = f"{dice.randint(first, last)}-{dice.randint(1, 12):02d}-{dice.randint(1, 28):02d}"
    return text, text


@content.register
def _(kind: Period, dice: Random, number: int) -> tuple[str, Any]:
    first, last = dice.randint(2015, 2024), dice.randint(2025, 2029)
    a, b = dice.randint(1, 12), dice.randint(1, 12)
    return f"{first}.{a:02d}-{last}.{b:02d}", f"{first}-{a:02d}/{last}-{b:02d}"


@content.register
def _(kind: Phone, dice: Random, number: int) -> tuple[str, Any]:
    mobile = f"13{dice.randint(0, 9)}{number % 10**8:08d}"
    landline = f"0{dice.randint(591, 599)}-2{number % 10**7:07d}"
    text = dice.choice((mobile, landline))
    return text, text


@content.register
def _(kind: Pages, dice: Random, number: int) -> tuple[str, Any]:
    first = number % 9000 + 1
    last = first + dice.randint(1, 20)
    return dice.choice(
        (
            (f"P{first}", [f"{first}"]),
            (f"P{first}-{last}", [f"{first}-{last}"]),
            (f"P{first}、P{last}", [f"{first}", f"{last}"]),
        )
    )


@content.register
def _(kind: CreditCode, dice: Random, number: int) -> tuple[str, Any]:
    text = f"913506{number % 10**9:09d}XY"[:17]
    total = sum(CODE_SIGNS.index(sign) * pow(3, at, 31) for at, sign in enumerate(text))
    text += CODE_SIGNS[-total % 31]
    return text, text


@content.register
def _(kind: FourPart, dice: Random, number: int) -> tuple[str, Any]:
    counts = [dice.randint(0, 3), dice.randint(0, 9), dice.randint(0, 99), number]
    return "/".join(map(str, counts)), counts
