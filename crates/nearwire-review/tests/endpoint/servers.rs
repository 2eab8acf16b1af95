//! The servers: a sound one, and one for each weakness. A request is a line, and its answer the same line, unless a server
//! says otherwise.

use std::io::{self, BufRead, BufReader, IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::net::Shutdown;
use std::os::fd::{AsFd, OwnedFd};
use std::os::linux::net::SocketAddrExt;
use std::os::unix::net::{SocketAddr, UnixDatagram, UnixListener, UnixStream};
use std::path::Path;
use std::sync::Mutex;

use nearwire::{Listener, Mode, Policy};
use rustix::event::{PollFd, PollFlags, poll};
use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SocketAddrUnix, SocketFlags,
    SocketType, bind, listen, recvmsg, socket_with,
};

/// Serves until standard input ends.
pub(crate) fn serve(kind: &str, path: &Path) {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(0o177));
    match kind {
        "sound" => lines(UnixListener::bind(path).unwrap(), line_by_line),
        "open" => lines(bound_with_umask(path, 0), line_by_line),
        "abstract" => {
            let name = SocketAddr::from_abstract_name(path.as_os_str().as_encoded_bytes()).unwrap();
            lines(UnixListener::bind_addr(&name).unwrap(), line_by_line);
        }
        "backlog" => {
            let listener = UnixListener::bind(path).unwrap();
            listen(&listener, 5).unwrap();
            lines(listener, line_by_line);
        }
        "fd-inherit" => lines(without_cloexec(path), line_by_line),
        "two-listeners" => {
            let name = format!("nearwire-test-{}", std::process::id());
            let other = UnixListener::bind_addr(&SocketAddr::from_abstract_name(name).unwrap()).unwrap();
            std::mem::forget(other);
            lines(UnixListener::bind(path).unwrap(), line_by_line);
        }
        "peer-check" => peer_check(path),
        "datagram" => datagram(path, |length| length > 0),
        "datagram-any" => datagram(path, |_| true),
        "slow-client" => {
            one_at_a_time(UnixListener::bind(path).unwrap());
        }
        "never-reader" => never_reader(&UnixListener::bind(path).unwrap()),
        "half-close" => lines(UnixListener::bind(path).unwrap(), stays_until_the_client_is_gone),
        "abrupt-close" => lines(UnixListener::bind(path).unwrap(), |stream| {
            if line_by_line(stream).is_err_and(|error| error.kind() == io::ErrorKind::BrokenPipe) {
                std::process::exit(1);
            }
            Ok(())
        }),
        "close-spin" => lines(UnixListener::bind(path).unwrap(), spins_after_half_a_request),
        "empty-msg" => lines(UnixListener::bind(path).unwrap(), |stream| {
            let mut first = [0; 1];
            if rustix::net::recv(&stream, &mut first, RecvFlags::PEEK).unwrap().1 == 0 {
                std::process::exit(1);
            }
            line_by_line(stream)
        }),
        "conn-cap" => workers(UnixListener::bind(path).unwrap(), 8),
        "fd-growth" => lines(UnixListener::bind(path).unwrap(), |stream| {
            let kept = stream.try_clone()?;
            let served = line_by_line(stream);
            kept.shutdown(Shutdown::Both)?;
            std::mem::forget(kept);
            served
        }),
        "mem-growth" => lines(UnixListener::bind(path).unwrap(), |stream| {
            std::mem::forget(vec![1_u8; 64 << 10]);
            line_by_line(stream)
        }),
        "unwanted-fds" => lines(UnixListener::bind(path).unwrap(), |stream| takes_descriptors(&stream)),
        "stale-bytes" => lines(UnixListener::bind(path).unwrap(), |stream| from_one_buffer(&stream)),
        "framing-split" => lines(UnixListener::bind(path).unwrap(), |mut stream| {
            let mut buffer = [0; 4096];
            while let count @ 1.. = stream.read(&mut buffer)? {
                writeln!(stream, "{count} bytes")?;
            }
            Ok(())
        }),
        "frames" => lines(UnixListener::bind(path).unwrap(), |stream| frames(stream, 64 << 10)),
        "huge-length" => lines(UnixListener::bind(path).unwrap(), |stream| frames(stream, usize::MAX)),
        "live-unlink" => {
            let _ = std::fs::remove_file(path);
            lines(UnixListener::bind(path).unwrap(), line_by_line);
        }
        "locked" => peer_check_with(path, Mode::OWNER),
        "never-accepts" => {
            let listener = UnixListener::bind(path).unwrap();
            listen(&listener, 0).unwrap();
            ready();
            std::mem::forget(listener);
        }
        "stalls" => lines(UnixListener::bind(path).unwrap(), |mut stream| {
            let _ = stream.read(&mut [0; 64])?;
            wait_for_hang_up(&stream);
            Ok(())
        }),
        "floods" => lines(UnixListener::bind(path).unwrap(), |mut stream| {
            loop {
                stream.write_all(&[b'x'; 65536])?;
            }
        }),
        "dies-at-once" => lines(UnixListener::bind(path).unwrap(), |_| std::process::exit(1)),
        "replaces-itself" => {
            let at = path.to_owned();
            lines(UnixListener::bind(path).unwrap(), move |stream| {
                let new = at.with_extension("new");
                if let Ok(listener) = UnixListener::bind(&new) {
                    std::mem::forget(listener);
                    std::fs::rename(&new, &at)?;
                }
                line_by_line(stream)
            });
        }
        _ => panic!("no such server: {kind}"),
    }
    let _ = io::stdin().read(&mut [0; 1]);
}

