"""What a file is that was taken for another: told by its first bytes, to be said in an error."""

from __future__ import annotations

from minidl.files import Name

_FIRST = 4096  # bytes that are looked at
_KINDS = (
    (b"PK\x03\x04", "a zip archive"),
    (b"\x93NUMPY", "an array of NumPy (.npy)"),
    (b"GGUF", "a GGUF file"),
    (b"\x89HDF\r\n\x1a\n", "an HDF5 file, as Keras writes"),
    (b"\x1f\x8b", "compressed by gzip"),
    (b"BZh", "compressed by bzip2"),
    (b"\xfd7zXZ\x00", "compressed by xz"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"Rar!", "a rar archive"),
    (b"\x89PNG\r\n\x1a\n", "a PNG"),
    (b"\xff\xd8\xff", "a JPEG"),
    (b"GIF8", "a GIF"),
    (b"%PDF", "a PDF document"),
    (b"\x7fELF", "a program"),
    (b"version https://git-lfs", "a pointer of Git LFS, not the file itself: run `git lfs pull`"),
)
_PAGES = (b"<!doctype html", b"<html", b"<?xml", b"<head")
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")


def kind_of(path: Name) -> str | None:
    """What the file is by its first bytes, as in "it is ..."; None where they say nothing."""
    with open(path, "rb") as file:
        first = file.read(_FIRST)
    if not first:
        return "empty (0 bytes)"
    if b"<svg" in first:
        return "an SVG drawing, which has no pixels: export it as a PNG"
    if first.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(_PAGES):
        return "a page of the web, saved in place of the file: download the file itself"
    if first.startswith(_PICKLES) and any(first[2:8]):  # with zeros it is a number, of safetensors
        return "a pickle"
    known = next((kind for start, kind in _KINDS if first.startswith(start)), None)
    return known or ("text" if _is_text(first) else None)


def _is_text(first: bytes) -> bool:
    try:
        words = first[: _FIRST - 4].decode("utf-8")  # a letter may be cut in two at the end
    except UnicodeDecodeError:
        return False
    return all(letter.isprintable() or letter.isspace() for letter in words)
