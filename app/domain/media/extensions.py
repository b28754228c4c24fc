"""Types of files and the extensions that their names have."""

from __future__ import annotations

import re

UNKNOWN = "application/octet-stream"
OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{OFFICE}.wordprocessingml.document"
XLSX = f"{OFFICE}.spreadsheetml.sheet"
PPTX = f"{OFFICE}.presentationml.presentation"
_OASIS = "application/vnd.oasis.opendocument"
# The first extension is the one a name gets that has none of them.
EXTENSIONS = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "image/heic": ("heic", "heif"),
    "image/avif": ("avif",),
    "image/tiff": ("tif", "tiff"),
    "image/bmp": ("bmp",),
    "image/svg+xml": ("svg",),
    "audio/ogg": ("ogg", "oga", "opus"),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
    "audio/aac": ("aac",),
    "audio/amr": ("amr",),
    "audio/amr-wb": ("awb",),
    "audio/3gpp": ("3gp", "3gpp"),
    "audio/ac3": ("ac3",),
    "audio/x-wav": ("wav",),
    "audio/flac": ("flac",),
    "audio/x-aiff": ("aif", "aiff"),
    "audio/midi": ("mid", "midi"),
    "video/mp4": ("mp4", "m4v"),
    "video/3gpp": ("3gp", "3gpp"),
    "video/quicktime": ("mov",),
    "video/webm": ("webm",),
    "video/x-matroska": ("mkv",),
    "video/x-msvideo": ("avi",),
    "video/ogg": ("ogv",),
    "video/mpeg": ("mpg", "mpeg"),
    "text/x-vcard": ("vcf",),
    "text/calendar": ("ics",),
    "text/html": ("html", "htm"),
    "text/xml": ("xml",),
    "text/csv": ("csv",),
    "text/tab-separated-values": ("tsv",),
    "text/markdown": ("md",),
    "text/plain": ("txt", "log"),
    "application/json": ("json",),
    "application/rtf": ("rtf",),
    "application/pdf": ("pdf",),
    "application/msword": ("doc",),
    "application/vnd.ms-excel": ("xls",),
    "application/vnd.ms-powerpoint": ("ppt",),
    "application/vnd.ms-outlook": ("msg",),
    DOCX: ("docx",),
    XLSX: ("xlsx",),
    PPTX: ("pptx",),
    "application/vnd.ms-word.document.macroenabled.12": ("docm",),
    "application/vnd.ms-excel.sheet.macroenabled.12": ("xlsm",),
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": ("pptm",),
    f"{_OASIS}.text": ("odt",),
    f"{_OASIS}.spreadsheet": ("ods",),
    f"{_OASIS}.presentation": ("odp",),
    "application/epub+zip": ("epub",),
    "application/zip": ("zip",),
    "application/java-archive": ("jar",),
    "application/vnd.android.package-archive": ("apk",),
    "application/vnd.rar": ("rar",),
    "application/x-7z-compressed": ("7z",),
    "application/gzip": ("gz", "tgz"),
    "application/x-msdownload": ("exe", "dll"),
    "application/postscript": ("ps", "eps", "ai"),
}
_OTHER_NAMES = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/heif": "image/heic",
    "image/x-ms-bmp": "image/bmp",
    "audio/mp3": "audio/mpeg",
    "audio/x-m4a": "audio/mp4",
    "audio/m4a": "audio/mp4",
    "audio/x-aac": "audio/aac",
    "audio/opus": "audio/ogg",
    "application/ogg": "audio/ogg",
    "audio/amr-nb": "audio/amr",
    "audio/wav": "audio/x-wav",
    "audio/wave": "audio/x-wav",
    "audio/vnd.wave": "audio/x-wav",
    "audio/3gp": "audio/3gpp",
    "video/3gp": "video/3gpp",
    "text/vcard": "text/x-vcard",
    "text/directory": "text/x-vcard",
    "text/rtf": "application/rtf",
    "text/richtext": "application/rtf",
    "text/json": "application/json",
    "application/csv": "text/csv",
    "application/xml": "text/xml",
    "application/xhtml+xml": "text/html",
    "application/x-zip-compressed": "application/zip",
    "application/x-rar-compressed": "application/vnd.rar",
    "application/x-rar": "application/vnd.rar",
    "application/x-pdf": "application/pdf",
}
# Of two types with one extension the film is the likelier.
_BY_EXTENSION = {
    extension: kind for kind, extensions in EXTENSIONS.items() for extension in extensions if kind != "audio/3gpp"
}
_TYPE = re.compile(r"[a-z0-9][a-z0-9.+-]{0,60}/[a-z0-9][a-z0-9.+_-]{0,100}")


def plain_type(declared: str) -> str:
    """A declared type without parameters, under the name that it has here; '' for what is none."""
    word = declared.partition(";")[0].strip().lower()
    return _OTHER_NAMES.get(word, word) if _TYPE.fullmatch(word) else ""


def type_of_name(name: str) -> str:
    """The type that a name's extension stands for; '' when it is none that is known."""
    return _BY_EXTENSION.get(name.rpartition(".")[2].lower(), "") if "." in name else ""


def extension_of(content_type: str) -> str:
    """The usual extension of a type; 'bin' for one that isn't known."""
    return EXTENSIONS.get(content_type, ("bin",))[0]
