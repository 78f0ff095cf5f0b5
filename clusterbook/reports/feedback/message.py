"""The short message for a chat: at most 300 characters, and never without limit and remedy.

It names the three gravest kinds of problems, says how many more there are, and what to do by when.
Where that is too long for the room, the name of the file is cut first, then places go, then kinds;
what is left out is counted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from clusterbook.forms.reasons import WORD
from clusterbook.layout.own_sheets import WHOLE_SHEET
from clusterbook.problems import Level
from clusterbook.reports.feedback.groups import ProblemGroup, groups
from clusterbook.reports.feedback.letter import Letter
from clusterbook.reports.feedback.remarks import brief, printable

LIMIT = 300  # characters
_KINDS = 3
_LEVELS = (Level.ERROR, Level.EXPLAIN)
_WHOM, _TITLE, _FILE, _COPY, _SENTENCE = 30, 30, 24, 50, 60
_WHOLE_FILE = 80  # where there is room
_MARKS = "①②③"


def chat_text(letter: Letter) -> str:
    """The message; LIMIT characters at most, however much there is to tell."""
    text = ""
    for text in _candidates(letter):
        if len(text) <= LIMIT:
            break
    return text


def _candidates(letter: Letter) -> Iterator[str]:
    """The message in ever fewer words."""
    head, tail = _head(letter), _tail(letter)
    if letter.nearly_blank:
        yield f"{_head(letter, _WHOLE_FILE)}{letter.blank_words}。{tail}"
        yield f"{head}{letter.blank_words}。{tail}"
    elif letter.unreadable:
        first = letter.remarks[0] if letter.remarks else None
        says = f"{brief(first.says, _SENTENCE)}{brief(first.mend, _SENTENCE)}" if first else ""
        yield f"{head}无法读取：{says}{tail}"
        yield f"{head}无法读取，原因见退回通知。{tail}"
    else:
        found = groups(letter.remarks, _LEVELS)
        most = min(_KINDS, len(found))
        counts = f"{_counts(found)}。"
        yield _head(letter, _WHOLE_FILE) + counts + _kinds(found, most, places=True) + tail
        head += counts
        for shown in range(most, -1, -1):
            for places in (True, False):
                yield head + _kinds(found, shown, places=places) + tail
    yield f"【退回通知】你单位报送的工作簿需要更正，详见退回通知。{tail}"
    yield f"【退回通知】你单位报送的工作簿需要更正，详见退回通知。{_tail(letter, named=False)}"


def _head(letter: Letter, longest: int = _FILE) -> str:
    """To whom about which file, its name without the office's folders."""
    whom = f"{brief(letter.issued_to, _WHOM)}：" if letter.issued_to else ""
    title = brief(letter.title.strip(), _TITLE)
    file = brief(letter.file.rpartition("/")[2], longest)
    named = f"（{file}）" if file else ""  # none where bytes were read
    return f"【退回通知】{whom}你单位报送的“{title}”{named}"


def _counts(found: Sequence[ProblemGroup]) -> str:
    told = [
        f"{word}{sum(one.count for one in found if one.level is level)}处"
        for level, word in ((Level.ERROR, "须更正"), (Level.EXPLAIN, "须说明"))
        if any(one.level is level for one in found)
    ]
    return "、".join(told) or "请按退回通知处理"


def _kinds(found: Sequence[ProblemGroup], shown: int, *, places: bool) -> str:
    told = [
        f"{mark}{one.name}{one.count}处" + (f"（如{brief(one.where, 28)}）" if places else "")
        for mark, one in zip(_MARKS, found[:shown], strict=False)
    ]
    left = found[shown:]
    rest = f"另有{len(left)}类{sum(one.count for one in left)}处" if left else ""
    parts = [*told, *filter(None, (rest,))]
    return f"{'；'.join(parts)}。" if parts else ""


def _tail(letter: Letter, *, named: bool = True) -> str:
    """What to do, and by when; who says so."""
    until = f"于{printable(letter.deadline)}前" if letter.deadline else "尽快"
    sender = f"（{printable(letter.sender)}）" if letter.sender else ""
    if letter.nearly_blank:
        return f"请填写完整后{until}发回。{sender}"
    if letter.copy:
        copy = f"“{brief(letter.copy, _COPY)}”" if named else "工作簿"
        return f"请在退回的{copy}中更正有底色的格，{_explain(letter)}{until}发回。{sender}"
    return f"请按退回通知处理后{until}重新报送。{sender}"


def _explain(letter: Letter) -> str:
    """Where to say why, where something is asked."""
    if not letter.of(Level.EXPLAIN):
        return ""
    which = "须说明而属实的" if letter.of(Level.ERROR) else "属实的"
    return f"{which}在“{WHOLE_SHEET}”表写明原因（{WORD}），"
