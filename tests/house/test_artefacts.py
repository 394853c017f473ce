"""Weights are data that anybody can read and check: named by their SHA-256, and never code."""

from __future__ import annotations

import ast
import hashlib
import json
from pathlib import Path

import pytest

from classifiers.kept import ARTEFACTS, manifest_of
from tests.house.tree import files, modules, name, where

FORBIDDEN = {".pkl", ".pickle", ".joblib", ".pt", ".pth", ".dill", ".h5"}
# Loading any of these runs what the file says. The parsing process answers over a pipe of our own, and what comes back
# is read by an unpickler that knows the message's values only.
RUNS_WHAT_IT_READS = {"pickle", "cPickle", "joblib", "dill", "shelve", "marshal", "cloudpickle"}
MAY_PICKLE = {"bot/intake/worker.py"}

WEIGHTS = [p for p in files("classifiers/artefacts") if not p.name.endswith(".manifest.json") and p.suffix != ".md"]


@pytest.mark.parametrize("path", WEIGHTS, ids=lambda path: path.name)
def test_every_artefact_is_what_its_manifest_says(path: Path) -> None:
    manifest = json.loads(manifest_of(path).read_text(encoding="utf-8"))
    assert manifest["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest()
    assert manifest["data"], "say what it was made from"
    assert manifest["licence"], "say under what terms"
    assert {"scores", "date"} <= manifest.keys()


def test_there_are_artefacts_and_no_manifest_without_one() -> None:
    manifests = {p for p in files("classifiers/artefacts") if p.name.endswith(".manifest.json")}
    assert WEIGHTS
    assert manifests == {manifest_of(path) for path in WEIGHTS}
    assert all(path.parent == ARTEFACTS for path in manifests)


def test_no_file_of_ours_is_a_pickle() -> None:
    found = [
        name(p)
        for p in files()
        if p.suffix in FORBIDDEN or p.read_bytes()[:2] in {b"\x80\x03", b"\x80\x04", b"\x80\x05"}
    ]
    assert not found, "keep arrays as .npz or numbers as .json, with a manifest"


def test_nothing_unpickles_but_the_pipe_to_the_parsing_process() -> None:
    found = [
        where(path, node)
        for path, tree in modules()
        if name(path) not in MAY_PICKLE
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        if RUNS_WHAT_IT_READS & {_top(n) for n in _imported(node)}
    ]
    assert not found


def _imported(node: ast.Import | ast.ImportFrom) -> list[str]:
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else [node.module or ""]


def _top(module: str) -> str:
    return module.partition(".")[0]
