"""Archives are looked into: what a ZIP is shows in the names in it, in whatever order they were packed."""

from __future__ import annotations

import zipfile

from app.domain.media.bounded import Bounded, ReadTooMuch
from app.domain.media.extensions import DOCX, PPTX, XLSX

ZIP = "application/zip"
# A directory of more is none of a document's; nothing is unpacked but one short entry.
_MOST_BYTES = 1024 * 1024
_MOST_READS = 500
_OFFICE_FOLDERS = {"word/": DOCX, "xl/": XLSX, "ppt/": PPTX}
_WITH_MACROS = {
    DOCX: "application/vnd.ms-word.document.macroenabled.12",
    XLSX: "application/vnd.ms-excel.sheet.macroenabled.12",
    PPTX: "application/vnd.ms-powerpoint.presentation.macroenabled.12",
}
_NAMED_INSIDE = frozenset(
    {
        "application/vnd.oasis.opendocument.text",
        "application/vnd.oasis.opendocument.spreadsheet",
        "application/vnd.oasis.opendocument.presentation",
        "application/epub+zip",
    }
)


def told(file: Bounded) -> str:
    """The type of a ZIP: an Office document, another format that is one, or a plain archive."""
    try:
        with zipfile.ZipFile(_narrow(file)) as archive:
            names = archive.namelist()
            return _office(names) or _named_inside(archive, names) or _program(names) or ZIP
    except (zipfile.BadZipFile, ReadTooMuch, NotImplementedError, RuntimeError, ValueError, EOFError):
        return ZIP


def _narrow(file: Bounded) -> Bounded:
    return Bounded(file, _MOST_BYTES, _MOST_READS)  # type: ignore[arg-type]


def _office(names: list[str]) -> str:
    if "[Content_Types].xml" not in names:
        return ""
    for folder, content_type in _OFFICE_FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            macros = any(name.startswith(folder) and name.endswith("vbaProject.bin") for name in names)
            return _WITH_MACROS[content_type] if macros else content_type
    return ""


def _named_inside(archive: zipfile.ZipFile, names: list[str]) -> str:
    """OpenDocument and EPUB say what they are in an entry of that name."""
    if "mimetype" not in names or archive.getinfo("mimetype").file_size > 200:
        return ""
    with archive.open("mimetype") as entry:
        said = entry.read(200).decode("ascii", "replace").strip()
    return said if said in _NAMED_INSIDE else ""


def _program(names: list[str]) -> str:
    if "AndroidManifest.xml" in names:
        return "application/vnd.android.package-archive"
    return "application/java-archive" if "META-INF/MANIFEST.MF" in names else ""
