"""Files with a password: Excel's own and those given; and files that no password opens."""

from __future__ import annotations

import hashlib
import io
import json
import struct
from pathlib import Path

import msoffcrypto
import pytest
from click.testing import CliRunner
from msoffcrypto.method.rc4 import DocumentRC4
from support.binary_books import cell12, ods_file, ole, row12, xls_file, xlsb_file, zipped
from support.encrypted_books import common_password, own_password
from support.fill import Here
from support.grids import package, written
from support.importing import run, tree
from support.locking import agile, standard
from support.office import Office
from support.places import SAMPLES
from support.tables_read import NUMBERS, content_types, only, row, table, typed, verdict

from clusterbook import cli
from clusterbook.api.pool import passwords_in
from clusterbook.engine.cache import Spool
from clusterbook.readers import office_cipher
from clusterbook.readers.cells import FileNote
from clusterbook.readers.findings import refusal
from clusterbook.readers.grid import GridError, read_grid
from clusterbook.readers.ole import open_ole
from clusterbook.readers.xls.cipher import decrypt
from clusterbook.returns import pipeline

ONE = package('<row r="1"><c r="A1"><v>12.5</v></c></row>')
BINARY = xlsb_file({"S": row12(0, cell12(5, 0, struct.pack("<d", 12.5)))})
OWN = "Geheim 密码１"


def code_with(data, *passwords):
    with pytest.raises(GridError) as caught:
        read_grid(data, passwords=passwords)
    return refusal(caught.value).code


# ---------------------------------------------------------------- Excel's own password


@pytest.mark.parametrize("lock", [agile, standard], ids=["agile", "standard"])
@pytest.mark.parametrize(("inside", "kind"), [(ONE, "xlsx"), (BINARY, "xlsb")])
def test_the_password_that_excel_itself_uses_is_none(lock, inside, kind):
    read = read_grid(lock(inside))
    assert (read.kind, read.notes) == (kind, ())
    assert read.sheets[0].cells == {(0, 0): 12.5}


@pytest.mark.parametrize("version", [2, 3, 4])
def test_every_version_of_the_standard_encryption(version):
    assert only(standard(ONE, version=version)).cells == {(0, 0): 12.5}


@pytest.mark.parametrize("form", ["cluster_contest", "fujian_sme_cluster"])
@pytest.mark.parametrize("lock", [agile, standard], ids=["agile", "standard"])
def test_a_return_with_a_locked_structure_reads_like_the_open_one(form, lock):
    source = (SAMPLES / form / "good.xlsx").read_bytes()
    written, read = pipeline.read_submission(source), pipeline.read_submission(lock(source))
    assert (read.stamp, read.extracted, read.problems) == (
        written.stamp,
        written.extracted,
        written.problems,
    )
    assert read.modified == written.modified
    assert not read.locked


# ---------------------------------------------------------------- passwords that were given


LOCKED = [agile(ONE, OWN), standard(ONE, OWN), agile(BINARY, OWN), own_password()]


@pytest.mark.parametrize("data", LOCKED, ids=["agile", "standard", "xlsb", "xls"])
def test_passwords_that_were_given(data):
    assert code_with(data) == "F104"
    assert code_with(data, "geheim密码", "GEHEIM") == "F104"
    read = read_grid(data, passwords=["x", OWN, "geheim"])
    assert 12.5 in read.sheets[0].cells.values()
    assert read.notes == (FileNote("opened"),)


@pytest.mark.office
@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
@pytest.mark.parametrize("password", ["VelvetSweatshop", "秘密 Ab1"])
def test_what_libreoffice_locked(office: Office, tmp_path: Path, kind, password):
    """Another writer of every encryption; that of .ods is named, as we do not open it."""
    source = tmp_path / "a.xlsx"
    source.write_bytes(written(lambda book: book.add_worksheet("S").write_number("A1", 12.5)))
    with office.open(source) as doc:
        data = doc.save(tmp_path / f"b.{kind}", kind, password).read_bytes()
    if kind == "ods":
        assert code_with(data, password) == "F104"
        return
    if password != "VelvetSweatshop":
        assert code_with(data) == "F104"
    assert read_grid(data, passwords=[password]).sheets[0].cells == {(0, 0): 12.5}


