"""``/api/v1``: what programs send and get, and that nothing they send breaks it."""

from __future__ import annotations

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import httpx
import jsonschema
import pytest
from support import hostile
from support.desk import FORM, SECONDS, Served, another, get, roster
from support.locking import agile
from support.xml2003_books import converted

import clusterbook as cb
from clusterbook.readers.grid import read_grid
from clusterbook.web.openapi import DOCUMENT

XLSX = "申报.xlsx"
CHECKS = (
    "not_a_server_error,status_code_conformance,content_type_conformance,"
    "response_headers_conformance,response_schema_conformance"
)


@pytest.fixture(name="token", scope="module")
def token_fixture(staffed: Served) -> str:
    told = staffed.command("account", "token", str(staffed.folder), "省", "--days", "2")
    assert told.exit_code == 0, told.stderr
    return told.stdout.strip()


@pytest.fixture(name="api")
def api_fixture(staffed: Served, token: str) -> Iterator[httpx.Client]:
    with httpx.Client(
        verify=False,
        base_url=f"{staffed.url}/api/v1",
        headers={"Authorization": f"Bearer {token}"},
        timeout=SECONDS,
    ) as client:
        yield client


def as_described(answer: httpx.Response, path: str, method: str = "get") -> Any:
    """The body of an answer, which is one that the document has."""
    responses = DOCUMENT["paths"][path][method]["responses"]
    assert str(answer.status_code) in responses, (answer.status_code, answer.text)
    schema = responses[str(answer.status_code)]["content"]["application/json"]["schema"]
    jsonschema.validate(answer.json(), {**schema, "components": DOCUMENT["components"]})
    return answer.json()


def test_a_program_pushes_a_return_and_hears_what_became_of_it(
    staffed: Served, api: httpx.Client
) -> None:
    with staffed.client("省") as office:
        blank = get(f"{office.links()[0]}/blank").content + b"pushed"
    round_ = as_described(api.get("/round"), "/round")
    issue = round_["counties"][0]["issue"]
    sent = api.post("/returns", files={"file": (XLSX, blank)}, data={"issue": issue})
    assert sent.status_code == 202
    receipt = as_described(sent, "/returns", "post")["receipt"]
    end = time.monotonic() + SECONDS
    while as_described(api.get(f"/returns/{receipt}"), "/returns/{receipt}")["state"] == "waiting":
        assert time.monotonic() < end
        time.sleep(0.1)
    upload = as_described(api.get(f"/returns/{receipt}"), "/returns/{receipt}")
    assert upload["verdict"] == "退回" and upload["issue"] == issue and upload["current"]
    for lang in ("zh", "en"):
        told = as_described(
            api.get(f"/returns/{receipt}/problems", params={"lang": lang}),
            "/returns/{receipt}/problems",
        )
        assert told["files"][0]["problems"]
    assert (
        told["files"][0]["problems"][0]["message"].isascii()
        or "“" in told["files"][0]["problems"][0]["message"]
    )
    again = api.post("/returns", files={"file": (XLSX, blank)}, data={"issue": issue})
    assert (
        again.status_code == 200 and as_described(again, "/returns", "post")["receipt"] == receipt
    )


def test_whoever_has_no_token_gets_nothing(staffed: Served, token: str) -> None:
    with staffed.client("省") as office:  # a cookie is no token: browsers send it by themselves
        for path in ("/round", "/returns/2025-000001", "/returns/2025-000001/problems"):
            assert as_described(office.get(f"/api/v1{path}"), "/round")["error"]["code"] == "token"
        sent = office.http.post(f"{staffed.url}/api/v1/returns", files={"file": (XLSX, b"x")})
        assert sent.status_code == 401
    for wrong in ("", "Bearer", "Bearer x", f"Basic {token}", f"Bearer {token}x", "Bearer \u00ff"):
        answer = get(
            f"{staffed.url}/api/v1/round", headers={"Authorization": wrong.encode("latin-1")}
        )
        assert answer.status_code == 401, wrong
    document = get(f"{staffed.url}/api/v1/openapi.json").json()
    assert document == json.loads(json.dumps(DOCUMENT))


def test_a_citys_token_looks_at_its_own_and_sends_nothing(staffed: Served) -> None:
    told = staffed.command("account", "token", str(staffed.folder), "厦门")
    with httpx.Client(
        verify=False,
        base_url=f"{staffed.url}/api/v1",
        headers={"Authorization": f"Bearer {told.stdout.strip()}"},
    ) as api:
        counties = as_described(api.get("/round"), "/round")["counties"]
        assert {one["issued_to"][:3] for one in counties} == {"厦门市"}
        assert api.post("/returns", files={"file": (XLSX, b"x")}).status_code == 403


