"""How the office's letters look: a .docx with names in double braces, which the office may edit.

The default is written here; ``clusterbook letter-template`` puts it into a file. Whatever stands
around the names (a red head, a seal line, a logo, fonts, margins) is the office's own. The names:

    {{ sender }} {{ number }} {{ title }} {{ addressee }} {{ date }} {{ contact }} {{ deadline }}
    {{ issue }} {{ file }} {{ closing }}       texts, each '' where nothing was given
    paragraphs · demands · enclosed            texts one after the other, for ``{%p for … %}``
    {{p table }} {{p attachment }}             tables, each in a paragraph of its own

A template with a name that is not known, or that is no template, is refused before anything is
written. Rendering knows no clock: the same letter gives the same bytes.
"""

from __future__ import annotations

import io
import re
import zipfile
from base64 import b64decode, b64encode
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from attrs import frozen
from lxml import etree

from clusterbook import styles
from clusterbook.docx_package import CREATED, packed
from clusterbook.errors import Error
from clusterbook.reports import wordml

if TYPE_CHECKING:
    from docxtpl import DocxTemplate
    from jinja2.sandbox import SandboxedEnvironment

_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_RED = styles.BAD_INK
_NAMES = re.compile(rb"\{(?:<[^>]*>)*[{%#]")
_NAMED = re.compile("'([^']*)'")  # the name that is not known, in what Jinja says of it
_TYPES, _CORE = "[Content_Types].xml", "docProps/core.xml"
_MAIN = b"wordprocessingml.document.main+xml"
_FIRST_PICTURE = 1000
_KEPT = 4  # templates of a process, by their bytes
_SOURCES = 64  # compiled parts of templates; a document has about a dozen


class LetterTemplateError(Error, ValueError):
    """A letter template that cannot be used; fact ``why``."""


def _line(text: str, font: str, size: int, **look: Any) -> str:
    return wordml.line(text, font, size, wordml.Look(**look))


# 小三号, 24 points a line: a letter with its table of kinds is one page.
_SIZE, _LINE = 30, 480


def _text(text: str) -> str:
    return _line(text, styles.FANG, _SIZE, indent=True, line=_LINE)


def as_text(template: bytes) -> str:
    """A template as choices hold it."""
    return b64encode(template).decode()


def from_text(held: str) -> bytes:
    """What ``as_text`` was given."""
    return b64decode(held)


def default_template() -> bytes:
    """The template that is used where the office gives none."""
    fang, red = styles.FANG, wordml.Look(align="center", rule=_RED, after=140, line=0)
    body = [
        "{%p if sender %}", wordml.line("{{ sender }}", styles.HEI, 64, red, colour=_RED),
        "{%p endif %}", "{%p if number %}",
        _line("{{ number }}", fang, _SIZE, align="right", after=120, line=_LINE), "{%p endif %}",
        _line("{{ title }}", styles.HEI, 40, align="center", after=200, line=560),
        "{%p if addressee %}", _line("{{ addressee }}：", fang, _SIZE, line=_LINE), "{%p endif %}",
        "{%p for text in paragraphs %}", _text("{{ text }}"), "{%p endfor %}",
        "{%p if table %}", _text("{{p table }}"), "{%p endif %}",
        "{%p for text in demands %}", _text("{{ text }}"), "{%p endfor %}",
        "{%p if closing %}", _text("{{ closing }}"), "{%p endif %}",
        "{%p if enclosed %}", _text("附件：{{ enclosed|join('、') }}"), "{%p endif %}",
        "{%p if contact %}", _text("联系人：{{ contact }}"),
        "{%p endif %}", "{%p if sender %}",
        _line("{{ sender }}", fang, _SIZE, align="right", before=120, line=_LINE), "{%p endif %}",
        "{%p if date %}", _line("{{ date }}", fang, _SIZE, align="right", line=_LINE),
        "{%p endif %}", "{%p if attachment %}",
        _line("附件", styles.HEI, 32, new_page=True, align="left"),
        _line("{{ enclosed|last }}", styles.HEI, 36, align="center", after=140, line=640),
        _text("{{p attachment }}"), "{%p endif %}",
    ]  # fmt: skip
    written = "".join(one if one.startswith("<") else _text(one) for one in body)
    return wordml.LetterDocument(body=written, title="通知").written()


