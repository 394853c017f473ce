"""Soft line ends joined, also inside quotes, and the signature mark left alone (RFC 3676)."""

EXPECTED: dict[str, object] = {
    "body": "> Your lightwas mended.\nIt was not. Every night it is dark.\n\n-- \nGwen",
}
