"""Weights are those their manifest describes, or they are not used."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from classifiers.artefact import keep_arrays, load_arrays
from classifiers.kept import ARTEFACTS, ArtefactDamaged


def test_what_was_kept_comes_back(tmp_path: Path) -> None:
    keep_arrays(tmp_path / "a.npz", {"ids": np.arange(3), "w": np.ones((3, 2))}, data="ours", date="2026-01-01")
    back = load_arrays("a.npz", tmp_path)
    assert back["ids"].tolist() == [0, 1, 2]
    assert back["w"].shape == (3, 2)


def test_the_same_arrays_make_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        keep_arrays(tmp_path / name, {"ids": np.arange(300)}, data="ours", date="2026-01-01")
    assert (tmp_path / "a.npz").read_bytes() == (tmp_path / "b.npz").read_bytes()


def test_changed_weights_are_refused(tmp_path: Path) -> None:
    keep_arrays(tmp_path / "a.npz", {"ids": np.arange(3)}, data="ours", date="2026-01-01")
    raw = bytearray((tmp_path / "a.npz").read_bytes())
    raw[40] ^= 1
    (tmp_path / "a.npz").write_bytes(bytes(raw))
    with pytest.raises(ArtefactDamaged, match="not the weights its manifest describes"):
        load_arrays("a.npz", tmp_path)


def test_weights_without_a_manifest_are_refused(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", ids=np.arange(3))
    with pytest.raises(ArtefactDamaged, match="cannot be read"):
        load_arrays("a.npz", tmp_path)


def test_a_pickle_is_never_opened(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="pickle"):
        keep_arrays(tmp_path / "a.npz", {"o": np.array([{}], dtype=object)}, data="ours", date="2026-01-01")


@pytest.mark.parametrize("name", ["lines.npz", "letters.npz", "stack.npz"])
def test_the_weights_in_the_package_are_sound_and_small(name: str) -> None:
    assert load_arrays(name)
    assert (ARTEFACTS / name).stat().st_size < 3_000_000
