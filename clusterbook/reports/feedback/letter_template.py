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
from typing import Any

from clusterbook import styles
from clusterbook.errors import Error
from clusterbook.reports import wordml

_CLOCK = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_RED = styles.BAD_INK
_KEPT = 4  # templates of a process, by their bytes


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

    Raises LetterTemplateError where it is no template, or has names that are not known.
    """
    from docxtpl import DocxTemplate  # noqa: PLC0415 - takes as long to load as all the rest
    from jinja2 import StrictUndefined, TemplateError  # noqa: PLC0415
    from jinja2.sandbox import SandboxedEnvironment  # noqa: PLC0415
    from markupsafe import Markup  # noqa: PLC0415

    given = {name: Markup(text) if name in ("table", "attachment") else text  # noqa: S704 - our own markup
             for name, text in facts.items()}  # fmt: skip
    environment = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined)
    target = io.BytesIO()
    try:
        document = DocxTemplate(io.BytesIO(template or _default()))
        document.render(given, environment, autoescape=True)
        document.save(target)
    except TemplateError as error:
        why = f"双花括号里的名称或语句有误：{error}"
        raise LetterTemplateError(why, why=why) from error
    except (ValueError, KeyError, zipfile.BadZipFile, OSError) as error:
        why = "不是 Word 文档（.docx），或文件已损坏"
        raise LetterTemplateError(why, why=why) from error
    return _without_clock(target.getvalue())


@lru_cache(maxsize=_KEPT)
def _default() -> bytes:
    return default_template()


def _without_clock(data: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in sorted(package.namelist())}
    first = "[Content_Types].xml"  # some programs look for it there
    core = "docProps/core.xml"
    if core in parts:
        parts[core] = _CLOCK.sub(rb"\g<1>" + wordml.CREATED.encode(), parts[core])
    return wordml.packed({first: parts.pop(first), **parts})
