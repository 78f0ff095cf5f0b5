"""How the desk bears a whole province: blanks by link, uploads and their verdicts, a burst, watchers.

    python benchmarks/desk.py [--counties 1000] [--seconds 30] [--watchers 1000] [--burst 100] [--db URL]

Everything runs on this machine, the clients, too: beside the times by the clock stands the processor
time that the desk itself took. Clients hear of verdicts as browsers do. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import re
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import psutil

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "tests"), str(HERE.parent / "samples"), str(HERE.parent)]

import content_cluster_contest as content  # noqa: E402
from support.desk import Client, Served  # noqa: E402

from clusterbook.forms.options import Options  # noqa: E402
from clusterbook.forms.stamp import Stamp  # noqa: E402
from clusterbook.issuing import patch  # noqa: E402
from clusterbook.layout import layouts  # noqa: E402
from clusterbook.store.database import Database, url_of  # noqa: E402
from clusterbook.store.tables import Upload  # noqa: E402
from clusterbook.workbook.content import Entries  # noqa: E402

FORM, PROVINCE, ENTERPRISES = "cluster_contest", "湖南省", 200
FILES = 25  # counties that send


def roster(count: int) -> bytes:
    """One county so many times, by the names of its clusters."""
    rows = [f"邵阳市,邵东市,邵东市第{at}产业集群" for at in range(count)]
    return "\n".join(["市州,县（市、区）,集群名称", *rows]).encode()


def returns(desk: Served) -> list[bytes]:
    """A filled workbook of two hundred enterprises for each county that sends."""
    layout = layouts.of(FORM, Options(report_year=2025, province=PROVINCE))
    values, rows = content.content(content.SMALL)
    few = rows["existing_enterprises"]
    rows["existing_enterprises"] = (few * (ENTERPRISES // len(few) + 1))[:ENTERPRISES]
    people = []
    with Path(desk.folder / "issued" / "register.csv").open(encoding="utf-8") as file:
        for line in list(file)[1 : FILES + 1]:
            issue, whom, *_ = (cell.strip('"') for cell in line.split('","'))
            stamp = Stamp.of(layout.workbook, issue=issue.strip('"'), issued_to=whom)
            people.append((stamp, Entries(values=values, rows=rows)))
    return list(patch.workbooks(layout, people))


def processes(desk: Served) -> list[psutil.Process]:
    """The server and everything beside it."""
    assert desk.process is not None
    server = psutil.Process(desk.process.pid)
    return [server, *server.children(recursive=True)]


def memory(desk: Served) -> float:
    """MiB of all of them, pages that they share counted once."""
    return sum(one.memory_full_info().pss for one in processes(desk)) / (1 << 20)


def spent(desk: Served) -> float:
    """Seconds of processor time so far, those of ended workers among them."""
    return sum(sum(one.cpu_times()[:4]) for one in processes(desk))


class Peak(threading.Thread):
    """The most memory while it runs."""

    def __init__(self, desk: Served) -> None:
        super().__init__(daemon=True)
        self.desk, self.most, self.ended = desk, 0.0, threading.Event()

    def run(self) -> None:
        """Look once a second."""
        while not self.ended.wait(1):
            with contextlib.suppress(psutil.NoSuchProcess):
                self.most = max(self.most, memory(self.desk))


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1] if len(times) > 1 else times[0]


async def blanks(links: list[str]) -> list[float]:
    """Each blank once, eight at a time."""
    times: list[float] = []
    gate = asyncio.Semaphore(8)
    async with httpx.AsyncClient(timeout=60) as client:

        async def one(link: str) -> None:
            async with gate:
                started = time.perf_counter()
                (await client.get(f"{link}/blank")).raise_for_status()
                times.append(time.perf_counter() - started)

        await asyncio.gather(*map(one, links))
    return times


async def send(client: httpx.AsyncClient, link: str, data: bytes) -> float:
    """From the first byte that is sent until the verdict is there."""
    token = re.search(r'name="csrf" value="([^"]*)"', (await client.get(link)).text)
    assert token is not None
    started = time.perf_counter()
    answer = await client.post(
        f"{link}/upload",
        data={"csrf": token[1]},
        files={"file": ("a.xlsx", data)},
        follow_redirects=True,
    )
    answer.raise_for_status()
    async with client.stream("GET", f"{link}/events") as news:
        lines = news.aiter_lines()
        while "正在核对" in (answer := await client.get(answer.url)).text:
            while not (await anext(lines)).startswith("data"):
                pass
    assert 'class="verdict"' in answer.text, answer.text
    return time.perf_counter() - started


async def steady(links: list[str], files: list[bytes], seconds: int) -> list[float]:
    """One upload a second."""
    async with httpx.AsyncClient(timeout=120) as client:
        tasks = []
        for at in range(seconds):
            number = at % len(files)
            tasks.append(
                asyncio.create_task(
                    send(client, links[number], files[number] + bytes([at // 256, at % 256]))
                )
            )
            await asyncio.sleep(1)
        return list(await asyncio.gather(*tasks))


async def burst(links: list[str], files: list[bytes], count: int) -> list[float]:
    """So many at once."""
    limits = httpx.Limits(max_connections=2 * count)
    async with httpx.AsyncClient(timeout=600, limits=limits) as client:
        return list(await asyncio.gather(*(
            send(client, links[at % len(files)], files[at % len(files)] + b"burst %d" % at)
            for at in range(count)
        )))  # fmt: skip


@contextlib.asynccontextmanager
async def watching(links: list[str], count: int) -> AsyncIterator[dict[str, int]]:
    """So many open pages; how many listen, and what they hear."""
    seen, all_there = {"listening": 0, "heard": 0}, asyncio.Event()
    limits = httpx.Limits(max_connections=count, max_keepalive_connections=count)
    async with httpx.AsyncClient(timeout=httpx.Timeout(120, read=None), limits=limits) as client:

        async def one(link: str) -> None:
            async with client.stream("GET", f"{link}/events") as stream:
                stream.raise_for_status()
                seen["listening"] += 1
                if seen["listening"] == count:
                    all_there.set()
                try:
                    async for line in stream.aiter_lines():
                        seen["heard"] += line.startswith("data")
                finally:
                    seen["listening"] -= 1

        tasks = [asyncio.create_task(one(links[at % len(links)])) for at in range(count)]
        await asyncio.wait_for(all_there.wait(), 300)
        yield seen
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def burst_watched(
    links: list[str], files: list[bytes], count: int, watchers: int
) -> tuple[list[float], int, int]:
    """So many uploads at once while so many watch."""
    async with watching(links, watchers) as seen:
        times = await burst(links, files, count)
        await asyncio.sleep(1)
        return times, seen["listening"], seen["heard"]


def judged(desk: Served) -> tuple[int, int]:
    """How many uploads there are, and how many of them are judged."""
    database = Database(url_of(desk.database, desk.folder))
    with database.reading() as session:
        states = [one.state for one in session.query(Upload)]
    database.close()
    return len(states), states.count("judged")


def main() -> None:
    """All of it, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--counties", type=int, default=1000)
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--burst", type=int, default=100)
    parser.add_argument("--db", default="")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Served(Path(folder) / "round", database=options.db, jobs=2) as desk,
    ):
        measure(desk, options)


