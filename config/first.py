"""The first settings of a council, written by `evenhand init`."""

from __future__ import annotations

import json


def settings_text(
    name: str, domains: tuple[str, ...], members: tuple[str, ...], policy: str, database: str, more: str = ""
) -> str:
    """The first evenhand.toml of a council."""

    def quoted(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    authservs = [f"*.{d}" for d in domains]
    return (
        "# Evenhand's settings for this council. Every key and its default stand in config/defaults.toml.\n"
        f"policy = {quoted(policy)}\n\n[council]\nname = {quoted(name)}\ndomains = {quoted(list(domains))}\n"
        f"members = {quoted(list(members))}\nauthservs = {quoted([*domains, *authservs])}\n\n"
        f"[store]\nurl = {quoted(database)}\n\n{more or _MAILBOX_HINT}"
    )


_MAILBOX_HINT = """# [mailbox.main]
# host = "mail.example"
# username = "clerk@council.example"
# password_file = "main.password"
# enforce = "sieve"        # the server diverts by itself; "move" where it has no Sieve; "none" to only observe
"""
