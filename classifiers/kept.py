"""Fitted weights kept as JSON under `artefacts/`, each with a manifest that says what it was made from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ARTEFACTS = Path(__file__).parent / "artefacts"


class ArtefactDamaged(Exception):
    """The weights are not those their manifest was written for, or one of the two files is missing."""


def load_json(name: str) -> dict[str, Any]:
    """The content of artefacts/`name`, checked against its manifest's SHA-256. Raises ArtefactDamaged."""
    content: dict[str, Any] = json.loads(load_bytes(name, ARTEFACTS))
    return content


def load_bytes(name: str, folder: Path = ARTEFACTS) -> bytes:
    """The file artefacts/`name` as it is, checked against its manifest's SHA-256. Raises ArtefactDamaged."""
    path = folder / name
    try:
        raw, manifest = path.read_bytes(), json.loads(manifest_of(path).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtefactDamaged(f"{name}: the weights or their manifest cannot be read ({error})") from error
    if hashlib.sha256(raw).hexdigest() != manifest.get("sha256"):
        raise ArtefactDamaged(f"{name}: these are not the weights its manifest describes; install the program again")
    return raw


def keep_json(path: Path, content: Mapping[str, Any], *, data: str, date: str) -> None:
    """Write weights and their manifest. Scores are added by the benchmark that measured them."""
    raw = (json.dumps(content, indent=0, sort_keys=True, ensure_ascii=False) + "\n").encode()
    path.write_bytes(raw)
    manifest = {"sha256": hashlib.sha256(raw).hexdigest(), "data": data, "licence": "MIT", "scores": {}, "date": date}
    manifest_of(path).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def record_scores(path: Path, scores: Mapping[str, float]) -> None:
    manifest = json.loads(manifest_of(path).read_text(encoding="utf-8"))
    manifest["scores"] = {name: round(value, 3) for name, value in scores.items()}
    manifest_of(path).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def manifest_of(path: Path) -> Path:
    return path.with_suffix(".manifest.json")
