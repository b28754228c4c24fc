"""The corpus: each file with what was said of it, what it is, and why it can't be sent ('' where it can)."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from PIL import Image

from app.domain.media.extensions import DOCX, PPTX, UNKNOWN, XLSX
from simulator.samples import sample
from tests.support.odd.containers import (
    archive,
    bomb,
    crowded,
    film,
    jpeg,
    ogg,
    ole,
    png,
    webp_extended,
)

SCRIPT = b"<script>window.top.ran = 1; document.title = 'ran'</script>"
PAGE = b"<!doctype html><html><body onload='window.top.ran = 1'>" + SCRIPT + b"</body></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="top.ran = 1"><script>top.ran = 1</script></svg>'
CARD = b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:<img src=x onerror=alert(1)>\r\nTEL:+15550100\r\nEND:VCARD\r\n"
MP3_FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413
AAC_FRAME = b"\xff\xf1\x50\x80\x04\x1f\xfc" + b"\0" * 25
VIDEO, SOUND = (b"vide", b"avc1"), (b"soun", b"mp4a")
TYPE, CODEC, EMPTY, LARGE, PIXELS = (
    "file_type_not_accepted",
    "file_codec_not_accepted",
    "file_empty",
    "file_too_large",
    "file_too_many_pixels",
)
MACROS = "application/vnd.ms-word.document.macroenabled.12"
PARTS = ("_rels/.rels", "docProps/app.xml")


class Odd(NamedTuple):
    """One file; `said` is the Content-Type that came with it."""

    label: str
    content: bytes
    said: str
    name: str
    is_a: str
    refused: str = ""
    codec: str = ""


def picture(kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (12, 8), "#0d5951").save(out, kind, **options)
    return out.getvalue()


@cache
def corpus() -> tuple[Odd, ...]:
    """Every file, in the order of its sort."""
    return (*_markup(), *_polyglots(), *_lies(), *_office(), *_sounds(), *_films(), *_pictures(), *_bombs(), *_texts())


def _markup() -> Iterator[Odd]:
    yield Odd("svg with a script", SVG, "image/svg+xml", "logo.svg", "image/svg+xml", TYPE)
    yield Odd("svg as a photo", SVG, "image/png", "photo.png", "image/svg+xml", TYPE)
    yield Odd(
        "svg behind xml", b"<?xml version='1.0'?>\n<!-- c -->" + SVG, "image/jpeg", "a.jpg", "image/svg+xml", TYPE
    )
    yield Odd("svg with a prefix", SVG.replace(b"svg ", b"x:svg "), "", "a.svg", "image/svg+xml", TYPE)
    yield Odd("svg in utf-16", b"\xff\xfe" + SVG.decode().encode("utf-16-le"), "image/png", "", "image/svg+xml", TYPE)
    yield Odd("page", PAGE, "text/html", "index.html", "text/html", TYPE)
    yield Odd("page as pdf", PAGE, "application/pdf", "invoice.pdf", "text/html", TYPE)
    yield Odd("page behind blanks", b"\n\t  \xef\xbb\xbf"[:4] + PAGE, "image/gif", "a.gif", "text/html", TYPE)
    yield Odd("page behind a comment", b"<!-- nothing -->\n" + PAGE, "text/plain", "a.txt", "text/html", TYPE)
    yield Odd("bare script", SCRIPT, "text/plain", "notes.txt", "text/html", TYPE)
    yield Odd("link", b"<a href='javascript:top.ran=1'>x</a>", "text/vcard", "c.vcf", "text/html", TYPE)
    yield Odd("refresh", b"<meta http-equiv=refresh content='0;url=/'>", "", "x", "text/html", TYPE)
    xhtml = b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'>" + SCRIPT + b"</html>"
    yield Odd("xhtml", xhtml, "application/xhtml+xml", "a.xhtml", "text/html", TYPE)
    xslt = b"<?xml version='1.0'?><?xml-stylesheet href='x' type='text/xsl'?><a/>"
    yield Odd("xml with a style", xslt, "text/xml", "a.xml", "text/xml", TYPE)
    entities = b"<?xml version='1.0'?><!DOCTYPE l [<!ENTITY a 'ha'><!ENTITY b '&a;&a;'>]><l>&b;</l>"
    yield Odd("entities", entities, "application/xml", "a.xml", "text/xml", TYPE)
    yield Odd("page in utf-16", b"\xfe\xff" + PAGE.decode().encode("utf-16-be"), "image/png", "", "text/html", TYPE)


def _polyglots() -> Iterator[Odd]:
    gif = b"GIF89a/*" + b"\0" * 20 + b"*/=1;top.ran=1//"
    yield Odd("gif and script", gif, "application/javascript", "a.js", "image/gif", TYPE)
    yield Odd("gif and page", b"GIF89a\1\0\1\0" + PAGE, "text/html", "a.html", "image/gif", TYPE)
    yield Odd("jpeg and page", jpeg(40, 30) + PAGE, "text/html", "photo.html", "image/jpeg")
    yield Odd("png and page", png(4, 4) + PAGE, "text/html", "a.php.png", "image/png")
    yield Odd("pdf and page", b"%PDF-1.7\n" + PAGE, "text/html", "a.html", "application/pdf")
    yield Odd("page, then pdf", PAGE + b"%PDF-1.7\n", "application/pdf", "a.pdf", "text/html", TYPE)
    yield Odd("jpeg and zip", jpeg(4, 4) + archive("a.exe"), "application/zip", "a.zip", "image/jpeg")
    yield Odd(
        "pdf with javascript", b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(app.alert(1))>>", "", "a.pdf", "application/pdf"
    )
    yield Odd("zip and page", archive("a") + PAGE, "text/html", "a.html", "application/zip", TYPE)
    yield Odd("riff and page", b"RIFF\x10\0\0\0WAVE" + PAGE, "text/html", "a.wav", "audio/x-wav", TYPE)
    yield Odd("bitmap in words", b"BM ist ein Bildformat\n" + PAGE, "image/bmp", "a.bmp", "text/plain", TYPE)


def _lies() -> Iterator[Odd]:
    program = b"MZ\x90\0\3\0\0\0" + b"\0" * 200
    yield Odd("program as photo", program, "image/jpeg", "photo.jpg", "application/x-msdownload", TYPE)
    yield Odd(
        "program, doubled ending", program, "application/pdf", "invoice.pdf.exe", "application/x-msdownload", TYPE
    )
    yield Odd("elf", b"\x7fELF\2\1\1" + b"\0" * 60, "audio/mpeg", "song.mp3", "application/x-executable", TYPE)
    yield Odd("noise as photo", bytes(range(256)) * 4, "image/jpeg", "photo.jpg", UNKNOWN, TYPE)
    yield Odd("noise as page", bytes(range(256)) * 4, "text/html", "a.html", UNKNOWN, TYPE)
    yield Odd("noise as script", bytes(range(256)) * 4, "application/javascript", "a.js", UNKNOWN, TYPE)
    yield Odd(
        "noise of its own kind", bytes(range(256)), "application/x-sketch", "a.sketch", "application/x-sketch", TYPE
    )
    yield Odd("odd header", bytes(range(256)), "text/html\r\nX-Evil: 1", "a\r\nb", UNKNOWN, TYPE)
    yield Odd("jpeg as png", picture("JPEG"), "image/png", "a.png", "image/jpeg")
    yield Odd("name with folders", picture("PNG"), "image/png", "../../../etc/cron.d/x", "image/png")
    yield Odd("name turned around", picture("PNG"), "image/png", "photo\u202egnp.exe", "image/png")
    yield Odd("name of 4,000", picture("PNG"), "image/png", "n" * 4000 + ".png", "image/png")
    yield Odd("name with a tag", picture("PNG"), "image/png", '"><img src=x onerror=top.ran=1>.png', "image/png")
    yield Odd(
        "name with a header", picture("PNG"), "image/png", 'a"\r\nContent-Type: text/html\r\n\r\n.png', "image/png"
    )
    yield Odd("name with nul", picture("PNG"), "image/png", "a.html\0.png", "image/png")
    yield Odd("name reserved", picture("PNG"), "image/png", "CON.png", "image/png")
    yield Odd("nothing", b"", "image/png", "a.png", UNKNOWN, EMPTY)


def _office() -> Iterator[Odd]:
    types = "[Content_Types].xml"
    yield Odd("docx as word packs it", archive(types, *PARTS, "word/document.xml"), "", "a.docx", DOCX)
    yield Odd("docx as zip -r packs it", archive("word/document.xml", *PARTS, types), "application/zip", "a", DOCX)
    yield Odd("docx, stored", archive(*PARTS, "word/a", types, method=0), "application/octet-stream", "a.zip", DOCX)
    yield Odd("xlsx, re-packed", archive("xl/workbook.xml", types, *PARTS), "application/zip", "a.xlsx", XLSX)
    yield Odd("pptx, re-packed", archive("docProps/a", "ppt/b", types), "application/zip", "a.pptx", PPTX)
    yield Odd(
        "docx with macros", archive(types, "word/document.xml", "word/vbaProject.bin"), DOCX, "a.docx", MACROS, TYPE
    )
    yield Odd("half a docx", archive("word/document.xml"), DOCX, "a.docx", "application/zip", TYPE)
    odt = archive("mimetype", "content.xml", content=b"application/vnd.oasis.opendocument.text")
    yield Odd("odt", odt, "application/zip", "a.odt", "application/vnd.oasis.opendocument.text", TYPE)
    yield Odd("jar", archive("META-INF/MANIFEST.MF"), "application/zip", "a.zip", "application/java-archive", TYPE)
    app = "application/vnd.android.package-archive"
    yield Odd("apk", archive("META-INF/MANIFEST.MF", "AndroidManifest.xml"), DOCX, "a.docx", app, TYPE)
    yield Odd(
        "names that climb", archive("../../etc/passwd", "/etc/x"), "application/zip", "a.zip", "application/zip", TYPE
    )
    yield Odd("doc", ole("1Table", "CompObj", "Data", "ObjectPool", "WordDocument"), "", "a.doc", "application/msword")
    yield Odd("xls", ole("Workbook"), "application/msword", "a.doc", "application/vnd.ms-excel")
    yield Odd("ppt", ole("Current User", "PowerPoint Document"), "", "a", "application/vnd.ms-powerpoint")
    yield Odd("msg", ole("__properties_version1.0"), "", "mail.msg", "application/vnd.ms-outlook", TYPE)
    yield Odd("docx with a password", ole("EncryptionInfo", "EncryptedPackage"), DOCX, "a.docx", DOCX)
    yield Odd("half a container", ole("Workbook")[:90], "", "a.xls", "application/x-ole-storage", TYPE)
    yield Odd("rtf as doc", b"{\\rtf1\\ansi hello}", "application/msword", "a.doc", "application/rtf", TYPE)


def _sounds() -> Iterator[Odd]:
    yield Odd("opus", sample("voice")[0], "audio/ogg; codecs=opus", "voice.ogg", "audio/ogg", "", "opus")
    yield Odd("vorbis", ogg(b"\1vorbis" + b"\0" * 22), "audio/ogg", "memo-vorbis.ogg", "audio/ogg", CODEC, "vorbis")
    yield Odd("speex", ogg(b"Speex   1.2"), "audio/ogg; codecs=opus", "a.opus", "audio/ogg", CODEC, "speex")
    yield Odd("flac in ogg", ogg(b"\x7fFLAC\1"), "audio/ogg", "a.oga", "audio/ogg", CODEC, "flac")
    yield Odd("ogg that tells nothing", ogg(b"\0" * 16), "audio/ogg", "a.ogg", "audio/ogg", CODEC)
    yield Odd("skeleton, then opus", ogg(b"fishead\0", b"OpusHead\1"), "audio/ogg", "a.ogg", "audio/ogg", "", "opus")
    yield Odd("android recording", film(b"mp42", SOUND), "audio/mp4", "rec.mp4", "audio/mp4", "", "aac")
    yield Odd("recording as film", film(b"isom", SOUND, moov_last=False), "video/mp4", "a.mp4", "audio/mp4", "", "aac")
    yield Odd("iphone memo", film(b"M4A ", SOUND), "audio/x-m4a", "memo.m4a", "audio/mp4", "", "aac")
    covered = film(b"M4A ", SOUND, (b"vide", b"jpeg"))
    yield Odd("recording with a cover", covered, "audio/mp4", "a.m4a", "audio/mp4", "", "aac")
    yield Odd("3gp recording", film(b"3gp4", (b"soun", b"samr")), "video/3gpp", "a.3gp", "audio/3gpp", "", "amr")
    cut = film(b"mp42", SOUND)[:40]
    yield Odd("recording cut off", cut, "audio/mp4", "a.m4a", "audio/mp4")
    yield Odd("mp3", MP3_FRAME * 40, "audio/mpeg", "a.mp3", "audio/mpeg")
    yield Odd("mp3 behind a tag", b"ID3\3\0\0\0\0\0\x0a" + b"\0" * 10 + MP3_FRAME * 4, "", "a", "audio/mpeg")
    yield Odd("aac", AAC_FRAME * 20, "audio/aac", "a.aac", "audio/aac")
    yield Odd("amr", b"#!AMR\n" + b"\x3c" + b"\0" * 31, "audio/amr", "a.amr", "audio/amr")
    yield Odd("amr, wide", b"#!AMR-WB\n" + b"\0" * 40, "audio/amr", "a.amr", "audio/amr-wb", TYPE)
    yield Odd("wav", b"RIFF\x24\0\0\0WAVEfmt \x10\0\0\0" + b"\0" * 40, "audio/mpeg", "a.mp3", "audio/x-wav", TYPE)
    yield Odd("two bytes of mp3", b"\xff\xfb" * 900, "audio/mpeg", "a.mp3", UNKNOWN, TYPE)


def _films() -> Iterator[Odd]:
    yield Odd("film", film(b"isom", VIDEO, SOUND), "video/mp4", "clip.mp4", "video/mp4", "", "h264")
    yield Odd("film said to be sound", film(b"M4A ", VIDEO), "audio/mp4", "a.m4a", "video/mp4", "", "h264")
    hevc = film(b"mp42", (b"vide", b"hvc1"), SOUND)
    yield Odd("hevc", hevc, "video/mp4", "IMG_0001.mp4", "video/mp4", CODEC, "hevc")
    quick = film(b"qt  ", (b"vide", b"hvc1"), SOUND)
    yield Odd("iphone film", quick, "video/mp4", "IMG_0001.MOV", "video/quicktime", TYPE, "hevc")
    old = film(b"3gp5", (b"vide", b"s263"), (b"soun", b"samr"))
    yield Odd("3gp film", old, "video/mp4", "a.mp4", "video/3gpp", TYPE, "h263")
    theora = ogg(b"\1vorbis", b"\x80theora")
    yield Odd("theora", theora, "audio/ogg", "a.ogg", "video/ogg", TYPE, "theora")
    yield Odd("webm", b"\x1a\x45\xdf\xa3\x9fB\x82\x84webm", "video/mp4", "a.mp4", "video/webm", TYPE)
    deep = box_in_box(5000)
    yield Odd("boxes in boxes", deep, "video/mp4", "a.mp4", "video/mp4")
    long_box = film(b"isom", VIDEO)[:24] + struct.pack(">I4sQ", 1, b"mdat", 1 << 62)
    yield Odd("a box beyond the end", long_box, "video/mp4", "a.mp4", "video/mp4")


def box_in_box(depth: int) -> bytes:
    """Boxes that claim to be inside of each other."""
    inner = b"".join(struct.pack(">I", 8 * (depth - level)) + b"trak" for level in range(depth))
    return film(b"isom")[:28] + struct.pack(">I", 8 + len(inner)) + b"moov" + inner


def _pictures() -> Iterator[Odd]:
    yield Odd("jpeg", picture("JPEG"), "image/jpeg", "photo.jpeg", "image/jpeg")
    yield Odd("sticker", picture("WEBP"), "image/webp", "sticker.webp", "image/webp")
    yield Odd("gif", picture("GIF"), "image/jpeg", "a.jpg", "image/gif", TYPE)
    yield Odd("tiff", picture("TIFF"), "image/tiff", "scan.tif", "image/tiff", TYPE)
    yield Odd("bmp", picture("BMP"), "image/bmp", "a.bmp", "image/bmp", TYPE)
    heic = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 40
    yield Odd("heic", heic, "image/jpeg", "IMG_1.jpg", "image/heic", TYPE)
    yield Odd("heif by its second brand", heic.replace(b"ftypheic", b"ftypmif1"), "", "", "image/heic", TYPE)
    avif = b"\0\0\0\x18ftypmif1\0\0\0\0mif1avif" + b"\0" * 40
    yield Odd("avif", avif, "image/png", "a.png", "image/avif", TYPE)


def _bombs() -> Iterator[Odd]:
    yield Odd("a thousand million pixels", png(40_000, 30_000), "image/png", "a.png", "image/png", PIXELS)
    yield Odd("pixels, jpeg", jpeg(60_000, 60_000), "image/jpeg", "a.jpg", "image/jpeg", PIXELS)
    yield Odd("pixels, webp", webp_extended(16_000, 16_000), "image/webp", "a.webp", "image/webp", PIXELS)
    yield Odd("zip bomb", bomb(200), "application/zip", "a.docx", "application/zip", TYPE)
    yield Odd("crowded zip", crowded(60_000), DOCX, "a.docx", "application/zip", TYPE)
    yield Odd("picture of 6 MB", picture("PNG").ljust(6 * 1024 * 1024, b"\0"), "image/png", "a.png", "image/png", LARGE)
    yield Odd("pdf of 17 MB", b"%PDF-1.4".ljust(17 * 1024 * 1024, b"\0"), "", "a.pdf", "application/pdf", LARGE)
    yield Odd("nested json", b"[" * 100_000, "application/json", "a.json", "application/json", TYPE)


def _texts() -> Iterator[Odd]:
    yield Odd("csv", b"a;b\n1;2\n", "text/csv", "pedidos-noviembre.csv", "text/csv", TYPE)
    yield Odd("csv by its name", "größe;b\n".encode("cp1252"), "application/octet-stream", "a.csv", "text/csv", TYPE)
    yield Odd("formula", b"=cmd|'/c calc'!A1", "text/csv", "=1.csv", "text/csv", TYPE)
    yield Odd("calendar", b"BEGIN:VCALENDAR\r\nEND:VCALENDAR", "text/plain", "a.ics", "text/calendar", TYPE)
    yield Odd("card", CARD, "text/vcard", "c.vcf", "text/x-vcard")
    yield Odd("card behind a mark", b"\xef\xbb\xbf" + CARD, "text/plain", "", "text/x-vcard")
    yield Odd("json", b'{"a": [1, 2]}', "text/plain", "a.txt", "application/json", TYPE)
    yield Odd("text", b"just text", "text/plain", "a.txt", "text/plain", TYPE)
    yield Odd("text said to be a page", b"just text", "text/html", "a.html", "text/plain", TYPE)
    yield Odd(
        "rar", b"Rar!\x1a\x07\1\0" + b"\0" * 20, "application/x-rar-compressed", "a.rar", "application/vnd.rar", TYPE
    )
    yield Odd("7z", b"7z\xbc\xaf\x27\x1c\0\4" + b"\0" * 20, "", "a.7z", "application/x-7z-compressed", TYPE)
