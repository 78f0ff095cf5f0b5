"""Writer, in the Python that has `uno`: the letter template as an office makes it its own.

    python office_letter.py SOFFICE SCRATCH TEMPLATE.docx EDITED.docx

A letterhead in red above, a red rule drawn under it, a line for the seal at the end, other margins;
a name of the template half in bold, as a hand that slipped leaves it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import uno
from office_server import prop, start

RED = 0xC00000
HEAD, SEAL, HEADER = "样例省样例厅文件", "（此处盖章）", "内部资料"


def edit(document: Any) -> None:
    text, cursor = document.Text, document.Text.createTextCursor()
    style = cursor.PageStyleName
    page = document.StyleFamilies.getByName("PageStyles").getByName(style)
    page.LeftMargin, page.HeaderIsOn = 3000, True
    page.HeaderText.setString(HEADER)
    _letterhead(document, text, cursor)
    paragraphs = text.createEnumeration()
    while paragraphs.hasMoreElements():
        one = paragraphs.nextElement()
        if one.supportsService("com.sun.star.text.Paragraph") and one.String == "{{ number }}":
            half = text.createTextCursorByRange(one.Start)
            half.goRight(len("{{ num"), True)
            half.CharWeight = 150.0
    end = text.createTextCursorByRange(text.End)
    text.insertControlCharacter(end, 0, False)
    end.CharColor, end.ParaAdjust = 0, uno.Enum("com.sun.star.style.ParagraphAdjust", "RIGHT")
    text.insertString(end, f"{SEAL}{{{{ sender }}}}", False)


def _letterhead(document: Any, text: Any, cursor: Any) -> None:
    """A head in red as the first line, and a rule drawn under it."""
    text.insertString(cursor, HEAD, False)
    text.insertControlCharacter(cursor, 0, False)
    first = text.createEnumeration().nextElement()
    first.CharColor, first.CharHeight = RED, 28.0
    first.ParaAdjust = uno.Enum("com.sun.star.style.ParagraphAdjust", "CENTER")
    rule = document.createInstance("com.sun.star.drawing.LineShape")
    rule.Size = uno.createUnoStruct("com.sun.star.awt.Size", 15000, 0)
    rule.Position = uno.createUnoStruct("com.sun.star.awt.Point", 0, 1500)
    rule.LineColor, rule.LineWidth = RED, 80
    text.insertTextContent(text.createTextCursorByRange(first.Start), rule, False)


def main() -> int:
    soffice, scratch, template, edited = sys.argv[1:]
    process, context = start(soffice, Path(scratch))
    desktop = context.ServiceManager.createInstanceWithContext(
        "com.sun.star.frame.Desktop", context
    )
    try:
        document = desktop.loadComponentFromURL(
            Path(template).as_uri(), "_blank", 0, (prop("Hidden", True),)
        )
        edit(document)
        document.storeToURL(Path(edited).as_uri(), (prop("FilterName", "MS Word 2007 XML"),))
        document.close(True)
        desktop.terminate()
    finally:
        process.wait(60)
    return 0


if __name__ == "__main__":
    sys.exit(main())
