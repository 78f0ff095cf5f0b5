"""Names of companies in one text: whether it holds one of them or several."""

from __future__ import annotations

from itertools import pairwise

from clusterbook.forms.parsing.patterns import lazy_pattern

_BRACKETED = lazy_pattern(r"[（(][^（()）]*[)）]")
_BETWEEN = lazy_pattern(r"[\s、/／;；,，]+")
# 公司 beside another company's name may be its branch, or the rest of a name that was broken.
_WHOLE = lazy_pattern(
    r"(?!有限|股份|责任|集团|控股|实业|分公司|分厂)\S{2,}"
    r"(?:(?<![分支子])公司|(?<![分支])厂|合作社)(?:[（(]\S*[)）])?"
    r"|\S{4,}[（(](?:有限|普通|特殊普通)合伙[)）]"
)
_LONGEST = 1000  # no cell with names is longer, and patterns need not toil


def several_companies(text: str) -> tuple[str, ...]:
    """The names of several companies that one text holds, () where it holds at most one.

    Each must be whole: 湖南样例 and 有限公司 on two lines are one name, and a branch goes with its
    company.
    """
    text = text.strip()
    if len(text) > _LONGEST:
        return ()
    masked = _BRACKETED.sub(lambda found: "x" * len(found[0]), text)
    cuts = [(0, 0), *(cut.span() for cut in _BETWEEN.finditer(masked)), (len(text), len(text))]
    parts = [text[end:start] for (_, end), (start, _) in pairwise(cuts)]
    names = tuple(part for part in parts if part)
    return names if len(names) > 1 and all(map(_WHOLE.fullmatch, names)) else ()
