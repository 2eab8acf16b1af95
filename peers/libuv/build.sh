#!/usr/bin/env bash
set -euo pipefail; cd "$(dirname "$0")"; OUT=${OUT:-../target}; mkdir -p "$OUT"; gcc -std=gnu17 -O2 -Wall -Wextra -Werror -o "$OUT/libuv" libuv.c $(pkg-config --cflags --libs libuv)
