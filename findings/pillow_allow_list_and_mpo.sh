#!/usr/bin/env bash
# Pillow 13.0.0: a list of allowed formats does not bound what comes back, and one format cannot be asked for.
#
# Phones write photographs as MPO, a JPEG with more pictures behind it. Image.open(…, formats=["JPEG"]) opens such
# a file and gives an image whose format is "MPO" and which has two frames, so code that trusts its own allow list
# meets a format that is not on it. Who then adds "MPO" to the list gets KeyError: 'MPO' for every file, a plain JPEG
# included: the format can be written, but is registered for reading under JPEG only.
#
# Seen: allowed JPEG, got MPO with 2 frames; allowed MPO: KeyError
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/env"
"$work/env/bin/pip" install --quiet pillow==13.0.0
"$work/env/bin/python" - <<'PY'
import io
from PIL import Image

def opened(data, *formats):
    try:
        with Image.open(io.BytesIO(data), formats=formats) as image:
            return image.format, getattr(image, "n_frames", 1)
    except KeyError as error:
        return "KeyError", str(error)

one, two = Image.new("RGB", (40, 30), "red"), Image.new("RGB", (40, 30), "blue")
photo, plain = io.BytesIO(), io.BytesIO()
one.save(photo, "MPO", save_all=True, append_images=[two])
one.save(plain, "JPEG")
seen = opened(photo.getvalue(), "JPEG"), opened(photo.getvalue(), "MPO"), opened(plain.getvalue(), "MPO", "JPEG")
print(seen)
assert seen == (("MPO", 2), ("KeyError", "'MPO'"), ("KeyError", "'MPO'"))
PY
