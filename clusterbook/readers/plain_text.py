"""Lists that people save as plain text, in either of the encodings that Chinese systems write."""


def decode(data: bytes) -> str | None:
    """UTF-8 with or without a mark, else what Chinese Windows writes; None if it is no text."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
    return None
