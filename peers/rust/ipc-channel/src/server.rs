//! The echo server: one receiver set for all clients and all their connections.

use std::collections::HashMap;
use std::os::unix::fs::{FileTypeExt as _, symlink};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;
use std::{fs, io, process};

use common::{Result, SocketFile, While as _};
use ipc_channel::ipc::{self, IpcOneShotServer, IpcReceiver, IpcReceiverSet, IpcSelectionResult, IpcSender};
use serde_bytes::ByteBuf;
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::{Ask, room_for};

/// A client that came: the channel for what it asks next, and what it asked first.
type Client = (IpcReceiver<Ask>, Ask);

pub(crate) fn serve(path: &Path) -> Result<()> {
    let mut signals = Signals::new([SIGTERM, SIGINT])?;
    if let Ok(name) = fs::read_link(path)
        && name.symlink_metadata().is_ok_and(|m| m.file_type().is_socket())
    {
        remove(&name); // of a server that was killed
    }
    let _file = SocketFile::claim(path)?;
    let (clients, new_clients) = ipc::channel::<Client>().during("channel")?;
    let mut server = Server::new(new_clients).during("receiver set")?;
    let door = Arc::new(Door { path: path.to_owned(), name: Mutex::default() });
    let first = door.open().during("listen")?;
    let closing = door.clone();
    thread::spawn(move || {
        if signals.forever().next().is_some() {
            closing.close_and_exit();
        }
    });
    thread::spawn(move || welcome(first, &door, &clients));
    common::ready_private()?;
    loop {
        server.turn().during("receive")?;
    }
}

/// Accepts one client after the other.
fn welcome(first: IpcOneShotServer<Ask>, door: &Door, clients: &IpcSender<Client>) {
    let mut one_shot = Some(first);
    loop {
        match one_shot.take().map(IpcOneShotServer::accept) {
            // Opened again before the client is served: it may end, and another come, at once.
            Some(Ok(client)) => {
                one_shot = door.open().ok();
                if clients.send(client).is_err() {
                    return;
                }
            }
            Some(Err(_)) => one_shot = door.open().ok(), // it left before it asked anything
            None => {
                thread::sleep(Duration::from_millis(10)); // out of descriptors, most likely
                one_shot = door.open().ok();
            }
        }
    }
}

/// The link at PATH to the one-shot server of the moment.
struct Door {
    path: PathBuf,
    name: Mutex<String>,
}

impl Door {
    fn open(&self) -> io::Result<IpcOneShotServer<Ask>> {
        let mut name = self.name.lock().unwrap_or_else(PoisonError::into_inner);
        let (one_shot, new) = IpcOneShotServer::new()?;
        let mut beside = self.path.clone().into_os_string();
        beside.push(".new");
        symlink(&new, &beside)?;
        fs::rename(&beside, &self.path)?;
        *name = new;
        Ok(one_shot)
    }

    /// Keeps the lock, so that nothing new is made meanwhile. What is gone already is gone.
    fn close_and_exit(&self) -> ! {
        let name = self.name.lock().unwrap_or_else(PoisonError::into_inner);
        let _ = fs::remove_file(&self.path);
        remove(Path::new(&*name));
        process::exit(0);
    }
}

/// Removes the socket `name` of a one-shot server, and the directory that the library made for it.
fn remove(name: &Path) {
    let _ = fs::remove_file(name);
    let _ = name.parent().map(fs::remove_dir);
}

/// What arrives on a receiver of the set.
enum Source {
    Clients,
    Asks,
    Chunks(IpcSender<ByteBuf>),
}

struct Server {
    set: IpcReceiverSet,
    sources: HashMap<u64, Source>,
}

impl Server {
    fn new(clients: IpcReceiver<Client>) -> io::Result<Self> {
        let mut set = IpcReceiverSet::new()?;
        let sources = HashMap::from([(set.add(clients)?, Source::Clients)]);
        Ok(Self { set, sources })
    }

    fn turn(&mut self) -> io::Result<()> {
        for event in self.set.select()? {
            let (id, message) = match event {
                IpcSelectionResult::MessageReceived(id, message) => (id, message),
                IpcSelectionResult::ChannelClosed(id) => {
                    self.sources.remove(&id);
                    continue;
                }
            };
            // A message that is none of ours, or an answer that nobody waits for: the client's affair.
            match self.sources.get(&id) {
                Some(Source::Chunks(back)) => {
                    let _ = message.to().map(|chunk| back.send(chunk));
                }
                Some(Source::Asks) => {
                    let _ = message.to().map(|ask| self.answer(ask));
                }
                Some(Source::Clients) => {
                    if let Ok((asks, ask)) = message.to::<Client>() {
                        let id = self.set.add(asks)?;
                        self.sources.insert(id, Source::Asks);
                        self.answer(ask);
                    }
                }
                None => {}
            }
        }
        Ok(())
    }

    fn answer(&mut self, ask: Ask) {
        let (answer, reply) = match ask {
            Ask::Room(connections, reply) => {
                let others =
                    self.sources.values().filter(|source| matches!(source, Source::Chunks(_))).count();
                (room_for(connections.saturating_add(others)), reply)
            }
            Ask::Open(connections, reply) => (self.open(connections).map_err(|e| e.to_string()), reply),
        };
        let _ = reply.send(answer); // the client may have ended
    }

    fn open(&mut self, connections: Vec<crate::Ends>) -> io::Result<()> {
        for (chunks, back) in connections {
            let id = self.set.add(chunks)?;
            self.sources.insert(id, Source::Chunks(back));
        }
        Ok(())
    }
}
