#!/usr/bin/env bash
set -euo pipefail; cd "$(dirname "$0")"; OUT=${OUT:-../target}; mkdir -p "$OUT"; g++ -std=c++17 -O2 -Wall -Wextra -Werror -fPIC -o "$OUT/qt6" qt6.cpp $(pkg-config --cflags --libs Qt6Network)
