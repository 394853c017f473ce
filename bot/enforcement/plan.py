"""What the mail server's rules should be, and what would change: pure, so that it can be printed before it is done.

Lock 4 of the gate: enforcement takes no address from anybody. Its input is the restrictions in force and the rules
found on the server; a rule of ours with no restriction behind it is removed, others' rules are left alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.mailbox.ports import FoundRules, Rule


@dataclass(frozen=True, slots=True)
class Plan:
    """`rules` is what shall stand afterwards; `why` says each change in plain words; no `why`: nothing to do."""

    rules: tuple[Rule, ...]
    why: tuple[str, ...]
    stamp: str = ""

    @property
    def changes_something(self) -> bool:
        return bool(self.why)


def plan(wanted: Sequence[Rule], found: FoundRules) -> Plan:
    """From what is decided and what stands there, what to change."""
    want: Mapping[int, Rule] = {rule.restriction: rule for rule in wanted}
    have: Mapping[int, Rule] = {rule.restriction: rule for rule in found.ours}
    why = [f"add the rule of restriction {n}" for n in sorted(want.keys() - have.keys())]
    why += [f"remove the rule of restriction {n}: it is not in force" for n in sorted(have.keys() - want.keys())]
    why += [_difference(have[n], want[n]) for n in sorted(want.keys() & have.keys()) if want[n] != have[n]]
    if len(have) != len(found.ours):
        why.append("remove rules that stand twice")
    why += [f"replace what was changed by hand: {what}" for what in found.tampered]
    if want and not found.active:
        why.append("switch our rules on again: the server had them switched off")
    return Plan(tuple(want[n] for n in sorted(want)), tuple(why), found.stamp)


def _difference(have: Rule, want: Rule) -> str:
    what = []
    if have.addresses != want.addresses:
        gone, new = len(set(have.addresses) - set(want.addresses)), len(set(want.addresses) - set(have.addresses))
        what.append(f"addresses ({new} more, {gone} fewer)")
    if (have.starts_on, have.ends_on) != (want.starts_on, want.ends_on):
        what.append("dates")
    if have.folder != want.folder:
        what.append("folder")
    return f"correct the rule of restriction {want.restriction}: {', '.join(what)}"
