#!/usr/bin/env bash
# What made the files beside it. From the repository's root, after: cargo build --release; peers/build
set -uo pipefail
out=${1:-bench/runs/2026-11-29-kvm-2cpu}
nearwire=${NEARWIRE:-target/release/nearwire}
# Where the kernel counts system calls; some systems do not mount it.
[[ -d /sys/kernel/tracing/events ]] || mount -t tracefs nodev /sys/kernel/tracing
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
spins= # the same program with other times
for time in 5us 10us 20us 100us 200us; do spins+=" nearwire:socket,spin=$time"; done

compare() { # NAME PAIRS PROGRAM... ARGUMENTS...
    local name=$1 pairs=$2
    shift 2
    "$nearwire" compare "$@" --pairs "$pairs" --quiet --export "$out/$name.json" >"$out/$name.txt" ||
        echo "$name: exit code $?" >&2
}
compare sockets 20 nearwire:socket c-epoll libuv asio tokio interprocess --cases suite --slice 0.2s
compare sleeping 20 nearwire:socket,spin=off c-epoll --cases suite --slice 0.2s
compare others 10 nearwire:socket c-ring node python-asyncio --cases suite --slice 0.2s
# Without 10 000 connections, with which a slice takes Qt half a minute; that case comes below.
compare qt6 10 nearwire:socket qt6 --cases "$without" --slice 0.2s
compare one-cpu 20 nearwire:socket,spin=off c-epoll nearwire:socket libuv --cases "$few" --slice 0.1s --pin 0,0
compare two-cpus 20 nearwire:socket,spin=off c-epoll nearwire:socket --cases "$few" --slice 0.1s --pin 0,1
compare messages 5 nearwire:socket zeromq ipc-channel iceoryx2 --cases "$without" --slice 0.1s
compare counters 5 nearwire:socket,spin=off nearwire:socket c-epoll libuv asio tokio interprocess qt6 node \
    python-asyncio iceoryx2 --slice 50ms --counters \
    --cases exchange:1x1000,exchange:5x1000,exchange:10x1000,pingpong:100
# What checking every byte costs: the same program, with it.
compare verified 20 nearwire:socket "cmd:$nearwire peer serve|$nearwire peer exchange --verify" --slice 0.2s \
    --cases exchange:1x100,exchange:10x100,exchange:10x1000,exchange:10x10k,exchange:10x100k
# How long to look before sleeping.
# shellcheck disable=SC2086 # words
compare spin 8 nearwire:socket $spins --slice 0.1s \
    --cases exchange:1x100,exchange:5x1000,exchange:5x10k,exchange:10x100k,pingpong:10,pingpong:100
# Qt with 10 000 connections, three times in turns: each exchange takes it some 18 s.
for turn in 1 2 3; do
    for program in "$nearwire peer" peers/target/qt6; do
        rm -f /tmp/qt6-10000.sock
        $program serve /tmp/qt6-10000.sock >/dev/null &
        until [[ -S /tmp/qt6-10000.sock ]]; do sleep 0.1; done
        echo "$program $($program exchange /tmp/qt6-10000.sock --connections 10000 --chunk-size 1 --iterations 100000)"
        kill $! && wait $!
    done
done >"$out/qt6-10000.txt"
# Whether spinning harms where it cannot help: two endless loops, in the background, want the two CPUs.
for _ in 1 2; do sh -c 'while :; do :; done' & done
trap 'kill $(jobs -p)' EXIT
compare busy 10 nearwire:socket nearwire:socket,spin=off --slice 0.3s \
    --cases exchange:1x100,exchange:5x1000,exchange:10x10k
