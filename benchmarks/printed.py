"""The printed form: writing one, and reading one against parsing its XML. ``run.py`` prints it."""

import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import corpus
from lxml import etree

import clusterbook as cb
from clusterbook.api.papers import content_of
from clusterbook.word.package import open_document
from clusterbook.word.reading import readings_of
from clusterbook.word.walk import read_document
from clusterbook.word.write import word_form

ENTERPRISES = 50


def bench_word(
    rounds: int,
    medians: Callable[[dict[str, Callable[[], object]], int], dict[str, float]],
    ratio: Callable[[float, float], str],
) -> list[tuple[str, str, str]]:
    """One form of the contest with 50 enterprises."""
    with TemporaryDirectory() as folder, cb.Pool(1) as pool:
        (file,) = corpus.write(Path(folder), 1, enterprises=ENTERPRISES)
        one = pool.read(file)
    content = content_of(one.judged, one.submission)
    data = word_form(content)
    xml = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml")
    document = read_document(open_document(data))
    times = medians(
        {
            "write": lambda: word_form(content),
            "parse": lambda: etree.fromstring(xml),
            "read": lambda: read_document(open_document(data)),
            "place": lambda: readings_of(content.layout, document),
        },
        rounds,
    )
    what = f"a form with {ENTERPRISES} enterprises in Word"
    return [
        (f"{what}, writing, CPU", f"{times['write'] * 1000:.0f} ms", "≤ 500 ms"),
        (f"{what}: reading the document / parsing its XML with lxml",
         ratio(times["read"], times["parse"]), "≤ 3"),
        (f"{what}: all answers placed and read / parsing its XML",
         ratio(times["read"] + times["place"], times["parse"]), "for orientation"),
    ]  # fmt: skip
