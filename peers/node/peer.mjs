// Shows Node.js: `node:net` on a Unix socket, streams and their events, one event loop.
//
// The server is the library's own echo, `socket.pipe(socket)`, which does the back-pressure. The client hands over what
// its window allows, stops when a write asks it to, and goes on with `drain`; reading never waits for writing.

import { lstatSync, rmSync } from "node:fs";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

const NAME = "node";
const BACKLOG = 4096;
const DEADLINE_MS = 30_000;
const PERIOD = 251 * 256; // the verified stream repeats after this many bytes, and after 256 connections
const SPAN = 256 * 1024; // longest write
const LIMITS = {
  "--connections": 1e6,
  "--chunk-size": 16 * 1024 * 1024,
  "--iterations": 1e12,
  "--window": 65_536,
};

function usage() {
  console.error(
    `usage: ${NAME} serve PATH | exchange PATH --connections N --chunk-size S --iterations I [--window W] [--verify]`,
  );
  process.exit(2);
}

function fail(what, why) {
  console.error(`${NAME}: ${what}: ${why}`);
  process.exit(1);
}

function serve(path) {
  process.umask(0o077);
  if (lstatSync(path, { throwIfNoEntry: false })?.isSocket()) rmSync(path);
  const server = net.createServer({ allowHalfOpen: true }, (socket) => {
    socket.on("error", () => socket.destroy()); // the end of a connection, in whatever way, is the client's affair
    socket.pipe(socket);
  });
  server.on("error", (error) => fail("listen", error.message));
  const end = () => {
    server.close(); // removes the socket file
    process.exit(0);
  };
  process.on("SIGTERM", end);
  process.on("SIGINT", end);
  server.listen({ path, backlog: BACKLOG }, () => console.log("ready"));
}

// Connects, and tries again while the backlog is full, since there is no event to wait for.
async function connect(path, start) {
  for (;;) {
    try {
      return await new Promise((resolve, reject) => {
        const socket = net.connect({ path });
        socket.once("error", reject);
        socket.once("connect", () => resolve(socket.off("error", reject)));
      });
    } catch (error) {
      if (error.code !== "EAGAIN" || performance.now() - start >= DEADLINE_MS) fail("connect", error.message);
      await sleep(1);
    }
  }
}

// The bytes of connection c; 256 tables hold every stream, and are sent and compared without a copy.
const tables = [];
function table(c, { verify, span }) {
  const k = verify ? c % 256 : 0;
  if (!tables[k]) {
    tables[k] = Buffer.alloc(PERIOD + span);
    for (let p = 0; p < tables[k].length; p++) tables[k][p] = k * 131 + p * 7 + Math.floor(p / 251);
  }
  return tables[k];
}

class Connection {
  sent = 0;
  received = 0;

  constructor(c, socket, options, finished) {
    Object.assign(this, { c, socket, options, finished });
    const { connections, iterations, chunk } = options;
    this.total = (Math.floor(iterations / connections) + (c < iterations % connections ? 1 : 0)) * chunk;
    this.bytes = table(c, options);
    socket.on("data", (data) => this.take(data));
    socket.on("drain", () => this.pump());
    socket.on("error", (error) => fail(`connection ${c}`, error.message));
    socket.on("end", () => fail(`connection ${c}`, "the server closed it"));
    if (this.total > 0) socket.setTimeout(DEADLINE_MS, () => fail(`connection ${c}`, "30 s without a byte"));
  }

  // Hands over what the window allows, until the socket asks to wait.
  pump() {
    const { chunk, window, verify, span } = this.options;
    const end = Math.min(this.total, (Math.floor(this.received / chunk) + window) * chunk);
    while (this.sent < end && !this.socket.writableNeedDrain) {
      const at = verify ? this.sent % PERIOD : 0;
      const length = Math.min(end - this.sent, span);
      this.sent += length;
      this.socket.write(this.bytes.subarray(at, at + length));
    }
  }

  take(data) {
    if (data.length > this.sent - this.received) fail(`connection ${this.c}`, "more bytes came back than were sent");
    if (this.options.verify) this.check(data);
    this.received += data.length;
    if (this.received < this.total) return this.pump();
    this.socket.setTimeout(0);
    this.finished();
  }

  check(data) {
    for (let done = 0; done < data.length; ) {
      const at = (this.received + done) % PERIOD;
      const length = Math.min(data.length - done, this.options.span);
      if (this.bytes.compare(data, done, done + length, at, at + length) !== 0) {
        fail(`connection ${this.c}`, `a byte came back that was not sent, after byte ${this.received + done}`);
      }
      done += length;
    }
  }
}

async function exchange(path, options) {
  const { connections, iterations, chunk } = options;
  const start = performance.now();
  const sockets = [];
  for (let c = 0; c < connections; c++) sockets.push(await connect(path, start));

  let left = Math.min(connections, iterations);
  let elapsed, cpu;
  const finished = () => {
    if (--left > 0) return;
    elapsed = process.hrtime.bigint() - elapsed;
    cpu = process.cpuUsage(cpu);
    const cpuNs = (cpu.user + cpu.system) * 1000;
    console.log(`{"elapsed_ns": ${elapsed}, "bytes": ${iterations * chunk}, "cpu_ns": ${cpuNs}}`);
    process.exit(0);
  };
  const all = sockets.map((socket, c) => new Connection(c, socket, options, finished));
  elapsed = process.hrtime.bigint();
  cpu = process.cpuUsage();
  for (const connection of all) connection.pump();
}

function number(text, most) {
  const n = /^[0-9]+$/.test(text ?? "") ? Number(text) : 0;
  return n >= 1 && n <= most ? n : usage();
}

function parse(words) {
  const given = { "--window": 1 };
  let verify = false;
  for (let i = 0; i < words.length; i++) {
    const most = Object.hasOwn(LIMITS, words[i]) ? LIMITS[words[i]] : undefined;
    if (words[i] === "--verify") verify = true;
    else if (most) given[words[i]] = number(words[++i], most);
    else usage();
  }
  const { "--connections": connections, "--chunk-size": chunk, "--iterations": iterations, "--window": window } = given;
  if (!connections || !chunk || !iterations || !Number.isSafeInteger(iterations * chunk)) usage();
  return { connections, chunk, iterations, window, verify, span: Math.min(window * chunk, SPAN) };
}

const [command, path, ...words] = process.argv.slice(2);
if (!path) usage();
if (command === "serve" && words.length === 0) serve(path);
else if (command === "exchange") await exchange(path, parse(words));
else usage();