def test_an_ods_with_a_password_is_named():
    locked = ods_file(
        table(row(typed("float", "1"))),
        **{"META-INF/manifest.xml": "<m><manifest:encryption-data/></m>"},
    )
    assert code_with(locked, OWN) == "F104"


def test_what_is_wrong_inside_is_told_and_took_a_password():
    with pytest.raises(GridError) as caught:
        read_grid(agile(content_types("word/document.xml"), OWN), passwords=[OWN])
    assert refusal(caught.value).code == "F133"
    assert caught.value.facts["opened"] == "yes"
    word = pipeline.read_submission(agile(content_types("word/document.xml"), OWN), "", [OWN])
    assert ([p.code for p in word.problems], word.locked) == (["F133"], True)


def test_the_ciphers_agree_with_another_implementation():
    """Ours of .xls against msoffcrypto's."""
    for data, password in ((common_password(), "VelvetSweatshop"), (own_password(), "geheim")):
        sealed = open_ole(data).stream("Workbook")
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        office.load_key(password=password)
        ours, given = decrypt(sealed, ["geheim"])
        assert given == (password == "geheim")
        theirs = DocumentRC4.decrypt(
            password, office.salt, io.BytesIO(sealed), blocksize=1_024
        ).read()
        assert len(theirs) == len(ours)
        for at, length in body_places(ours):
            assert ours[at : at + length] == theirs[at : at + length]


