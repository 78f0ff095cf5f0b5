"""All papers about a round, by the names of their files."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clusterbook.paths import stem_of
from clusterbook.reports.briefs.one_page import one_page
from clusterbook.reports.briefs.situation import situation
from clusterbook.reports.progress import by_city, official_cities
from clusterbook.reports.summary.summary import Province
from clusterbook.results.read import Written

SITUATION = "情况报告.docx"
NO_CITY = "未注明市州"


def papers(out: Path, province: Province) -> Iterator[tuple[str, bytes]]:
    """情况报告, and below 一页纸/ a page for each cluster that the summary lists."""
    written = Written(out)
    problems = list(written.lines("problems"))
    cities = by_city(written.lines("progress"), official_cities(written.lines("submissions")))
    yield SITUATION, situation(province, cities, problems)[0]
    taken: set[str] = set()
    for part in province.parts:
        for cluster in (*part.counted, *part.others):
            own = [one for one in problems if one["submission"] == cluster.submission]
            city = stem_of(cluster.city) or NO_CITY
            stem = stem_of(cluster.name) or stem_of(cluster.submission)
            name = f"一页纸/{city}/{stem}.docx"
            if name.casefold() in taken:
                name = f"一页纸/{city}/{stem}_{stem_of(cluster.submission)}.docx"
            taken.add(name.casefold())
            yield name, one_page(province, part, cluster, own)
