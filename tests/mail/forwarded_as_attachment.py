"""A message inside a message: read by itself, and never trusted."""

EXPECTED: dict[str, object] = {
    "body": "Please read what she wrote.",
    "attachments": [("Hello.eml", "message/rfc822", "")],
    "forwarded": [("other@else.example", "Hello", "Inner words.")],
}
