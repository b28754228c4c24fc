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
