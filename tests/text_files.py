"""Writing small files for tests."""

import gzip
import lzma


def write(path, content):
    """A file of text or bytes, packed as its name says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = content.encode() if isinstance(content, str) else content
    pack = {".gz": gzip.compress, ".xz": lzma.compress}.get(path.suffix, bytes)
    path.write_bytes(pack(content))
    return path
