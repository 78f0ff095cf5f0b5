"""How the desk bears a whole province: blanks by link, uploads and their verdicts, a burst, watchers.

    python benchmarks/desk.py [--minutes 1] [--watchers 1000] [--burst 100] [--db URL]

Everything runs on this machine, the clients, too. Prints a table in Markdown.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import tempfile
import time
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
from clusterbook.workbook.content import Entries  # noqa: E402

FORM, PROVINCE, COUNTIES, ENTERPRISES = "cluster_contest", "湖南省", 120, 200


def roster() -> bytes:
    """One county a hundred and twenty times, by the names of its clusters."""
    rows = [f"邵阳市,邵东市,邵东市第{at}产业集群" for at in range(COUNTIES)]
    return "\n".join(["市州,县（市、区）,集群名称", *rows]).encode()


def returns(desk: Served) -> list[bytes]:
    """A filled workbook of two hundred enterprises for each county."""
    layout = layouts.of(FORM, Options(report_year=2025, province=PROVINCE))
    values, rows = content.content(content.SMALL)
    few = rows["existing_enterprises"]
    rows["existing_enterprises"] = (few * (ENTERPRISES // len(few) + 1))[:ENTERPRISES]
    people = []
    with Path(desk.folder / "issued" / "register.csv").open(encoding="utf-8") as file:
        for line in list(file)[1:]:
            issue, whom, *_ = (cell.strip('"') for cell in line.split('","'))
            stamp = Stamp.of(layout.workbook, issue=issue.strip('"'), issued_to=whom)
            people.append((stamp, Entries(values=values, rows=rows)))
    return list(patch.workbooks(layout, people))


def memory(desk: Served) -> float:
    """MiB of the server and everything beside it, shared pages once."""
    assert desk.process is not None
    server = psutil.Process(desk.process.pid)
    return sum(one.memory_full_info().uss for one in (server, *server.children(recursive=True))) / (
        1 << 20
    )


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
    while "正在核对" in answer.text:
        await asyncio.sleep(0.1)
        answer = await client.get(answer.url)
        answer.raise_for_status()
    assert 'class="verdict"' in answer.text, answer.text
    return time.perf_counter() - started


async def steady(links: list[str], files: list[bytes], seconds: int) -> list[float]:
    """One upload a second."""
    async with httpx.AsyncClient(timeout=120) as client:
        tasks = []
        for at in range(seconds):
            number = at % len(links)
            tasks.append(
                asyncio.create_task(
                    send(client, links[number], files[number] + bytes([at // 256, at % 256]))
                )
            )
            await asyncio.sleep(1)
        return list(await asyncio.gather(*tasks))


async def burst(links: list[str], files: list[bytes], count: int) -> list[float]:
    """So many at once."""
    limits = httpx.Limits(max_connections=count)
    async with httpx.AsyncClient(timeout=600, limits=limits) as client:
        return list(await asyncio.gather(*(
            send(client, links[at], files[at] + b"burst") for at in range(count)
        )))  # fmt: skip


async def watched(links: list[str], count: int, desk: Served) -> tuple[int, float]:
    """So many open pages; how many still listen after ten seconds, and the memory."""
    alive = 0
    limits = httpx.Limits(max_connections=count, max_keepalive_connections=count)
    async with httpx.AsyncClient(timeout=httpx.Timeout(60, read=60), limits=limits) as client:

        async def one(link: str) -> None:
            nonlocal alive
            async with client.stream("GET", f"{link}/events") as stream:
                if stream.status_code == 200:
                    alive += 1
                async for _ in stream.aiter_lines():
                    pass

        tasks = [asyncio.create_task(one(links[at % len(links)])) for at in range(count)]
        await asyncio.sleep(15)
        used = memory(desk)
        ended = sum(task.done() for task in tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    return alive - ended, used


def main() -> None:
    """All of it, one after the other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=30)
    parser.add_argument("--watchers", type=int, default=1000)
    parser.add_argument("--burst", type=int, default=100)
    parser.add_argument("--db", default="")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        Served(Path(folder) / "round", database=options.db, jobs=2) as desk,
    ):
        with desk.client() as office:
            office.begin(roster(), FORM, PROVINCE)
            links = office.links()
        files = returns(desk)
        with Client(links[0]) as first:  # the workers are there
            first.verdict(first.send(files[0] + b"first"))
        print("| what | count | median s | p95 s | most s |\n|---|---|---|---|---|")

        def told(what: str, times: list[float]) -> None:
            print(
                f"| {what} | {len(times)} | {statistics.median(times):.2f} | {p95(times):.2f} | {max(times):.2f} |",
                flush=True,
            )

        told("blank by link, 8 at a time", asyncio.run(blanks(links)))
        told(
            f"upload → verdict, {ENTERPRISES} enterprises, one a second",
            asyncio.run(steady(links, files, options.seconds)),
        )
        print(f"\nmemory {memory(desk):.0f} MiB\n", flush=True)
        told(
            f"burst of {options.burst}: upload → verdict",
            asyncio.run(burst(links, files, options.burst)),
        )
        alive, used = asyncio.run(watched(links, options.watchers, desk))
        print(f"\n{options.watchers} watching: {alive} connected, memory {used:.0f} MiB")


if __name__ == "__main__":
    main()
