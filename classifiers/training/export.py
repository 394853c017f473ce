"""From the trained network to the artefact: an ONNX graph with weights of eight bits, and its manifest."""

from __future__ import annotations

import hashlib
import io
import json
import tempfile
from collections.abc import Mapping
from pathlib import Path

import torch
from onnxruntime.quantization import QuantType, quantize_dynamic

from classifiers.kept import manifest_of
from classifiers.training.network import Network


def exported(network: Network) -> bytes:
    """The network as ONNX with weights of eight bits, of which seven are used.

    The eighth bit is left alone (`reduce_range`) because processors without VNNI add two products in sixteen bits and
    would cut off what does not fit: the same letter would be read otherwise on an older machine.
    """
    network.eval()
    ids = torch.tensor([[101, 7592, 102]])
    axes = {name: {0: "windows", 1: "pieces"} for name in ("ids", "quoted", "marks")}
    with tempfile.TemporaryDirectory() as folder:
        full, small = Path(folder, "full.onnx"), Path(folder, "small.onnx")
        file = io.BytesIO()
        torch.onnx.export(
            network, (ids, torch.zeros_like(ids)), file, input_names=["ids", "quoted"], output_names=["marks"],
            dynamic_axes=axes, opset_version=17, dynamo=False,
        )  # fmt: skip
        full.write_bytes(file.getvalue())
        quantize_dynamic(
            full, small, per_channel=True, reduce_range=True, weight_type=QuantType.QInt8,
            op_types_to_quantize=["MatMul", "Gather"],
        )  # fmt: skip
        return small.read_bytes()


def keep_encoder(path: Path, raw: bytes, *, data: Mapping[str, str], date: str) -> None:
    path.write_bytes(raw)
    manifest = {
        "sha256": hashlib.sha256(raw).hexdigest(), "data": data, "scores": {}, "date": date,
        "licence": "Apache-2.0 (MiniLM's weights); what was taught is MIT",
    }  # fmt: skip
    manifest_of(path).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
