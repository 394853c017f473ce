"""The words mail programs write above earlier mail, in the languages commonly seen; all in lower case.

A word more here makes a header in one more language known. It never makes one by itself: `bot.intake.quote_headers`
asks for the shape first.
"""

from __future__ import annotations


def _words(listed: str) -> tuple[str, ...]:
    return tuple(listed.split("|"))


# In a mark between dashes: 'original' or 'forwarded', and 'message', in any order.
ORIGINAL = _words(
    "original|ursprünglich|originele|oorspronkelijk|opprinnelig|oprindelig|alkuperäinen|oryginal|"
    "původní|pôvodn|исходное|оригинал|початкове|eredeti|gwreiddiol|izvorna|оригінал|mesaj|"
    "orijinal|原始|元の|원본|αρχικό"
)

FORWARDED = _words(
    "forwarded|weitergeleitet|transféré|transfere|réexpédié|reenviado|encaminhad|inoltrat|"
    "doorgestuurd|doorgezonden|vidarebefordra|videresend|przekazan|přeposlan|пересыл|переслан|"
    "iletilen|továbbított|ymlaen|välitetty|redirecționat|转发|轉寄|転送|전달|προωθ"
)

MESSAGE = _words(
    "message|nachricht|messaggio|mensaje|mensagem|bericht|meddelande|melding|meddelelse|viesti|"
    "wiadomość|zpráva|správa|сообщение|повідомлення|neges|e-mail|email|mail|e-bost|correo|"
    "courriel|üzenet|mesaj|poruka|邮件|郵件|メッセージ|메시지|メール|μήνυμα"
)

# A mark without dashes begins with one of these.
BARE_MARKS = _words(
    "begin forwarded|forwarded message|original message|start of forwarded|anfang der weiter|"
    "weitergeleitete|ursprüngliche|début du|le début du|message transféré|message original|"
    "inizio mess|messaggio|inicio del|mensaje|início da|mensagem|begin doorgestuurd|doorgestuurd|"
    "vidarebefordr|dechrau|neges wreidd|neges gwreidd|начало"
)

# Labels of header lines, and what each says.
_FROM = _words(
    "from|von|de|da|van|från|fra|od|oddi wrth|gan|от|від|от кого|από|kimden|gönderen|"
    "feladó|expéditeur|remitente|mittente|afzender|lähettäjä|nadawca|odesílatel|odosielateľ|"
    "avsändare|avsender|afsender|absender|dari|frá|saatja|de la|发件人|發件人|寄件者|寄件人|差出人|보낸 사람|"
    "보낸사람|từ"
)

_DATE = _words(
    "sent|date|gesendet|datum|envoyé|envoyé le|enviado|enviada|enviado el|enviado em|inviato|"
    "data|fecha|verzonden|skickat|sendt|dato|päivämäärä|lähetetty|wysłano|odesláno|odoslané|"
    "anfonwyd|dyddiad|tarih|gönderildi|отправлено|дата|надіслано|ημερομηνία|στάλθηκε|elküldve|"
    "dátum|trimis|data de envio|sent on|date sent|received|saadetud|发送时间|發送時間|日期|日時|送信日時|"
    "보낸 날짜|날짜|ngày"
)

_TO = _words(
    "to|an|à|a|para|per|aan|till|til|do|komu|at|кому|προς|kime|alıcı|címzett|"
    "destinataire|destinatario|empfänger|vastaanottaja|către|kepada|kam|收件人|宛先|받는 사람|받는사람|cc|"
    "bcc|kopie|copi|copie|cópia|kopia|kopi|копия|копія|másolat|副本|抄送|reply-to|reply to|"
    "antwort an|antwoord aan|répondre à|responder a|responder para|risposta|rispondi a|svara till|"
    "svar til"
)

_SUBJECT = _words(
    "subject|betreff|objet|sujet|asunto|assunto|oggetto|onderwerp|ämne|emne|aihe|temat|"
    "předmět|predmet|pwnc|testun|тема|konu|θέμα|tárgy|subiect|perihal|teema|主题|主題|主旨|件名|제목"
)

_OTHER = _words(
    "importance|priority|attachments|attachment|sensitivity|pwysigrwydd|atodiadau|wichtigkeit|"
    "priorität|anlagen|importanza|priorità|message-id|organization|mailed-by|signed-by"
)

LABELS: dict[str, str] = {
    label: kind
    for kind, labels in (("from", _FROM), ("date", _DATE), ("to", _TO), ("subject", _SUBJECT), ("other", _OTHER))
    for label in labels
}
