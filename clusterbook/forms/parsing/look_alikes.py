"""Han characters that look like ordinary ones and are others: what texts copied from PDFs hold.

Unicode has the 214 radicals of the Kangxi dictionary, those of newer dictionaries and characters of
old encodings a second time. Programs that take texts out of PDFs often choose these, and nobody
sees it: 卫⽣⽤品 is no 卫生用品 to a computer.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from clusterbook.forms.parsing.patterns import lazy_pattern

_RANGES = "\u2e80-\u2fdf\uf900-\ufad9\U0002f800-\U0002fa1d"
# Greedy over what is none: several times as fast as a search for one.
_NONE = lazy_pattern(f"[^{_RANGES}]*").fullmatch
_LOOK_ALIKE = lazy_pattern(f"[{_RANGES}]")

# Equivalent_Unified_Ideograph of Unicode for the radicals that have no decomposition.
_RADICALS = (
    "⺁厂⺂乛⺃乚⺄乙⺅亻⺆冂⺈刀⺉刂⺊卜⺋㔾⺌小⺍尐⺎兀⺏尣⺐尢⺒巳⺓幺⺔彑⺕彐⺖忄⺗心⺘扌⺙攵⺛旡⺜日⺝月⺞歺⺠民⺡氵⺢氺⺣灬⺤爫"
    "⺥爬⺦丬⺧牛⺨犭⺩王⺫目⺬示⺭礻⺯糹⺰纟⺱罓⺲罒⺳㓁⺴冗⺶羊⺹耂⺺肀⺻聿⺼肉⺾艹⺿艺⻀艻⻁虎⻂衤⻃覀⻄西⻅见⻆角⻈讠⻉贝⻋车⻌辶"
    "⻏邑⻐钅⻑長⻒镸⻓长⻔门⻖阝⻗雨⻘青⻙韦⻚页⻛风⻜飞⻝食⻟飠⻠饣⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
#: Radicals that Unicode itself does not decompose, with the characters that they stand for.
RADICALS = dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True))
# Drawn like 户 in the fonts of the mainland; Unicode decomposes it to 戶.
_DRAWN = {"\u2f3e": "户"}


def has_look_alikes(text: str) -> bool:
    """Whether a text holds a character that looks like another, ordinary one."""
    return _NONE(text) is None


def ordinary(text: str) -> str:
    """The text in ordinary characters; the very same text where it is so already."""
    if text.isascii() or _NONE(text):
        return text
    return _LOOK_ALIKE.sub(lambda found: _ordinary(found[0]), text)


@lru_cache(maxsize=2048)
def _ordinary(sign: str) -> str:
    """The ordinary character for one look-alike; itself where there is none."""
    drawn = _DRAWN.get(sign) or RADICALS.get(sign)
    return drawn or unicodedata.normalize("NFKC", sign)
