"""The comma inside an unquoted name, and a subject in two encodings."""

EXPECTED: dict[str, object] = {
    "sender": ("gwen@marlow.example", "Marlow, Gwen"),
    "subject": "Y golau",
}
