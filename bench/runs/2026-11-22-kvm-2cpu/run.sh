#!/usr/bin/env bash
# What made the files beside it. From the repository's root, after: cargo build --release; peers/build
set -uo pipefail
out=${1:-bench/runs/2026-11-22-kvm-2cpu}
nearwire=${NEARWIRE:-target/release/nearwire}
# Without 10 000 connections, which some cannot do on a machine with 20 000 descriptors.
without=pingpong:10,pingpong:50,pingpong:100,pingpong:1000
for connections in 1 5 10; do
    for size in 100 1000 10k 100k; do without+=,exchange:${connections}x$size; done
done
few= # connections, where who runs on which CPU matters most
for connections in 1 5; do
    for size in 100 1000 10k 100k; do few+=,exchange:${connections}x$size; done
done
few=${few#,}
compare() { # NAME PAIRS ARGUMENTS...
    local name=$1 pairs=$2
    shift 2
    "$nearwire" compare nearwire:socket "$@" --pairs "$pairs" --quiet --export "$out/$name.json" >"$out/$name.txt" ||
        echo "$name: exit code $?" >&2
}
compare sockets 20 c-epoll libuv asio tokio interprocess --cases suite --slice 0.3s
compare one-cpu 20 c-epoll libuv asio --cases "$few" --slice 0.1s --pin 0,0
compare two-cpus 20 c-epoll libuv asio --cases "$few" --slice 0.1s --pin 0,1
compare others 10 c-ring qt6 node python-asyncio --cases suite --slice 0.2s
compare messages 5 zeromq ipc-channel iceoryx2 --cases "$without" --slice 0.1s
compare counters 5 c-epoll libuv asio tokio interprocess qt6 node python-asyncio --slice 50ms --counters \
    --cases exchange:1x1000,exchange:5x1000,exchange:10x1000,pingpong:100
# What checking every byte costs: the same program, with it.
compare verified 20 "cmd:$nearwire peer serve|$nearwire peer exchange --verify" --slice 0.2s \
    --cases exchange:1x100,exchange:10x100,exchange:10x1000,exchange:10x10k,exchange:10x100k
