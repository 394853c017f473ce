"""Lists in pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request


@dataclass(frozen=True, slots=True)
class Paging:
    """Page `number` (from 1) of a list of `total` rows. A page beyond the end is the last one."""

    asked: int
    size: int
    total: int

    @property
    def last(self) -> int:
        return max(1, -(-self.total // self.size))

    @property
    def number(self) -> int:
        return min(max(1, self.asked), self.last)

    @property
    def offset(self) -> int:
        return (self.number - 1) * self.size


def asked_page() -> int:
    """The page number in the address; the first where it makes no sense."""
    return request.args.get("page", default=1, type=int)
