#!/usr/bin/env bash
# What made the files beside it. From the repository's root, after: cargo build --release; peers/build
set -uo pipefail
out=${1:-bench/runs/2026-11-22-kvm-2cpu}
nearwire=target/release/nearwire
short=(--pairs 5 --slice 60ms --quiet)
# Without 10 000 connections, which these cannot do on a machine with 20 000 descriptors.
without=pingpong:10,pingpong:50,pingpong:100,pingpong:1000
for connections in 1 5 10; do
    for size in 100 1000 10k 100k; do without+=,exchange:${connections}x$size; done
done
compare() { "$nearwire" compare nearwire:socket "$@" || echo "exit code $?" >&2; }
compare c-epoll c-ring libuv asio tokio interprocess qt6 --cases suite "${short[@]}" --export "$out/fast.json" >"$out/fast.txt"
compare node python-asyncio --cases suite "${short[@]}" --export "$out/scripted.json" >"$out/scripted.txt"
compare zeromq ipc-channel iceoryx2 --cases "$without" "${short[@]}" --export "$out/messages.json" >"$out/messages.txt"