def rendered(template: bytes, facts: Mapping[str, Any]) -> bytes:
    """A template with these texts in the place of its names; that of the house where it is b"".

    What holds no name stays as the office saved it, byte for byte.

    Raises LetterTemplateError where it is no template, or has names that are not known.
    """
    from jinja2 import TemplateError, UndefinedError  # noqa: PLC0415
    from markupsafe import Markup  # noqa: PLC0415

    given = {name: Markup(text) if name in ("table", "attachment") else text  # noqa: S704 - our own markup
             for name, text in facts.items()}  # fmt: skip
    prepared = _prepared(template or _default())
    engine = _engine()
    try:
        told = {name: _filled(engine, source, given) for name, source in prepared.sources.items()}
    except UndefinedError as error:
        named = "".join(_NAMED.findall(str(error))[:1])
        why = f"双花括号里的名称“{named}”没有对应的内容，可用的有：{'、'.join(facts)}"
        raise LetterTemplateError(why, why=why) from error
    except TemplateError as error:
        why = f"双花括号里的名称或语句有误：{error}"
        raise LetterTemplateError(why, why=why) from error
    except etree.XMLSyntaxError as error:
        why = "双花括号里的语句没有在同一段落或同一表格行里成对，写出来的不是 Word 文档"
        raise LetterTemplateError(why, why=why) from error
    return packed({**prepared.parts, **told})


def _filled(engine: DocxTemplate, source: str, given: Mapping[str, Any]) -> bytes:
    """One part with its texts, as docxtpl would leave it."""
    text = engine.render_xml_part(source, None, given, _environment())
    tree = etree.fromstring(text)
    if tree.nsmap.get("w") and next(tree.iter("{*}tblGrid"), None) is not None:
        tree = engine.fix_tables(text)
    engine.fix_docpr_ids(tree)
    return bytes(etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True))


@frozen
class _Prepared:
    """A template taken apart: its parts, and the sources of those that hold names."""

    parts: Mapping[str, bytes]
    sources: Mapping[str, str]


@lru_cache(maxsize=_KEPT)
def _prepared(template: bytes) -> _Prepared:
    try:
        with zipfile.ZipFile(io.BytesIO(template)) as package:
            parts = {name: package.read(name) for name in sorted(package.namelist())}
        types = parts.pop(_TYPES)
        types.index(_MAIN)
        named = [name for name, part in parts.items() if _NAMES.search(part)]
        trees = {name: etree.fromstring(parts[name], _parser()) for name in named}
    except (ValueError, KeyError, zipfile.BadZipFile, OSError, etree.XMLSyntaxError) as error:
        why = "不是 Word 文档（.docx），或文件已损坏"
        raise LetterTemplateError(why, why=why) from error
    if _CORE in parts:
        parts[_CORE] = _CLOCK.sub(rb"\g<1>" + CREATED.encode(), parts[_CORE])
    engine = _engine()
    sources = {name: engine.patch_xml(engine.xml_to_string(tree)) for name, tree in trees.items()}
    return _Prepared({_TYPES: types, **parts}, sources)  # some programs look for it there


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _engine() -> DocxTemplate:
    """What knows how names stand in a Word document; the package is read and written here."""
    from docxtpl import DocxTemplate  # noqa: PLC0415 - takes as long to load as all the rest

    engine = DocxTemplate(io.BytesIO())
    engine.docx_ids_index = _FIRST_PICTURE
    return engine


@lru_cache(maxsize=1)
def _environment() -> SandboxedEnvironment:
    """Templates are compiled once: a thousand letters have the same dozen sources."""
    from jinja2 import StrictUndefined, Template  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415

    class Compiling(SandboxedEnvironment):
        def from_string(self, source: Any, *rest: Any, **more: Any) -> Template:
            if source not in compiled:
                if len(compiled) >= _SOURCES:
                    compiled.clear()
                compiled[source] = super().from_string(source, *rest, **more)
            return compiled[source]

    compiled: dict[str, Template] = {}

    return Compiling(autoescape=True, undefined=StrictUndefined)


@lru_cache(maxsize=1)
def _default() -> bytes:
    return default_template()
