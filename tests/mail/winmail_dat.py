"""Outlook's own wrapping, with the letter and a file inside."""

EXPECTED: dict[str, object] = {
    "body": "The plan is wrapped.",
    "attachments": [("plan of houses.txt", "application/octet-stream", "Eight houses")],
}