def body_places(stream):
    """Where the contents of encrypted records stand."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        if kind not in (0x809, 0x2F, 0xE1, 0x85):
            yield at + 4, length
        at += 4 + length


# ---------------------------------------------------------------- what no password opens


CERTIFICATE = (
    b"\4\0\4\0\x40\0\0\0<encryption xmlns='http://schemas.microsoft.com/office/2006/encryption'><keyEncryptors>"
    b"<keyEncryptor uri='http://schemas.microsoft.com/office/2006/keyEncryptor/certificate'/></keyEncryptors></encryption>"
)


def slow(turns):
    """Whose password is hashed so many times that trying one takes minutes."""
    locked = open_ole(agile(ONE, OWN))
    streams = {name: locked.stream(name) for name in ("EncryptionInfo", "EncryptedPackage")}
    usual = b'spinCount="2000"'
    assert streams["EncryptionInfo"].count(usual) == 1
    streams["EncryptionInfo"] = streams["EncryptionInfo"].replace(usual, b'spinCount="%d"' % turns)
    return ole(streams)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (ole({"EncryptedPackage": b"x", "DRMEncryptedDataSpace": b"x"}), "F170"),
        (ole({"EncryptedPackage": b"x"}), "F170"),
        (ole({"EncryptedPackage": b"x"}, ["\6DataSpaces"]), "F170"),
        (ole({"Workbook": b"x", "\tDRMContent": b"x"}), "F170"),
        (ole({"WordDocument": b"x", "\tDRMContent": b"x"}), "F170"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": CERTIFICATE}), "F170"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"\4\0\3\0"}), "F170"),  # extensible
        (b".pfile\1\0\0\0", "F170"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"x"}), "F104"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"\4\0\4\0\x40\0\0\0<a"}), "F103"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"\4\0\4\0\x40\0\0\0<!DOCTYPE a><a/>"}), "F106"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"\4\0\2\0" + bytes(900)}), "F104"),
        (ole({"EncryptedPackage": b"x", "EncryptionInfo": b"\4\0\4\0" + bytes(70_000)}), "F104"),
        (slow(9999999), "F104"),
    ],
)  # fmt: skip
def test_rights_are_no_password(data, code):
    assert verdict(data) == code


def test_no_password_is_tried_where_that_takes_minutes(monkeypatch):
    monkeypatch.setattr(office_cipher, "_decryption", lambda *_: pytest.fail("tried"))
    assert code_with(slow(9_999_999), OWN) == "F104"
    assert code_with(slow(1_000_000), *map(str, range(20))) == "F104"


def test_an_encrypted_pack_is_no_pack():
    """Only one workbook is inside of a locked file; a zip file of others stays closed."""
    assert verdict(agile(zipped({"a.xlsx": ONE}))) == "F101"


# ---------------------------------------------------------------- the commands


def problems_of(out: Path) -> list[tuple[str, str]]:
    return sorted({(p["file"], p["code"]) for p in json.loads((out / "problems.json").read_text())})


@pytest.fixture(name="inbox")
def inbox_fixture(tmp_path: Path) -> Path:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    good = (SAMPLES / "fujian_sme_cluster" / "good.xlsx").read_bytes()
    (inbox / "锁.xlsx").write_bytes(agile(good, OWN))
    return inbox


def test_another_password_is_another_import(inbox: Path, tmp_path: Path):
    """What was read with a password is not taken from the cache by who does not give it."""
    closed, opened = [("锁.xlsx", "F104")], [("锁.xlsx", "F173")]
    for at, (passwords, verdict_, problems) in enumerate([
        ((), "无法读取", closed), (("x",), "无法读取", closed), (("x", OWN), "通过", opened),
        (("x", OWN), "通过", opened), ((OWN,), "通过", opened), ((), "无法读取", closed),
    ]):  # fmt: skip
        assert run(inbox, tmp_path / "out", passwords=passwords) == [verdict_], at
        assert problems_of(tmp_path / "out") == problems
        run(inbox, tmp_path / f"fresh{at}", passwords=passwords)
        assert tree(tmp_path / "out") == tree(tmp_path / f"fresh{at}")


def test_no_password_is_written_anywhere(inbox: Path, tmp_path: Path):
    run(inbox, tmp_path / "out", passwords=(OWN,))
    for path in (tmp_path / "out").rglob("*"):
        for spelt in (OWN.encode(), OWN.encode("utf-16-le"), json.dumps(OWN).encode()):
            assert path.is_dir() or spelt not in path.read_bytes(), path


def test_a_dead_entry_is_not_taken_for_a_new_one(inbox: Path, tmp_path: Path):
    """The entry of an earlier try goes before the file is read again."""
    run(inbox, tmp_path / "out")
    digest = hashlib.sha256((inbox / "锁.xlsx").read_bytes()).hexdigest()
    kept = next((tmp_path / "out" / ".cache").glob(f"*/{digest}*"))

    class Asking(Here):
        def submit(self, fn, /, *args, **more):
            if fn.__name__ == "read_chunk":
                assert not kept.exists()
            return super().submit(fn, *args, **more)

    assert run(inbox, tmp_path / "out", Asking(), passwords=(OWN,)) == ["通过"]
    assert Spool(kept.parent).card(kept.name).locked


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_files_of_passwords(tmp_path: Path, encoding):
    secrets = tmp_path / "口令.txt"
    secrets.write_bytes(f"\r\n别的\r\n{OWN}\r\n{OWN}".encode(encoding))
    assert passwords_in(secrets) == ("别的", OWN)


def test_check_and_import_take_a_file_of_passwords(inbox: Path, tmp_path: Path):
    secrets = tmp_path / "口令.txt"
    secrets.write_text(f"别的\n{OWN}\n", "utf-8")
    checked = CliRunner().invoke(cli.cli, ["check", str(inbox)], standalone_mode=False)
    assert (checked.return_value, "打开密码" in checked.output) == (1, True)
    given = ["--password-file", str(secrets)]
    checked = CliRunner().invoke(cli.cli, ["check", str(inbox), *given], standalone_mode=False)
    assert checked.return_value == 0, checked.output
    arguments = ["import", str(inbox), "-o", str(tmp_path / "out"), *given]
    assert CliRunner().invoke(cli.cli, arguments, standalone_mode=False).return_value == 0


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"\r\n\r\n", "没有密码"), ("\n".join(map(str, range(21))).encode(), "最多 20 个"), (b"\xff\xff\x00", "不是文本"), (None, "找不到")],
)  # fmt: skip
def test_a_file_of_passwords_that_is_none(inbox: Path, tmp_path: Path, content, said):
    secrets = tmp_path / "a.txt"
    if content is not None:
        secrets.write_bytes(content)
    found = CliRunner().invoke(cli.cli, ["check", str(inbox), "--password-file", str(secrets)])
    assert (found.exit_code, said in found.output) == (2, True)


def test_an_xls_is_not_locked_by_its_name():
    assert not pipeline.read_submission(xls_file({"S": NUMBERS})).locked
