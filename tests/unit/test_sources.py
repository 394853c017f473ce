"""Where the benchmarks and what teaches find the mailboxes: in the corpus, and in any other folder of mailboxes."""

from __future__ import annotations

from pathlib import Path

from classifiers.training.corpus import CORPUS, sources


def test_a_folder_with_mailboxes_alone_needs_nothing_else(tmp_path: Path) -> None:
    found = sources(CORPUS / "unseen", tmp_path)
    assert sorted(found) == ["saltmarsh-district", "spa-town"]
    assert all((folder / "messages.jsonl").exists() for folder in found.values())
