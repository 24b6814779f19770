#!/usr/bin/env bash
# Takes the face finder of the camera's page from the npm registry, as it lies under src/yizheng/doors/static/vendor.
#
#   bench/vendor_guidance.sh            take it anew (needs npm, and node for esbuild)
#   bench/vendor_guidance.sh --check    say whether the files lying there are those that were taken
#
# Two packages, at fixed versions and by hash: @vladmandic/human 3.3.6 (MIT) with its smallest face model alone, and the
# compiled parts of @tensorflow/tfjs-backend-wasm 4.22.0 (Apache-2.0). esbuild (MIT) rewrites the script for phones of
# 2020. The package's address of another host is taken out: nothing may be fetched from elsewhere, and the page's
# Content-Security-Policy would not let it.
set -euo pipefail
cd "$(dirname "$0")/.."
INTO=src/yizheng/doors/static/vendor/human-3.3.6

if [ "${1:-}" = "--check" ]; then
  cd "$INTO" && exec sha256sum --check --quiet SHA256SUMS
fi

WORK=$(mktemp -d)
trap 'rm -rf "$WORK"' EXIT
take() { # package@version, the sha256 of its archive
  (cd "$WORK" && npm pack --silent "$1" >name && echo "$2  $(cat name)" | sha256sum --check --quiet)
  tar -xzf "$WORK/$(cat "$WORK/name")" -C "$WORK"
  rm -rf "${WORK:?}/$3" && mv "$WORK/package" "$WORK/$3"
}
take @vladmandic/human@3.3.6 425e9c51dbbca0c8934362b170cb0d54c2529c11c654b3c03092b16e9d6ad3f7 human
take @tensorflow/tfjs-backend-wasm@4.22.0 5cd6f5e18657c12fb94f4ec3dcef485c8c1a9ca39f3ef1d261c1cb13c1a231c3 wasm

mkdir -p "$INTO"
npx --yes esbuild@0.25.12 "$WORK/human/dist/human.js" --target=chrome80,safari14 --minify --charset=utf8 \
  --outfile="$WORK/human.js" --log-level=error
sed -e 's#https://cdn\.jsdelivr\.net/npm/##g' -e '/^\/\/# sourceMappingURL=/d' "$WORK/human.js" >"$INTO/human.js"
cp "$WORK/human/models/blazeface.json" "$WORK/human/models/blazeface.bin" "$INTO/"
cp "$WORK/wasm/dist/tfjs-backend-wasm.wasm" "$WORK/wasm/dist/tfjs-backend-wasm-simd.wasm" "$INTO/"
chmod 644 "$INTO"/*
(cd "$INTO" && sha256sum human.js blazeface.json blazeface.bin tfjs-backend-wasm.wasm tfjs-backend-wasm-simd.wasm >SHA256SUMS)
