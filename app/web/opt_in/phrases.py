"""What the opt-in page says itself, around the form's own texts: by the page's language, which is the visitor's.

The console's catalogue goes by who is logged in; here nobody is.
"""

from __future__ import annotations

from collections.abc import Mapping

PHRASES: Mapping[str, Mapping[str, str]] = {
    "en": {
        "number": "Your WhatsApp number",
        "number_hint": "With the country code, such as +44 20 7946 0018",
        "number_wrong": "Write the number with + and its country code.",
        "boxes": "What may we write to you about?",
        "boxes_wrong": "Tick at least one box.",
        "send": "Send",
        "faults": "This was not sent yet:",
        "privacy": "Privacy",
        "done": "Thank you",
        "done_text": "Your choice is recorded.",
        "wait": "Too many tries came from your network. Wait a minute, then send it again.",
        "confirm_title": "One more step",
        "confirm": "Send us this message on WhatsApp. Only then it counts.",
        "confirm_after_stop": "Did you once write STOP to us? Then send us this message on WhatsApp too.",
        "open_whatsapp": "Open WhatsApp",
        "or_whatsapp": "Or agree to all of it by a WhatsApp message",
        "languages": "Languages",
    },
    "de": {
        "number": "Ihre WhatsApp-Nummer",
        "number_hint": "Mit der Ländervorwahl, zum Beispiel +49 30 901820",
        "number_wrong": "Die Nummer mit + und der Ländervorwahl angeben.",
        "boxes": "Wozu dürfen wir Ihnen schreiben?",
        "boxes_wrong": "Mindestens ein Kästchen ankreuzen.",
        "send": "Absenden",
        "faults": "Noch nicht abgesendet:",
        "privacy": "Datenschutz",
        "done": "Vielen Dank",
        "done_text": "Ihre Wahl ist festgehalten.",
        "wait": "Zu viele Versuche aus Ihrem Netz. Bitte eine Minute warten und noch einmal absenden.",
        "confirm_title": "Noch ein Schritt",
        "confirm": "Senden Sie uns diese Nachricht auf WhatsApp. Erst dann gilt es.",
        "confirm_after_stop": "Haben Sie uns früher STOP geschrieben? Dann senden Sie uns auch diese Nachricht.",
        "open_whatsapp": "WhatsApp öffnen",
        "or_whatsapp": "Oder allem mit einer WhatsApp-Nachricht zustimmen",
        "languages": "Sprachen",
    },
    "es": {
        "number": "Su número de WhatsApp",
        "number_hint": "Con el prefijo del país, por ejemplo +34 912 345 678",
        "number_wrong": "Escriba el número con + y el prefijo del país.",
        "boxes": "¿Sobre qué podemos escribirle?",
        "boxes_wrong": "Marque al menos una casilla.",
        "send": "Enviar",
        "faults": "Aún no se ha enviado:",
        "privacy": "Privacidad",
        "done": "Gracias",
        "done_text": "Su elección ha quedado registrada.",
        "wait": "Demasiados intentos desde su red. Espere un minuto y vuelva a enviarlo.",
        "confirm_title": "Un paso más",
        "confirm": "Envíenos este mensaje por WhatsApp. Solo entonces cuenta.",
        "confirm_after_stop": "¿Nos escribió STOP alguna vez? Entonces envíenos también este mensaje por WhatsApp.",
        "open_whatsapp": "Abrir WhatsApp",
        "or_whatsapp": "O acepte todo con un mensaje de WhatsApp",
        "languages": "Idiomas",
    },
    "pt": {
        "number": "O seu número do WhatsApp",
        "number_hint": "Com o código do país, por exemplo +55 11 91234-5678",
        "number_wrong": "Escreva o número com + e o código do país.",
        "boxes": "Sobre o que podemos escrever?",
        "boxes_wrong": "Marque pelo menos uma caixa.",
        "send": "Enviar",
        "faults": "Ainda não foi enviado:",
        "privacy": "Privacidade",
        "done": "Obrigado",
        "done_text": "A sua escolha foi registada.",
        "wait": "Demasiadas tentativas da sua rede. Espere um minuto e envie de novo.",
        "confirm_title": "Mais um passo",
        "confirm": "Envie-nos esta mensagem pelo WhatsApp. Só então conta.",
        "confirm_after_stop": "Já nos escreveu STOP? Então envie-nos também esta mensagem pelo WhatsApp.",
        "open_whatsapp": "Abrir o WhatsApp",
        "or_whatsapp": "Ou aceite tudo com uma mensagem do WhatsApp",
        "languages": "Idiomas",
    },
    "fr": {
        "number": "Votre numéro WhatsApp",
        "number_hint": "Avec l'indicatif du pays, par exemple +33 1 23 45 67 89",
        "number_wrong": "Écrivez le numéro avec + et l'indicatif du pays.",
        "boxes": "À quel sujet pouvons-nous vous écrire ?",
        "boxes_wrong": "Cochez au moins une case.",
        "send": "Envoyer",
        "faults": "Pas encore envoyé :",
        "privacy": "Confidentialité",
        "done": "Merci",
        "done_text": "Votre choix est enregistré.",
        "wait": "Trop d'essais depuis votre réseau. Attendez une minute, puis renvoyez.",
        "confirm_title": "Encore une étape",
        "confirm": "Envoyez-nous ce message sur WhatsApp. Alors seulement il compte.",
        "confirm_after_stop": "Nous avez-vous écrit STOP un jour ? Alors envoyez-nous aussi ce message sur WhatsApp.",
        "open_whatsapp": "Ouvrir WhatsApp",
        "or_whatsapp": "Ou tout accepter par un message WhatsApp",
        "languages": "Langues",
    },
}
_FROM_RIGHT_TO_LEFT = frozenset({"ar", "fa", "he", "ur"})


def phrases(language: str) -> Mapping[str, str]:
    """What the page says in a language, in English where it hasn't that."""
    return PHRASES.get(language.partition("-")[0], PHRASES["en"])


def direction(language: str) -> str:
    """`rtl` for languages that are written from the right, else `ltr`."""
    return "rtl" if language.partition("-")[0] in _FROM_RIGHT_TO_LEFT else "ltr"
