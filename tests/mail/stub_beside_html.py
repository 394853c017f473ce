"""A plain part that only points to the HTML part."""

# ruff: noqa: E501 (what stands here is mail, a line of it as long as it is)

EXPECTED: dict[str, object] = {
    "body": "The hedge on the bank hides the whole junction, and two cars have met there since Easter. Please cut it back before winter comes.\n\n- photograph one\n- photograph two",
}
