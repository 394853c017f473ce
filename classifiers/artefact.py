"""Fitted numbers kept as .npz under `artefacts/`, each with a manifest as in `classifiers.kept`. No pickles."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.kept import ARTEFACTS, load_bytes, manifest_of

Arrays = dict[str, NDArray[Any]]


def load_arrays(name: str, folder: Path = ARTEFACTS) -> Arrays:
    """The arrays of artefacts/`name`, checked against its SHA-256 before it is read. Raises ArtefactDamaged."""
    with np.load(io.BytesIO(load_bytes(name, folder)), allow_pickle=False) as kept:
        return {key: kept[key] for key in kept.files}


def keep_arrays(path: Path, arrays: Mapping[str, NDArray[Any]], *, data: str, date: str) -> None:
    """Write arrays and their manifest; the same arrays always make the same bytes."""
    raw = _npz(arrays)
    path.write_bytes(raw)
    manifest = {"sha256": hashlib.sha256(raw).hexdigest(), "data": data, "licence": "MIT", "scores": {}, "date": date}
    manifest_of(path).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")


def _npz(arrays: Mapping[str, NDArray[Any]]) -> bytes:
    # numpy's own savez stamps the time of day into the archive; ours must come out the same again.
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, array in sorted(arrays.items()):
            one = io.BytesIO()
            np.lib.format.write_array(one, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), one.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()
