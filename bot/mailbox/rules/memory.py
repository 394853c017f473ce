"""The rule book that forgets: for tests and the demonstration. It keeps every promise of a real one."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.mailbox.ports import FoundRules, MailboxError, Rule, RuleClash
from bot.mailbox.rules.written import in_order, refuse_unfit


@dataclass(slots=True)
class MemoryRuleBook:
    """A RuleBook, and what a test may do to it.

    others    how many rules of other people stand beside ours; no write changes it
    down      raised by every call while it is set: the server is away, or refuses
    written   every set of rules ever written, oldest first
    """

    name: str = "memory"
    others: int = 0
    down: MailboxError | None = None
    written: list[tuple[Rule, ...]] = field(default_factory=list)
    _rules: tuple[Rule, ...] = ()
    _tampered: tuple[str, ...] = ()
    _active: bool = True
    _changes: int = 0

    def check(self) -> list[str]:
        return [str(self.down)] if self.down else []

    def read(self) -> FoundRules:
        self._answer()
        return FoundRules(
            ours=() if self._tampered else self._rules,
            tampered=self._tampered,
            others=self.others,
            stamp=str(self._changes),
            active=self._active,
        )

    def write(self, rules: tuple[Rule, ...], *, stamp: str) -> str:
        self._answer()
        refuse_unfit(rules)
        if stamp != str(self._changes):
            raise RuleClash("the rules changed since they were read")
        self._rules, self._tampered, self._active = in_order(rules), (), True
        self._changes += 1
        self.written.append(self._rules)
        return f"{len(rules)} kept"

    def change_by_hand(self, what: str = "changed by hand") -> None:
        """Somebody edits our rules on the server."""
        self._tampered, self._changes = (what,), self._changes + 1

    def add_by_hand(self, rule: Rule) -> None:
        """A rule of ours that nobody decided, as after a restored backup."""
        self._rules, self._changes = in_order((*self._rules, rule)), self._changes + 1

    def switch_off(self) -> None:
        """The clerk makes a script of their own the active one."""
        self._active, self._changes = False, self._changes + 1

    def _answer(self) -> None:
        if self.down:
            raise self.down
