"""Quoted history in HTML becomes lines that begin with a bracket."""

# ruff: noqa: E501 (what stands here is mail, a line of it as long as it is)

EXPECTED: dict[str, object] = {
    "body": "No, it is not mended.\n\nGwen\n\nOn Sun, 1 Nov 2026 Clerk <clerk@council.example> wrote:\n> It was mended.\n> Clerk",
    "own": "No, it is not mended.\n\nGwen",
}
