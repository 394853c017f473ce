"""A form sends what a person wrote: not automatic, and the answer goes to the person."""

EXPECTED: dict[str, object] = {
    "automatic": None,
    "reply_to": ["gwen@marlow.example"],
    "body": "The drain by the school is blocked.",
}
