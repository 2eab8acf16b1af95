#!/usr/bin/env bash
# Writes the launcher of the peer `python-asyncio`: the interpreter itself, whatever wrapper PATH finds first.
set -euo pipefail
cd "$(dirname "$0")"
OUT=${OUT:-../target}
mkdir -p "$OUT"
python=$(python3 -c 'import sys; print(sys.executable)')
"$python" -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' peer.py
printf '#!/bin/sh\nexec %q %q "$@"\n' "$python" "$PWD/peer.py" >"$OUT/python-asyncio"
chmod +x "$OUT/python-asyncio"
