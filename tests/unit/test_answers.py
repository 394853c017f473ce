from __future__ import annotations

import pytest

from classifiers.answers import fitted
from tests.unit.letters import REFUSAL


@pytest.mark.parametrize(
    "own",
    [
        REFUSAL,
        "The bin was emptied this morning and the matter is now closed. Thank you for telling us.",
        "I attach everything we hold. That completes our response. If you are not satisfied you may "
        "ask for an internal review.",
    ],
)
def test_a_last_word_is_recognised(own: str) -> None:
    assert fitted().is_final(own)


@pytest.mark.parametrize(
    "own",
    [
        "Thank you for your letter. I have asked the engineer to look and I will write to you by 20 March.",
        "Could you tell me which lamp it is, and send a photograph? I will pass it on.",
        "",
    ],
)
def test_a_word_on_the_way_is_not_the_last(own: str) -> None:
    assert not fitted().is_final(own)
