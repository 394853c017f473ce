"""File names in pieces (RFC 2231) and as encoded words where they should not be."""

EXPECTED: dict[str, object] = {
    "body": "Two files.",
    "attachments": [("Llŷn and sea.txt", "text/plain", "The facts"), ("Tŷ.txt", "text/plain", "House")],
}
