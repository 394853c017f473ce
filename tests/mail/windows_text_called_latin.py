"""Windows-1252 sent as ISO-8859-1, in the text and raw in the subject."""

EXPECTED: dict[str, object] = {
    "subject": "Caffè",
    "body": "It cost £20 – “too much”, said Siân.",
}
