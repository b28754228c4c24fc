"""Why a file of ours can't be sent, and what to do about it, as sentences."""

from __future__ import annotations

from app.domain.media.outgoing import MEGABYTE, FileRefused
from app.web.words.gettext import N_, _
from app.web.words.refusals import Sentence

FILE_REFUSALS = {
    "file_empty": (N_("This file is empty."), N_("Save it again where it came from, and choose it anew.")),
    "file_too_large": (N_("This file is too large."), N_("Send a smaller one.")),
    "file_too_many_pixels": (
        N_("This picture claims more pixels than any camera takes."),
        N_("Save it in a usual size, and choose that."),
    ),
    "file_codec_not_accepted": (N_("WhatsApp can't play what is in this file."), N_("Convert it first.")),
    "file_type_not_accepted": (
        N_("WhatsApp doesn't take this kind of file."),
        N_("It takes JPEG, PNG and WebP, MP4, OGG, MP3, M4A, AAC and AMR, PDF, Office documents and contact cards."),
    ),
}
_BY_CODEC = {
    "audio/ogg": N_("This recording is OGG, but not Opus."),
    "video/mp4": N_("This film's codec is none that WhatsApp plays."),
}
_TODO_BY_TYPE = {
    "audio/ogg": N_("Record it as Opus, or send it as MP3."),
    "video/mp4": N_("Save it as MP4 with H.264, as “most compatible” in a phone's camera does."),
    "image/heic": N_("It is a HEIC picture, as iPhones take them. Convert it to JPEG."),
    "image/avif": N_("It is an AVIF picture. Convert it to JPEG."),
    "image/tiff": N_("It is a TIFF picture. Convert it to JPEG, or to PDF when it is a scan."),
    "image/bmp": N_("It is a BMP picture. Convert it to JPEG or PNG."),
    "image/gif": N_("It is a GIF. Save it as PNG, or as MP4 when it moves."),
    "image/svg+xml": N_("It is an SVG drawing. Save it as PNG."),
    "audio/x-wav": N_("It is a WAV recording. Save it as MP3."),
    "audio/flac": N_("It is a FLAC recording. Save it as MP3."),
    "video/quicktime": N_("It is a QuickTime film. Save it as MP4 with H.264."),
    "video/3gpp": N_("It is a 3GP film. Save it as MP4 with H.264."),
    "video/webm": N_("It is a WebM film. Save it as MP4 with H.264."),
    "video/x-matroska": N_("It is an MKV film. Save it as MP4 with H.264."),
    "video/x-msvideo": N_("It is an AVI film. Save it as MP4 with H.264."),
    "video/ogg": N_("It is an OGG film. Save it as MP4 with H.264."),
    "text/csv": N_("It is a CSV file. Save it as XLSX or PDF."),
    "text/plain": N_("It is plain text. Write it as a message, or save it as PDF."),
    "text/html": N_("It is a web page. Save it as PDF, or send its address."),
    "text/calendar": N_("It is a calendar file. Send the appointment as text."),
    "application/rtf": N_("It is an RTF document. Save it as DOCX or PDF."),
    "application/zip": N_("It is a ZIP archive. Send the files in it one by one."),
    "application/vnd.rar": N_("It is a RAR archive. Send the files in it one by one."),
    "application/x-7z-compressed": N_("It is a 7z archive. Send the files in it one by one."),
    "application/vnd.oasis.opendocument.text": N_("It is an OpenDocument text. Save it as DOCX or PDF."),
    "application/vnd.oasis.opendocument.spreadsheet": N_("It is an OpenDocument sheet. Save it as XLSX or PDF."),
    "application/vnd.oasis.opendocument.presentation": N_(
        "It is an OpenDocument presentation. Save it as PPTX or PDF."
    ),
    "application/vnd.ms-word.document.macroenabled.12": N_("It holds macros. Save it as DOCX without them."),
    "application/vnd.ms-excel.sheet.macroenabled.12": N_("It holds macros. Save it as XLSX without them."),
    "application/vnd.ms-powerpoint.presentation.macroenabled.12": N_("It holds macros. Save it as PPTX without them."),
    "application/x-ole-storage": N_("It is locked with a password. Save it without one."),
}


def file_refusal(refused: FileRefused) -> Sentence:
    """Why a file can't be sent, and the way out."""
    what, todo = FILE_REFUSALS[refused.code]
    content_type = refused.kind.content_type
    if refused.code == "file_too_large":
        megabytes = refused.most_bytes // MEGABYTE
        if content_type.startswith("image/"):
            return Sentence(
                _("This picture is larger than %(mb)s MB.", mb=megabytes), _("Save it smaller, or as JPEG.")
            )
        return Sentence(_("This file is larger than %(mb)s MB.", mb=megabytes), _(todo))
    if refused.code in ("file_type_not_accepted", "file_codec_not_accepted"):
        by_codec = refused.code == "file_codec_not_accepted"
        return Sentence.of(
            (_BY_CODEC.get(content_type, what) if by_codec else what, _TODO_BY_TYPE.get(content_type, todo))
        )
    return Sentence.of((what, todo))
