"""The languages a letter may be found to be in: the code that a finding carries (ISO 639) and the name people use."""

from __future__ import annotations

LANGUAGES = {
    "am": "Amharic or Tigrinya", "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ckb": "Kurdish", "cs": "Czech",
    "cy": "Welsh", "de": "German", "el": "Greek", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fr": "French",
    "ga": "Irish", "gd": "Scottish Gaelic", "gu": "Gujarati", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian, Bosnian "
    "or Serbian", "hu": "Hungarian", "hy": "Armenian", "it": "Italian", "ja": "Japanese", "ka": "Georgian", "km":
    "Khmer", "kn": "Kannada", "ko": "Korean", "ku": "Kurdish", "lt": "Lithuanian", "lv": "Latvian", "ml": "Malayalam",
    "ne": "Nepali", "nl": "Dutch", "pa": "Punjabi", "pl": "Polish", "ps": "Pashto", "pt": "Portuguese", "ro":
    "Romanian", "ru": "Russian", "si": "Sinhala", "sk": "Slovak", "so": "Somali", "sq": "Albanian", "sr": "Serbian",
    "sv": "Swedish", "sw": "Swahili", "ta": "Tamil", "te": "Telugu", "th": "Thai", "tl": "Tagalog", "tr": "Turkish",
    "uk": "Ukrainian", "ur": "Urdu", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def named(code: str) -> str:
    """`cy` is Welsh; a code without a name here names itself."""
    return LANGUAGES.get(code, f"another language ({code})")
