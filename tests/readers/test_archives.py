"""A zip of submissions: names in any encoding, no way out of it, nothing unpacked that is a trap."""

import io
import struct
import zipfile
import zlib

import pytest
from support.binary_books import zipped
from support.grids import package

from clusterbook.readers import archives, findings
from clusterbook.readers.limits import GridError, Limits
from clusterbook.returns import pipeline


def named(*names, flag=0, extra=b"", content=b"x"):
    """A zip file whose directory has exactly these bytes as names."""
    stream = io.BytesIO()
    entries = []
    for name in names:
        at = stream.tell()
        rest = struct.pack(
            "<HHHHHLLLHH",
            20,
            flag,
            0,
            0,
            0x5C21,
            zlib.crc32(content),
            len(content),
            len(content),
            len(name),
            len(extra),
        )
        stream.write(b"PK\x03\x04" + rest + name + extra + content)
        entries.append(
            b"PK\x01\x02\x14\0" + rest + struct.pack("<HHHLL", 0, 0, 0, 0, at) + name + extra
        )
    at = stream.tell()
    directory = b"".join(entries)
    stream.write(directory)
    stream.write(
        struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, len(names), len(names), len(directory), at, 0)
    )
    return stream.getvalue()


def shown(data, **more):
    return [(one.name, one.encoding) for one in archives.members(data, **more)]


def code(call, *args):
    with pytest.raises(GridError) as caught:
        call(*args)
    return findings.refusal(caught.value).code


@pytest.mark.parametrize(
    ("raw", "flag", "extra", "expected"),
    [
        (b"a/b.xlsx", 0, b"", ("a/b.xlsx", "")),
        ("报送/长沙市.xlsx".encode("gbk"), 0, b"", ("报送/长沙市.xlsx", "GBK")),
        ("报送/长沙市.xlsx".encode(), 0, b"", ("报送/长沙市.xlsx", "UTF-8")),
        ("报送/长沙市.xlsx".encode(), 0x800, b"", ("报送/长沙市.xlsx", "")),
        ("㐂𠮷.xlsx".encode("gb18030"), 0, b"", ("㐂𠮷.xlsx", "GBK")),
        ("淺\\宀.xlsx".encode("gbk"), 0, b"", ("淺/宀.xlsx", "GBK")),
        (b"\x81\xff.xlsx", 0, b"", ("ü\xa0.xlsx", "DOS")),
        (b"../../etc/passwd", 0, b"", ("etc/passwd", "")),
        (b"C:\\x\\..\\y.xlsx", 0, b"", ("C:/x/y.xlsx", "")),
        (b"/abs//./x.xlsx", 0, b"", ("abs/x.xlsx", "")),
        (b"a\n\x1b[31m.xlsx", 0, b"", ("a\N{REPLACEMENT CHARACTER}\N{REPLACEMENT CHARACTER}[31m.xlsx", "")),
        (b"..", 0, b"", ("?", "")),
    ],
)  # fmt: skip
def test_names(raw, flag, extra, expected):
    assert shown(named(raw, flag=flag, extra=extra)) == [expected]


def test_a_name_given_twice_is_taken_from_the_field_that_tells_its_encoding():
    raw, name = "长沙".encode("gbk"), "长沙".encode()
    field = b"\1" + struct.pack("<L", zlib.crc32(raw)) + name
    extra = struct.pack("<HHL", 0x5455, 4, 0) + struct.pack("<HH", 0x7075, len(field)) + field
    assert shown(named(raw, extra=extra)) == [("长沙", "")]
    stale = struct.pack("<HHBL", 0x7075, 5 + 1, 1, 7) + b"x"
    assert shown(named(raw, extra=stale)) == [("长沙", "GBK")]


def test_what_systems_lay_beside_is_left_out():
    data = zipped(dict.fromkeys(
        ("a.xlsx", "d/", "d/b.xlsx", "__MACOSX/._a.xlsx", "d/._b.xlsx", ".DS_Store", "d/Thumbs.db", "desktop.ini"), "x"))  # fmt: skip
    listed = archives.members(data)
    assert [one.name for one in listed] == ["a.xlsx", "d/b.xlsx"]
    assert [archives.read_member(data, one.index) for one in listed] == [b"x", b"x"]


def test_names_may_come_twice():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.xlsx", "one")
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.xlsx", "two")
    data = stream.getvalue()
    assert [archives.read_member(data, one.index) for one in archives.members(data)] == [
        b"one",
        b"two",
    ]


def test_traps_are_not_opened():
    assert code(archives.members, zipped({"__MACOSX/x": "x"})) == "F143"
    assert code(archives.members, zipped({"a": "x"})[:-30]) == "F142"
    bomb = zipped({"a.xlsx": bytes(11_000_000)})
    assert code(archives.read_member, bomb, 0) == "F106"
    big = zipped({"a.xlsx": b"x" * 2_000})
    assert code(archives.read_member, big, 0, Limits(file_bytes=1_000)) == "F106"
    assert (
        code(archives.members, named(b"a", b"b", b"c"), Limits(entries=1, pack_members=2)) == "F106"
    )
    locked = named(b"a.xlsx", b"b.xlsx", flag=1)
    assert len(archives.members(locked)) == 2
    assert code(archives.read_member, locked, 0) == "F146"
    broken = bytearray(zipped({"a.xlsx": b"content of the file" * 40}))
    broken[60] ^= 0x55
    assert code(archives.read_member, bytes(broken), 0) == "F103"
    overlapping = bytearray(named(b"a", b"b"))
    at = overlapping.rfind(b"PK\x01\x02") + 42
    overlapping[at : at + 4] = bytes(4)
    assert code(archives.members, bytes(overlapping)) == "F103"


def test_in_the_pipeline():
    """A pack is no submission itself; each of its files gets its own answer."""
    inner = zipped({"x.xlsx": package()})
    data = zipped(
        {
            "未知.xlsx": package(),
            "b.zip": inner,
            "c.docx": zipped({"word/document.xml": "x"}),
            "d.txt": "文字",
        }
    )
    read = pipeline.read_submission(data)
    assert not read.problems
    assert [name for name, _ in read.members] == ["未知.xlsx", "b.zip", "c.docx", "d.txt"]
    answers = [pipeline.read_pack_member(data, index) for _, index in read.members]
    assert [[p.code for p in answer.problems] for answer in answers] == [
        ["F102"],
        ["F145"],
        ["F133"],
        ["F131"],
    ]
    assert not any(answer.members for answer in answers)
    guessed = named("长沙.xlsx".encode("gbk"), content=package())
    (member,) = pipeline.read_submission(guessed).members
    assert [p.code for p in pipeline.read_pack_member(guessed, member[1]).problems] == [
        "F102",
        "F147",
    ]
    locked = named(b"a.xlsx", flag=1)
    assert [p.code for p in pipeline.read_pack_member(locked, 0).problems] == ["F146"]
    assert [p.code for p in pipeline.read_submission(zipped({"__MACOSX/x": "x"})).problems] == [
        "F143"
    ]
