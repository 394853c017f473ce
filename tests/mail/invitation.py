"""An invitation with no other text is the letter."""

EXPECTED: dict[str, object] = {
    "body": "Site visit, the bank\nFrom: 2026-11-05 14:00\nWhere: Top of the lane\nOrganiser: gwen@marlow.example",
    "attachments": [
        (
            "",
            "text/calendar",
            "Site visit, the bank\nFrom: 2026-11-05 14:00\nWhere: Top of the lane\nOrganiser: gwen@marlow.example",
        )
    ],
}
