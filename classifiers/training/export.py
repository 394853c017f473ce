"""From the trained network to the artefact: an ONNX graph with weights of eight bits, and its manifest."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from classifiers.kept import manifest_of
from classifiers.training.fused import fused
from classifiers.training.network import HEADS, Network


def exported(network: Network) -> bytes:
    """The reader of what one message says: ids and what is quoted in, marks out."""
    ids = torch.tensor([[101, 7592, 102]])
    axes = {name: {0: "windows", 1: "pieces"} for name in ("ids", "quoted", "marks")}
    return quantised(network, {"ids": ids, "quoted": torch.zeros_like(ids)}, ["marks"], axes)


def quantised(network: Any, fed: Mapping[str, Any], given: list[str], axes: Mapping[str, Mapping[int, str]]) -> bytes:
    """A network as ONNX with weights of eight bits, of which seven are used. `axes`: those that vary in length.

    The eighth bit is left alone (`reduce_range`) because processors without VNNI add two products in sixteen bits and
    would cut off what does not fit: the same letter would be read otherwise on an older machine.
    """
    network.eval()
    with tempfile.TemporaryDirectory() as folder:
        full, small = Path(folder, "full.onnx"), Path(folder, "small.onnx")
        file = io.BytesIO()
        torch.onnx.export(
            network, tuple(fed.values()), file, input_names=list(fed), output_names=given,
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        full.write_bytes(file.getvalue())
        quantize_dynamic(
            full, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )  # fmt: skip
        return fused(small.read_bytes(), heads=HEADS)


def keep_encoder(path: Path, raw: bytes, *, data: Mapping[str, str], date: str) -> None:
    path.write_bytes(raw)
    manifest = {
        "sha256": hashlib.sha256(raw).hexdigest(), "data": data, "scores": {}, "date": date,
        "licence": "Apache-2.0 (MiniLM's weights); what was taught is MIT",
    }  # fmt: skip
    manifest_of(path).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
