from __future__ import annotations

import pytest

from classifiers.platforms import with_platform_blank, without_platform

LETTER = "Please mend the lamp. I asked in a message I sent to you in May."


@pytest.mark.parametrize(
    "around",
    [
        "[Sent with HerringPost. Replies go to the resident.]\n{}",
        "A message sent through HerringPost by N Quill, 2 Weir Lane.\n{}",
        "{}\n(This request was made via the HerringPost website. Replies will be published.)",
        "{}\n_________________________\nherring-committee mailing list",
    ],
)
def test_what_a_platform_says_is_taken_out_and_nothing_else(around):
    left = without_platform(around.format(LETTER))
    assert LETTER in left
    assert "erring" not in left
    assert "repl" not in left.lower()


def test_every_other_word_keeps_its_place():
    own = f"A message sent through HerringPost by N Quill.\n{LETTER}"
    assert with_platform_blank(own).index("Please") == own.index("Please")
    assert len(with_platform_blank(own)) == len(own)
