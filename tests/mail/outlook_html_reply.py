"""An Outlook reply without a plain version: the block above the history keeps its lines."""

# ruff: noqa: E501 (what stands here is mail, a line of it as long as it is)

EXPECTED: dict[str, object] = {
    "body": "Dear clerk,\n\nStill dark & still no answer.\nFrom: Clerk <clerk@council.example>\nSent: 01 November 2026 10:00\nSubject: The light\nThank you for your letter.",
}
