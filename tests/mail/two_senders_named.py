"""Two From fields: the first is taken and the officer is told."""

EXPECTED: dict[str, object] = {
    "sender": ("other@else.example", "Other"),
    "problems": ("the message names its sender several times over: the first was taken",),
}
