"""Take `face_landmark.tflite` out of the npm package @mediapipe/face_mesh, bit for bit as the product ships it.

    npm pack @mediapipe/face_mesh@0.4.1657299874
    ./run bench extract_face_mesh mediapipe-face_mesh-0.4.1657299874.tgz [--write]

The package (Apache-2.0) keeps its models in one `.data` file; the loader beside it says where each begins and ends.
Prints the hash; with --write it is written beside the adapter, if it is the one whose limits were measured.
"""

import argparse
import hashlib
import re
import sys
import tarfile
from pathlib import Path

from yizheng.adapters.face.mesh import SHA256

PACKED = "package/face_mesh_solution_packed_assets"
NAME = "face_landmark.tflite"
TARGET = Path(__file__).parent.parent / "src/yizheng/adapters/face/models" / NAME


def extracted(pack: Path) -> bytes:
    """The model in an npm pack. Raises ValueError where the pack has none."""
    with tarfile.open(pack) as files:
        loader = _member(files, f"{PACKED}_loader.js").decode()
        data = _member(files, f"{PACKED}.data")
    for name, start, end in re.findall(
        r'"filename":\s*"([^"]+)",\s*"start":\s*(\d+),\s*"end":\s*(\d+)', loader
    ):
        if name.endswith("/" + NAME):
            return data[int(start) : int(end)]
    raise ValueError(f"{NAME} was expected in {pack}, but its loader does not name it.")


def _member(files: tarfile.TarFile, name: str) -> bytes:
    found = files.extractfile(name)
    if found is None:
        raise ValueError(f"{name} was expected in the pack; it is no plain file there.")
    return found.read()


def main() -> int:
    """Extract, compare, write."""
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("pack", type=Path)
    words.add_argument("--write", action="store_true")
    given = words.parse_args()
    model = extracted(given.pack)
    found = hashlib.sha256(model).hexdigest()
    print(f"{found}  {NAME}  {len(model)} bytes")  # noqa: T201 (its output)
    if found != SHA256:
        print(  # noqa: T201 (its output)
            f"expected {SHA256}: another version of the package? Its limits would have to be measured.",
            file=sys.stderr,
        )
        return 1
    if given.write:
        TARGET.write_bytes(model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