fn ready() {
    println!("ready");
}

/// Gives each client to a thread of its own.
fn lines(listener: UnixListener, serve: impl Fn(UnixStream) -> io::Result<()> + Send + Sync + 'static) {
    ready();
    std::thread::spawn(move || {
        std::thread::scope(|scope| {
            for stream in listener.incoming().flatten() {
                let serve = &serve;
                scope.spawn(move || serve(stream));
            }
        });
    });
}

fn line_by_line(stream: UnixStream) -> io::Result<()> {
    let mut answers = stream.try_clone()?;
    let mut requests = BufReader::new(stream);
    let mut line = Vec::new();
    while requests.read_until(b'\n', &mut line)? > 0 {
        if line.ends_with(b"\n") {
            answers.write_all(&line)?;
        }
        line.clear();
    }
    Ok(())
}

fn bound_with_umask(path: &Path, umask: u32) -> UnixListener {
    rustix::process::umask(rustix::fs::Mode::from_raw_mode(umask));
    UnixListener::bind(path).unwrap()
}

fn without_cloexec(path: &Path) -> UnixListener {
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::empty(), None).unwrap();
    bind(&socket, &SocketAddrUnix::new(path).unwrap()).unwrap();
    listen(&socket, 128).unwrap();
    UnixListener::from(socket)
}

/// Everybody may connect, and only this user is served.
fn peer_check(path: &Path) {
    peer_check_with(path, Mode::EVERYBODY);
}

fn peer_check_with(path: &Path, mode: Mode) {
    let address = nearwire::Address::try_from(path).unwrap();
    let policy = Policy::root_or_same_user();
    let listener = Listener::builder().policy(policy).mode(mode).bind(&address);
    let Ok(listener) = listener else { std::process::exit(1) };
    let server = nearwire::ServerThread::spawn(listener, nearwire::services::Echo).unwrap();
    ready();
    std::mem::forget(server);
}

/// Ends when a message is not taken.
fn datagram(path: &Path, takes: fn(usize) -> bool) {
    let socket = UnixDatagram::bind(path).unwrap();
    ready();
    std::thread::spawn(move || {
        while takes(socket.recv(&mut [0; 4096]).unwrap()) {}
        std::process::exit(1);
    });
}

fn one_at_a_time(listener: UnixListener) {
    ready();
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = line_by_line(stream);
        }
    });
}

