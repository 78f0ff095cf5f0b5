#!/usr/bin/env bash
# LibreOffice 7.4.7: the check boxes of a sheet saved as .xlsx are unticked in VML, and all of one id.
#
# A form control stands twice in .xlsx: as a VML shape (xl/drawings/vmlDrawing1.vml, where Excel and WPS put
# <x:Checked>1</x:Checked>) and as xl/ctrlProps/ctrlPropN.xml. LibreOffice writes the VML shapes without
# <x:Checked>, each with the same id "shape_0" although ids must differ within a part. So a reader that takes
# the state from VML finds every box unticked, and one that joins the two parts by the shape's id takes the
# state of one box for all of them. The state is told only in ctrlProps, and only the order joins them.
# Needs the system's soffice (Debian 12: libreoffice-calc 7.4.7); lxml 6.0.2 reads the output.
#
# Seen: VML ids ['shape_0', 'shape_0'], x:Checked [], ctrlProps ['Checked', None]
set -euo pipefail
command -v soffice >/dev/null || { echo 'soffice is needed' >&2; exit 2; }
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet lxml==6.0.2
cd "$work"
cat >boxes.fods <<'XML'
<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
  xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
  xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
  xmlns:form="urn:oasis:names:tc:opendocument:xmlns:form:1.0"
  xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
  xmlns:ooo="http://openoffice.org/2004/office"
  office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.spreadsheet">
 <office:body><office:spreadsheet><table:table table:name="S">
  <office:forms><form:form form:name="F">
   <form:checkbox form:name="one" xml:id="c1" form:id="c1" form:label="one" form:current-state="checked"
     form:control-implementation="ooo:com.sun.star.form.component.CheckBox"/>
   <form:checkbox form:name="two" xml:id="c2" form:id="c2" form:label="two"
     form:control-implementation="ooo:com.sun.star.form.component.CheckBox"/>
  </form:form></office:forms>
  <table:table-column/>
  <table:table-row><table:table-cell>
   <draw:control draw:control="c1" svg:width="3cm" svg:height="0.5cm" svg:x="0cm" svg:y="0cm"/>
  </table:table-cell></table:table-row>
  <table:table-row><table:table-cell>
   <draw:control draw:control="c2" svg:width="3cm" svg:height="0.5cm" svg:x="0cm" svg:y="0cm"/>
  </table:table-cell></table:table-row>
 </table:table></office:spreadsheet></office:body>
</office:document>
XML
soffice --headless "-env:UserInstallation=file://$work/profile" --convert-to xlsx boxes.fods >/dev/null 2>&1
"$work/env/bin/python" - <<'PY'
import zipfile
from lxml import etree
book = zipfile.ZipFile("boxes.xlsx")
parts = sorted(name for name in book.namelist() if "ctrlProp" in name)
vml = etree.fromstring(book.read("xl/drawings/vmlDrawing1.vml"))
ids = [one.get("id") for one in vml.iter("{urn:schemas-microsoft-com:vml}shape")]
checked = [one.text for one in vml.iter("{urn:schemas-microsoft-com:office:excel}Checked")]
states = [etree.fromstring(book.read(name)).get("checked") for name in parts]
print("VML ids", ids, "x:Checked", checked, "ctrlProps", states)
assert ids == ["shape_0", "shape_0"] and checked == [] and states == ["Checked", None]
PY
