"""What the sealed trail says of a record's content is said in the same way by every version of the program."""

from __future__ import annotations

from models.digests import digest_of


def test_the_digest_of_the_same_parts_is_what_the_trails_of_councils_hold() -> None:
    parts = ["Zoë", 7, None, True, [3, 1], {"b": "x", "a": 1}]
    # printf '%s' '["Zoë",7,null,true,[3,1],{"a":1,"b":"x"}]' | sha256sum
    assert digest_of(parts) == "ba86e30ca83480b5bb4c8d0c08c161b361d576e52946e0838098f8c25c890e26"


def test_another_order_of_the_parts_is_another_content() -> None:
    assert digest_of(["a", "b"]) != digest_of(["b", "a"])
