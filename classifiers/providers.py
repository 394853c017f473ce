"""Mail providers at which anybody has an address: two people there have nothing in common by it."""

from __future__ import annotations

PUBLIC = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "hotmail.com",
        "hotmail.co.uk",
        "outlook.com",
        "live.com",
        "live.co.uk",
        "msn.com",
        "yahoo.com",
        "yahoo.co.uk",
        "ymail.com",
        "icloud.com",
        "me.com",
        "mac.com",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "btinternet.com",
        "bt.com",
        "sky.com",
        "virginmedia.com",
        "talktalk.net",
        "ntlworld.com",
        "blueyonder.co.uk",
        "gmx.com",
        "gmx.co.uk",
        "tiscali.co.uk",
        "plus.com",
        "zen.co.uk",
        "mail.com",
        "fastmail.com",
    ]
)
