//! Shows interprocess: its local sockets in their tokio form (with its threads, 10 000 connections are out of reach),
//! a runtime of one thread and a task for each connection.
//!
//! `&Stream` reads and writes at the same time, as the library's examples do it: a client's task writes as far as its
//! window allows and reads otherwise. A server's task writes what it read before it reads again.

use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{Duration, Instant};

use common::{DEADLINE, Exchange, Measured, Payload, Progress, READ, Result, SWEEP, While as _, fail};
use interprocess::local_socket::tokio::{Stream, prelude::*};
use interprocess::local_socket::{GenericFilePath, ListenerOptions, Name};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::sleep;

fn main() -> ExitCode {
    common::run(
        "interprocess",
        |path| runtime()?.block_on(serve(path)),
        |path, exchange_| runtime()?.block_on(exchange(path, exchange_)),
    )
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().during("start")
}

async fn serve(path: &Path) -> Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let file = common::SocketFile::claim(path)?;
    let name = path.to_fs_name::<GenericFilePath>()?;
    // The backlog is the library's choice: as long as the system allows.
    let listener = ListenerOptions::new().name(name).create_tokio().during("listen")?;
    common::ready()?;
    loop {
        tokio::select! {
            accepted = listener.accept() => match accepted {
                Ok(stream) => drop(tokio::spawn(echo(stream))),
                // Out of descriptors: clients wait in the backlog until a connection ends.
                Err(_) => sleep(Duration::from_millis(10)).await,
            },
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
        }
    }
    drop((listener, file));
    Ok(())
}

async fn echo(mut stream: Stream) {
    let mut buffer = vec![0; READ];
    // The end of a connection, in whatever way, is the client's affair.
    while let Ok(n @ 1..) = stream.read(&mut buffer).await {
        if stream.write_all(&buffer[..n]).await.is_err() {
            break;
        }
    }
}

async fn exchange(path: &Path, exchange: &Exchange) -> Result<Measured> {
    let start = Instant::now();
    let name = path.to_fs_name::<GenericFilePath>()?;
    let mut streams = Vec::with_capacity(exchange.connections);
    for _ in 0..exchange.connections {
        streams.push(connect(&name, start).await.during("connect")?);
    }
    let payload = Arc::new(Payload::new(exchange));
    let progress = Arc::new(Progress::new(exchange));
    let mut tasks = JoinSet::new();

    let stopwatch = common::Stopwatch::start();
    for (c, stream) in streams.into_iter().enumerate() {
        tasks.spawn(client(c, stream, *exchange, payload.clone(), progress.clone()));
    }
    let mut sweep = tokio::time::interval(SWEEP);
    let mut finished = Vec::with_capacity(exchange.connections); // kept open until the time is taken
    loop {
        tokio::select! {
            task = tasks.join_next() => match task {
                Some(stream) => finished.push(stream??),
                None => break,
            },
            _ = sweep.tick() => progress.sweep()?,
        }
    }
    Ok(stopwatch.stop(exchange.bytes()))
}

/// The library takes a full backlog for a connection under way and hands out a stream that is not connected, so the
/// address of the other side is asked for.
async fn connect(name: &Name<'_>, start: Instant) -> io::Result<Stream> {
    loop {
        let connected = Stream::connect(name.borrow()).await.and_then(|stream| {
            let Stream::UdSocket(socket) = &stream;
            socket.inner().peer_addr().map(|_| stream)
        });
        match connected {
            Err(error) if error.kind() == ErrorKind::NotConnected && start.elapsed() < DEADLINE => {
                sleep(Duration::from_millis(1)).await;
            }
            connected => return connected,
        }
    }
}

async fn client(
    c: usize,
    stream: Stream,
    exchange: Exchange,
    payload: Arc<Payload>,
    progress: Arc<Progress>,
) -> Result<Stream> {
    let mut buffer = vec![0; exchange.in_flight().clamp(4096, READ)];
    let (mut reader, mut writer) = (&stream, &stream);
    let (mut sent, mut received, mut done) = (0, 0, exchange.bytes_of(c) == 0);
    while !done {
        let piece = payload.piece(c, sent, exchange.may_send(c, received));
        tokio::select! {
            biased;
            written = writer.write(piece), if !piece.is_empty() => sent += written.during("write")? as u64,
            read = reader.read(&mut buffer) => {
                let n = read.during("read")?;
                if n == 0 {
                    return fail("the server closed a connection");
                }
                payload.check(c, received, &buffer[..n])?;
                done = progress.count(c, n)?;
                received += n as u64;
            }
        }
    }
    Ok(stream)
}
