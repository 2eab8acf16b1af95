#!/usr/bin/env bash
# Writes the launcher of the peer `node`. It raises the limit of descriptors: Node has no call for that.
set -euo pipefail
cd "$(dirname "$0")"
OUT=${OUT:-../target}
mkdir -p "$OUT"
node=$(command -v node) || { echo "no node in PATH" >&2; exit 1; }
"$node" --check peer.mjs
printf '#!/bin/sh\nulimit -Sn "$(ulimit -Hn)"\nexec %q %q "$@"\n' "$node" "$PWD/peer.mjs" >"$OUT/node"
chmod +x "$OUT/node"
