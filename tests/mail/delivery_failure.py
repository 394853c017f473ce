"""A delivery report (RFC 3464)."""

EXPECTED: dict[str, object] = {
    "automatic": "bounce",
    "body": "It could not be delivered.",
}
