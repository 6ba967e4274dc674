"""Which files are read at all, and how much of them: the allowed formats, their usual suffixes, the bounds."""

from __future__ import annotations

FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "DIB", "TIFF", "AVIF", "PPM", "JPEG2000", "ICO")
"""Pillow's names of the formats that are opened, whatever the file's suffix says; JPEG stands for MPO too.

EPS runs Ghostscript, WMF draws by the system, the scientific containers hand over to plug-ins: none of them is here.
"""

SUFFIX_FORMATS = {".tga": "TGA", ".icb": "TGA", ".vda": "TGA", ".vst": "TGA"}
"""Formats that start with nothing one could know them by; they are tried only when the suffix says so."""

# fmt: off
SUFFIXES = frozenset((
    ".jpg", ".jpeg", ".jpe", ".jfif", ".mpo", ".png", ".apng", ".webp", ".gif", ".bmp", ".dib", ".tif", ".tiff", ".avif", ".avifs",
    ".ppm", ".pgm", ".pbm", ".pnm", ".pfm", ".jp2", ".j2k", ".jpf", ".jpx", ".j2c", ".jpc", ".ico", ".tga", ".icb", ".vda", ".vst",
    ".heic", ".heif", ".hif",
))
# fmt: on
"""Usual suffixes of pictures, in lower case. The reader goes by content: a suffix may lie."""

MAX_PIXELS = 178_956_970
"""The most pixels a picture may have: what Pillow itself opens before it raises, so that no global of it must be changed."""

MAX_FILE_SIZE = 1 << 30
"""The largest file opened, in bytes: MAX_PIXELS of three 16-bit channels, uncompressed, are just that much."""

MAX_PAGES = 10_000
"""Frames or pages are counted up to here: a hostile file may hold as many as it has bytes."""

_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs", b"mif1", b"msf1")

_REFUSED = (
    (b"%!PS", "an EPS or PostScript file"),
    (b"\xc5\xd0\xd3\xc6", "an EPS file"),
    (b"%PDF", "a PDF document"),
    (b"8BPS", "a Photoshop file"),
    (b"PK\x03\x04", "a zip archive or office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\xd7\xcd\xc6\x9a", "a WMF drawing"),
    (b"<", "a text file, such as SVG or a saved web page"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"DDS ", "a DDS texture"),
    (b"icns", "an icon of macOS"),
    (b"qoif", "a QOI file"),
    (b"SIMPLE", "a FITS file"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"FUJIFILMCCD-RAW", "a camera's raw file"),
    (b"\x89HDF", "an HDF5 file"),
    (b"SQLite format 3", "a database"),
)


def is_heif(start: bytes) -> bool:
    """Tells HEIC and other HEIF files by their first 16 bytes."""
    return start[4:8] == b"ftyp" and start[8:12] in _HEIF_BRANDS


def is_opened_whole(start: bytes) -> bool:
    """Tells formats whose decoder takes in the whole file, or decodes it, when it is only opened: WebP, AVIF, HEIF and icons."""
    return (start[:4] == b"RIFF" and start[8:12] == b"WEBP") or start[4:8] == b"ftyp" or start[:4] == b"\0\0\1\0"


def name_refused(start: bytes) -> str | None:
    """Names the kind of a file that is not read, with its article, by its first 16 bytes; None when that is not known."""
    if start[4:8] == b"ftyp":
        return "a video"
    if start[:4] == b"RIFF":
        return "a sound or a video"
    return next((name for magic, name in _REFUSED if start.startswith(magic)), None)
