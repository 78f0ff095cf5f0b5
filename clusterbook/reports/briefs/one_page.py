"""一页纸: one cluster on one page: figures with last year and rank, lists, open questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from clusterbook import styles
from clusterbook.problems import Level, Ruling
from clusterbook.reports import wordml
from clusterbook.reports.briefs.trail import number
from clusterbook.reports.feedback.remarks import brief
from clusterbook.reports.summary.columns import FigureColumn
from clusterbook.reports.summary.figures import Cluster, RoundPart
from clusterbook.reports.summary.rolls import MergedRoll, RollLine
from clusterbook.reports.summary.summary import Province
from clusterbook.results.read import Line

_FIGURES = wordml.LetterGrid(
    heads=("指标", "上年", "本年", "增幅", "名次", "指标", "上年", "本年", "增幅", "名次"),
    widths=(1560, 830, 830, 680, 522, 1560, 830, 830, 680, 522),
    centred=(4, 9), right=(1, 2, 3, 6, 7, 8), size=16, pad=15, side=30,
)  # fmt: skip
_SMALL, _LINE = 20, 300
_MOST_FIGURES, _MOST_NAMES, _MOST_ASKED = 22, 5, 4
_WIDE = 320  # characters of the lists together
_MESSAGE = 110  # characters of a question


def one_page(province: Province, part: RoundPart, cluster: Cluster, asked: Iterable[Line]) -> bytes:
    """The page as a .docx; ``asked`` are the questions about the return, lines of problems.csv."""
    body = [
        wordml.line(cluster.name or cluster.file, styles.HEI, 36,
                    wordml.Look(align="center", line=520, after=60)),
        _small("　".join(_who(part, cluster)), centred=True),
        wordml.table(_FIGURES, _figures(part, cluster)),
        *(_pair(roll.roll.title, _names(roll, cluster)) for roll in province.rolls),
        *_questions(list(asked)),
        _small("名次为本轮计入汇总的集群中的名次；“—”为没有填报或不能计算，不是零。"
               f"数据取自 {brief(cluster.file, 60)}，结论：{cluster.verdict}。"),
    ]  # fmt: skip
    return wordml.LetterDocument(body="".join(body), title=f"{cluster.name}一页纸").written()


def _small(text: str, *, centred: bool = False) -> str:
    look = wordml.Look(align="center" if centred else "both", line=_LINE, after=40)
    return wordml.line(text, styles.FANG, _SMALL, look)


def _pair(head: str, text: str) -> str:
    """A line that begins with what it is about."""
    runs = wordml.run(f"{head}：", styles.HEI, _SMALL) + wordml.run(text, styles.FANG, _SMALL)
    return wordml.paragraph(runs, _SMALL, wordml.Look(line=_LINE, after=30))


def _who(part: RoundPart, cluster: Cluster) -> Iterator[str]:
    yield f"{cluster.city}{cluster.county}"
    if cluster.industry:
        yield f"产业：{cluster.industry}"
    for fact, text in zip(part.summary.facts, cluster.facts, strict=True):
        if text and not fact.contact:
            yield f"{fact.label}：{brief(text, 40)}"


def _figures(part: RoundPart, cluster: Cluster) -> Iterator[Sequence[str]]:
    """The main figures in two columns; the leading and ranked ones first."""
    order = sorted(part.columns, key=lambda c: (not c.figure.leading, not c.figure.ranked))
    cells = [_figure(part, cluster, column) for column in order[:_MOST_FIGURES]]
    half = -(-len(cells) // 2)
    for at in range(half):
        right = cells[half + at] if half + at < len(cells) else ("", "", "", "", "")
        yield (*cells[at], *right)


def _figure(part: RoundPart, cluster: Cluster, column: FigureColumn) -> tuple[str, ...]:
    rank = next((line.rank for line in part.ranking(column)
                 if line.cluster.submission == cluster.submission), None)  # fmt: skip
    counted = len(part.counted)
    return (
        column.label, number(cluster.before.get(column.key), column.decimals),
        number(cluster.now[column.key], column.decimals), number(cluster.growth(column), 2),
        f"{rank}/{counted}" if rank is not None else "—",
    )  # fmt: skip


def _names(roll: MergedRoll, cluster: Cluster) -> str:
    """How many entries of a list are the cluster's, and the first of them.

    Lists are merged from what counts: of a return that does not nobody can say that it has none.
    """
    if not cluster.counted:
        return f"{cluster.verdict}的报送不计入名单。"
    own = [one for one in roll.entries if one.cluster.submission == cluster.submission]
    if not own:
        return "没有填报。"
    names = list(dict.fromkeys(filter(None, (_name(roll, one) for one in own))))
    shown: list[str] = []
    for name in names[:_MOST_NAMES]:
        if sum(map(len, shown)) + len(name) < _WIDE // len(names[:_MOST_NAMES]) * _MOST_NAMES:
            shown.append(name)
    rest = "等" if len(names) > len(shown) else ""
    return f"{len(own)}项，{'、'.join(shown)}{rest}。"


def _name(roll: MergedRoll, one: RollLine) -> str:
    return brief(str(one.cells.get(roll.roll.name) or ""), 30)


def _questions(asked: Sequence[Line]) -> Iterator[str]:
    found = [one for one in asked if one["level"] == Level.EXPLAIN.value]
    if not found:
        yield _pair("需说明事项", "没有。")
        return
    yield _pair("需说明事项", f"共{len(found)}条。")
    for one in found[:_MOST_ASKED]:
        given = f"说明：{brief(one['explanation'], 60)}" if one["explanation"] else "尚未说明。"
        ruling = f"；裁定：{one['decision']}" if one.get("decision") else ""
        figure = f"，核定数{one['approved']}" if one.get("approved") else ""
        refused = "（须重新说明）" if one.get("decision") == Ruling.REFUSED else ""
        yield _small(f"· {brief(one['message'], _MESSAGE)}{given}{ruling}{figure}{refused}")
    if len(found) > _MOST_ASKED:
        yield _small(f"· 另有{len(found) - _MOST_ASKED}条，见《需说明事项裁定表》。")
