from __future__ import annotations

import pytest

from classifiers.language import language


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("The bin was not emptied and I have a photograph of it for you.", "en"),
        ("Nid yw'r biniau wedi cael eu casglu yn ein stryd ers y Nadolig ac mae'r llygod yn dod i'r ardd.", "cy"),
        ("Proszę o pomoc, nie mam wody w mieszkaniu od dwóch dni i nie wiem do kogo się zwrócić.", "pl"),
        ("Будь ласка, допоможіть, у мене немає води", "uk"),
        ("براہ کرم میری مدد کریں پانی نہیں ہے", "ar"),
        ("", "en"),
        ("Cheers", "en"),
        ("12345 !!!", "en"),
    ],
)
def test_a_language_is_told_by_its_alphabet_or_its_smallest_words(text: str, code: str) -> None:
    assert language(text) == code


def test_a_few_welsh_words_do_not_make_an_english_letter_welsh() -> None:
    text = "Bore da, the lamp by Heol y Felin is out and it is dark. Diolch yn fawr, and thank you for it."
    assert language(text) == "en"
