"""The hash of a record's content, as it is noted in the sealed trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence


def digest_of(parts: Sequence[object]) -> str:
    """SHA-256 over these words, numbers, lists and tables in this order; the order of a table's keys does not count.

    It stands in every store's trail: what it says of the same parts never changes.
    """
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