def test_nothing_that_is_sent_breaks_it(api: httpx.Client) -> None:
    """Odd paths, queries, bodies and heads: refused by a code that the document has, never a 5xx."""
    dice = random.Random(5)
    odd = [
        "",
        " ",
        "%00",
        "%ff",
        "..%2f..",
        "\u202e",
        "a" * 3000,
        "2025-000001%0d%0a",
        "é",
        "'; DROP TABLE uploads;--",
        "💥",
        "%F0%28",
    ]
    for text in odd:
        for path in ("/returns/{}", "/returns/{}/problems", "/returns/{}/copy"):
            assert api.get(path.format(text)).status_code < 500, (path, text)
        assert api.get("/round", params={"lang": text, text or "x": "1"}).status_code == 200
    bodies: list[dict[str, Any]] = [
        {}, {"json": {}}, {"data": {"file": "text"}}, {"files": {"other": b"x"}}, {"content": b"\0" * 100},
        {"files": {"file": ("", b"")}}, {"files": {"file": (XLSX, b"x")}, "data": {"issue": "\0"}},
        {"files": {"file": (XLSX, b"x")}, "data": {"issue": "x" * 5000}},
        {"files": [("file", ("a", b"1")), ("file", ("b", b"2"))]},
        {"content": b"--x", "headers": {"Content-Type": "multipart/form-data"}},
        {"content": b"--x\r\n\r\n", "headers": {"Content-Type": "multipart/form-data; boundary=x"}},
    ]  # fmt: skip
    for number in range(30):
        junk = bytes(dice.randrange(256) for _ in range(dice.randrange(200)))
        head = dice.choice(
            ["multipart/form-data; boundary=x", "application/json", "text/plain; charset=\x7f"]
        )
        bodies.append(
            {"content": b"--x\r\n" * (number % 2) + junk, "headers": {"Content-Type": head}}
        )
    for body in bodies:
        answer = api.post("/returns", **body)
        assert answer.status_code in (400, 415, 422), (body, answer.text)
    for method in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        for path in ("/round", "/returns", "/returns/x"):
            assert api.request(method, path).status_code < 500


def test_the_description_is_one() -> None:
    from schemathesis.specs.openapi.definitions import OPENAPI_31

    jsonschema.Draft202012Validator(OPENAPI_31).validate(json.loads(json.dumps(DOCUMENT)))


@pytest.mark.wide
def test_whatever_the_description_lets_in_gets_an_answer_of_it(
    staffed: Served, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Schemathesis sends what the document allows and what it does not: no answer is a 5xx.

    It picks ids from answers, and sends for every county: it has a desk of its own.
    """
    database = another(request.getfixturevalue("server")) if staffed.database else ""
    desk = Served(tmp_path / "round", database=database, alone=False)
    desk.account("省", "province")
    with desk, desk.client("省") as office:
        office.begin(roster())
        told = desk.command("account", "token", str(desk.folder), "省")
        ran = subprocess.run(
            [sys.executable, "-P", "-m", "schemathesis.cli", "run",
             f"{desk.url}/api/v1/openapi.json", "-H", f"Authorization: Bearer {told.stdout.strip()}",
             "--max-examples", "100", "--generation-deterministic", "--no-color",
             "--phases", "examples,coverage,fuzzing",
             "--checks", CHECKS, "--no-shrink",
             "--report-json-path", str(tmp_path / "report.json")],
            capture_output=True, text=True, cwd=tmp_path,
        )  # fmt: skip
    assert ran.returncode == 0, ran.stdout
    found = re.search(r"(\d+) generated, (\d+) passed", ran.stdout)
    assert found is not None and found[1] == found[2] and int(found[1]) > 100, ran.stdout


def same_as_on_the_command_line(
    api: httpx.Client, desk: Served, files: Iterable[tuple[str, bytes]], folder: Path
) -> int:
    """Each file gets the same verdicts and problems by both ways; how many files there were."""
    paths = []
    for at, (name, data) in enumerate(files):
        paths.append(folder / f"{at:04d} {name.replace('/', '-')[:80]}")
        paths[-1].write_bytes(data)
    sent = [api.post("/returns", files={"file": (one.name, one.read_bytes())}) for one in paths]
    receipts = [one.json()["receipt"] for one in sent]
    with cb.Pool(1) as pool:
        for path, receipt in zip(paths, receipts, strict=True):
            mine = pool.check([path], register=desk.folder / "issued" / "register.csv")
            end = time.monotonic() + SECONDS
            while (state := api.get(f"/returns/{receipt}").json()["state"]) == "waiting":
                assert time.monotonic() < end
                time.sleep(0.1)
            assert state == "judged", path.name
            told = api.get(f"/returns/{receipt}/problems").json()["files"]
            assert [one["verdict"] for one in told] == [one.verdict for one in mine], path.name
            assert [one["problems"] for one in told] == [one.told() for one in mine], path.name
    return len(paths)


BAD = sorted((Path(__file__).parents[2] / "samples").glob("*/bad/*.xlsx"))


@pytest.mark.parametrize("every", [24, pytest.param(1, marks=pytest.mark.wide)])
def test_what_is_read_over_the_line_is_judged_as_on_the_command_line(
    api: httpx.Client, tmp_path: Path, every: int, staffed: Served
) -> None:
    """Returns with mistakes."""
    files = ((path.name, path.read_bytes()) for path in BAD[::every])
    assert same_as_on_the_command_line(api, staffed, files, tmp_path) == len(BAD[::every]) > 0


@pytest.mark.wide
def test_what_wants_to_do_harm_is_judged_as_on_the_command_line(
    api: httpx.Client, tmp_path: Path, staffed: Served
) -> None:
    """The hostile set: attacks, lies, and a good file damaged by dice."""
    good = (Path(__file__).parents[2] / "samples" / FORM / "good.xlsx").read_bytes()
    grid = read_grid(good)
    formats = {"xlsx": good, "xls": hostile.as_xls(grid), "xlsb": hostile.as_xlsb(grid),
               "ods": hostile.as_ods(grid), "xml2003": converted(grid), "locked": agile(good)}  # fmt: skip
    files = [(name, data) for name, data, _ in hostile.cases()]
    files += hostile.fuzzed(formats, 60, seed=17)
    assert same_as_on_the_command_line(api, staffed, files, tmp_path) > 200
