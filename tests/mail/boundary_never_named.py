"""A multipart that does not say what marks its parts off."""

EXPECTED: dict[str, object] = {
    "body": "The first part.\n\nThe second part.",
    "problems": ("the parts of the message are not marked off as it says",),
}