def measure(desk: Served, options: argparse.Namespace) -> None:
    """The table."""
    with desk.client() as office:
        office.begin(roster(options.counties), FORM, PROVINCE)
        links = office.links()
    files = returns(desk)
    with Client(links[0]) as first:  # the workers are there
        first.verdict(first.send(files[0] + b"first"))
    print(
        "| what | count | median s | p95 s | most s | processor s each |\n|---|---|---|---|---|---|"
    )

    def told(what: str, times: list[float], before: float) -> None:
        each = (spent(desk) - before) / len(times)
        print(f"| {what} | {len(times)} | {statistics.median(times):.2f} | {p95(times):.2f} "
              f"| {max(times):.2f} | {each:.3f} |", flush=True)  # fmt: skip

    before = spent(desk)
    told("blank by link, 8 at a time", asyncio.run(blanks(links)), before)
    before, what = spent(desk), f"upload → verdict, {ENTERPRISES} enterprises, one a second"
    told(what, asyncio.run(steady(links, files, options.seconds)), before)
    peak, before = Peak(desk), spent(desk)
    peak.start()
    times, alive, heard = asyncio.run(
        burst_watched(links, files, options.burst, options.watchers)
    )  # fmt: skip
    told(f"burst of {options.burst}: upload → verdict", times, before)
    peak.ended.set()
    peak.join()
    sent, done = judged(desk)
    expected = 1 + options.seconds + options.burst
    print(f"\nuploads {sent} of {expected}, judged {done}; {alive} of {options.watchers} watch, "
          f"heard {heard} times; most memory {peak.most:.0f} MiB")  # fmt: skip


if __name__ == "__main__":
    main()
