"""One file of text: its kind, its packing and encoding, and what is wrong with it."""

import codecs
import gzip
import lzma
import os
import stat
import zlib
from pathlib import Path
from typing import BinaryIO

from bertcourse.corpus.paragraphs import BLOCK

KINDS = (".txt", ".md", ".jsonl")
PACKINGS = (".gz", ".xz")
KINDS_SAID = "a .txt, .md or .jsonl file, plain or packed as .gz or .xz"
DAMAGES = (OSError, EOFError, zlib.error, lzma.LZMAError, UnicodeError)


def kind_of(path: Path) -> str | None:
    """The ending that says what is in a file, whether or not it is packed."""
    name = path.name.lower()
    for packing in PACKINGS:
        name = name.removesuffix(packing)
    kind = os.path.splitext(name)[1]
    return kind if kind in KINDS else None


def open_packed(path: Path) -> BinaryIO:
    """A file as bytes, unpacked."""
    opened = {".gz": gzip.open, ".xz": lzma.open}.get(path.suffix.lower(), open)
    return opened(path, "rb")


def encoding_of(path: Path) -> str:
    """UTF-16 if the file begins with its mark, else UTF-8."""
    with open_packed(path) as file:
        mark = file.read(2)
    return "utf-16" if mark in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE) else "utf-8-sig"


def examine(path: Path) -> str | None:
    """What is wrong with a file as a whole, or None."""
    n_lines = 0
    try:
        if not stat.S_ISREG(os.stat(path).st_mode):
            return "skipped, as it is no regular file"
        encoding = encoding_of(path)
        decoder = codecs.getincrementaldecoder(encoding)()
        with open_packed(path) as file:
            while True:
                block = file.read(BLOCK)
                text = decoder.decode(block, final=not block)
                if "\0" in text:
                    return "skipped, as it is binary, or text of another encoding than UTF-8"
                n_lines += text.count("\n")
                if not block:
                    return None
    except UnicodeDecodeError as error:
        line = n_lines + error.object.count(b"\n", 0, error.start) + 1
        name = "UTF-8" if encoding == "utf-8-sig" else "UTF-16"
        return f"skipped, as line {line} is not {name}; if it is text, save it as UTF-8"
    except DAMAGES as error:
        return damage(error)


def damage(error: Exception) -> str:
    """What one of `DAMAGES` says of a file, for a reader."""
    if isinstance(error, OSError) and error.strerror:
        return f"skipped, as it cannot be read ({error.strerror})"
    return f"skipped, as it is damaged or was cut short ({error})"