/// Reads from all clients as they have something, and writes without looking whether they read.
fn never_reader(listener: &UnixListener) {
    ready();
    let mut clients: Vec<(UnixStream, Vec<u8>)> = Vec::new();
    loop {
        let ready: Vec<bool> = {
            let mut watched = vec![PollFd::new(listener, PollFlags::IN)];
            watched.extend(clients.iter().map(|(stream, _)| PollFd::new(stream, PollFlags::IN)));
            poll(&mut watched, None).unwrap();
            watched.iter().map(|each| !each.revents().is_empty()).collect()
        };
        let mut readable = ready.iter().skip(1);
        clients.retain_mut(|(stream, line)| {
            if !readable.next().is_some_and(|ready| *ready) {
                return true;
            }
            let mut buffer = [0; 4096];
            let count = stream.read(&mut buffer).unwrap_or(0);
            line.extend(&buffer[..count]);
            let complete = line.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
            let requests: Vec<u8> = line.drain(..complete).collect();
            count > 0 && stream.write_all(&requests).is_ok()
        });
        if ready[0] {
            clients.push((listener.accept().unwrap().0, Vec::new()));
        }
    }
}

fn stays_until_the_client_is_gone(stream: UnixStream) -> io::Result<()> {
    let kept = stream.try_clone()?;
    line_by_line(stream)?;
    wait_for_hang_up(&kept);
    Ok(())
}

fn wait_for_hang_up(stream: &UnixStream) {
    let mut watched = [PollFd::new(stream, PollFlags::empty())];
    poll(&mut watched, None).unwrap();
}

fn spins_after_half_a_request(stream: UnixStream) -> io::Result<()> {
    let mut answers = stream.try_clone()?;
    let mut requests = BufReader::new(stream);
    let mut line = Vec::new();
    while requests.read_until(b'\n', &mut line)? > 0 {
        if !line.ends_with(b"\n") {
            drop((answers, requests));
            loop {
                std::hint::spin_loop();
            }
        }
        answers.write_all(&line)?;
        line.clear();
    }
    Ok(())
}

/// So many clients at one time, and no more.
fn workers(listener: UnixListener, count: usize) {
    ready();
    for _ in 0..count {
        let listener = listener.try_clone().unwrap();
        one_worker(listener);
    }
}

fn one_worker(listener: UnixListener) {
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let _ = line_by_line(stream);
        }
    });
}

/// Takes all descriptors that come, and keeps them as long as the client.
fn takes_descriptors(stream: &UnixStream) -> io::Result<()> {
    let mut kept: Vec<OwnedFd> = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(253))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let flags = RecvFlags::CMSG_CLOEXEC;
        let received = recvmsg(stream.as_fd(), &mut [IoSliceMut::new(&mut buffer)], &mut control, flags)?;
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                kept.extend(descriptors);
            }
        }
        if received.bytes == 0 {
            return Ok(());
        }
        let mut answers = stream;
        answers.write_all(&buffer[..received.bytes])?;
    }
}

/// One buffer for all clients; the length of an answer is that of the longest request so far.
fn from_one_buffer(stream: &UnixStream) -> io::Result<()> {
    static BUFFER: Mutex<Vec<u8>> = Mutex::new(Vec::new());
    let mut answers = stream.try_clone()?;
    let mut requests = BufReader::new(stream);
    let mut line = Vec::new();
    while requests.read_until(b'\n', &mut line)? > 0 {
        if line.ends_with(b"\n") {
            let mut buffer = BUFFER.lock().unwrap();
            let length = buffer.len().max(line.len());
            buffer.resize(length, 0);
            buffer[..line.len()].copy_from_slice(&line);
            let answer = buffer.clone();
            drop(buffer);
            answers.write_all(&answer)?;
        }
        line.clear();
    }
    Ok(())
}

/// Requests with their length before them, in four bytes.
fn frames(mut stream: UnixStream, most: usize) -> io::Result<()> {
    let mut header = [0; 4];
    loop {
        stream.read_exact(&mut header)?;
        let length = usize::try_from(u32::from_be_bytes(header)).unwrap();
        if length > most {
            return Ok(());
        }
        // A test need not take four gigabytes to show it.
        let mut body = vec![1; length.min(64 << 20)];
        stream.read_exact(&mut body)?;
        stream.write_all(&header)?;
        stream.write_all(&body)?;
    }
}
