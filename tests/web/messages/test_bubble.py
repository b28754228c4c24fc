"""What a bubble says beside its text: who speaks, how long a voice note lasts, WhatsApp's markup."""

from __future__ import annotations

import html
import re
from pathlib import Path

from app.domain.gate.draft import Draft
from app.domain.media import files
from app.domain.sending import outbox
from app.gateways.media_store import Folder
from app.store.media import inbound as inbound_media
from app.store.tables import InboundMedia, Message
from simulator.samples import sample
from tests.support.cast import ACCOUNT, AVA, NOOR, ago, asked_message, conversation_with, hear, only
from tests.support.office import Office
from tests.web.conversations.test_page import bubble


def shown(office: Office, message: Message) -> str:
    """The message's bubble as Otto, who only reads, sees it."""
    return bubble(office.browser("otto").get(f"/conversations/{message.conversation_id}/pane").text, message)


def speaker(markup: str) -> str:
    found = re.search(r'<span class="vh m__who"><bdi>(.*?)</bdi>:</span>', markup)
    assert found
    return html.unescape(found[1])


def test_it_says_who_speaks(office: Office) -> None:
    heard = hear(office.database, "Hello", ProfileName="Ava <Brown>")
    asked = asked_message(office.database)
    actor = office.actor("kim")
    conversation = conversation_with(office.database).id or 0
    by_kim = office.database.write(
        lambda session: outbox.enqueue_text(session, actor, conversation, "I will look.", "k")
    )
    kims = only(office.database, Message, id=by_kim.message_id)
    hidden = hear(office.database, "Hi", From=NOOR, ProfileName="")
    assert speaker(shown(office, heard)) == "Ava <Brown>"
    # Who asked for it is none of the office's people.
    assert speaker(shown(office, asked)) == "We"
    assert speaker(shown(office, kims)) == "Kim Aalto"
    assert speaker(shown(office, hidden)) == NOOR.removeprefix("whatsapp:")


def test_a_name_that_is_read_before_the_text_is_not_read_again_below_it(office: Office) -> None:
    conversation, actor = conversation_with(office.database).id or 0, office.actor("kim")
    asked = office.database.write(lambda session: outbox.enqueue_text(session, actor, conversation, "Yes.", "k"))
    markup = shown(office, only(office.database, Message, id=asked.message_id))
    assert re.findall(r"<([^>]*)>Kim Aalto<", markup) == ["bdi", 'span class="cut" dir="auto" aria-hidden="true"']


def test_a_customers_voice_note_shows_how_long_it_lasts(office: Office) -> None:
    message = hear(office.database, "", NumMedia="1", MediaContentType0="audio/ogg", MediaUrl0="https://x.example")
    row = only(office.database, InboundMedia, message_id=message.id)
    known = {"state": "fetched", "key": "in/1", "size": 9, "stored_type": "audio/ogg", "fetched_at": ago()}
    office.database.write(lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, **known))
    assert 'aria-label="Voice note"' in shown(office, message)
    office.database.write(lambda session: inbound_media.update(session, ACCOUNT, row.id or 0, seconds=67))
    assert 'aria-label="Voice note, 1:07"' in shown(office, message)
    assert ">1:07<" in shown(office, message)


def test_a_voice_note_of_ours_does_too(office: Office, tmp_path: Path) -> None:
    conversation, actor = conversation_with(office.database, AVA).id or 0, office.actor("kim")
    number = files.host(office.database, Folder(tmp_path), actor, "note.ogg", sample("voice")[0])
    draft = Draft(body="", media_urls=(files.reference(number),))
    asked = office.database.write(lambda session: outbox.enqueue(session, actor, conversation, draft, ""))
    assert ">0:02<" in shown(office, only(office.database, Message, id=asked.message_id))


def test_markup_is_shown_on_both_sides_and_searched_and_quoted_as_it_was_written(office: Office) -> None:
    heard = hear(office.database, "It is *really* <b>urgent</b>")
    asked = asked_message(office.database, "_Soon_")
    answer = hear(office.database, "Thanks", OriginalRepliedMessageSid=heard.sid)
    assert re.search(r"<strong><span[^>]*>\*</span>really<span[^>]*>\*</span></strong>", shown(office, heard))
    assert "&lt;b&gt;urgent&lt;/b&gt;" in shown(office, heard)
    assert "<em>" in shown(office, asked)
    assert "It is *really* &lt;b&gt;" in shown(office, answer)
    rows = office.browser("otto").get("/inbox/list?q=*really*").text
    assert f'id="row-{heard.conversation_id}"' in rows
