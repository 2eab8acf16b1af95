//! The echo server: it goes through the connections of all its clients, and waits when none has a sample.

use std::time::{Duration, Instant};

use common::{Result, While as _};
use iceoryx2::port::notifier::Notifier;
use iceoryx2::port::server::Server as ControlPort;
use iceoryx2::prelude::*;
use iceoryx2::service::port_factory::event;

use crate::names::{self, Names, service};
use crate::{Answer, Hello, LOOK, Lane, SPINS, Waiting, in_company, room_for, sleep, wake};

pub(crate) fn serve(names: &Names, waiting: Waiting) -> Result<()> {
    let node = names.node()?;
    let control = service(&node, names::CONTROL)?.request_response::<Hello, Answer>().max_servers(1);
    let control = control.max_clients(64).max_nodes(65).create().during("control service")?;
    let control = control.server_builder().create().during("control service")?;
    let events = service(&node, names::SERVER)?.event().max_listeners(1).max_notifiers(64).max_nodes(65);
    let events = events.event_id_max_value(0).create().during("event service")?;
    let mut listener = events.listener_builder().create().during("event service")?;
    let mut server = Server { node, control, sessions: Vec::new() };
    common::ready_private()?;

    let (mut looked, mut idle) = (Instant::now(), 0);
    loop {
        idle = if server.turn()? { 0 } else { idle + 1 };
        if idle == 0 {
            continue;
        }
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            // A wait of no time at all: it tells whether a signal asked to end.
            if server.node.wait(Duration::ZERO).is_err() {
                return Ok(());
            }
            server.look();
        }
        if waiting == Waiting::Events || server.sessions.is_empty() {
            sleep(&mut listener)?;
            server.welcome()?;
        } else if idle > SPINS {
            server.welcome()?;
            std::thread::yield_now();
        }
    }
}

/// A client and its connections.
struct Session {
    lanes: Vec<Lane>,
    notifier: Notifier<ipc::Service>,
    company: event::PortFactory<ipc::Service>,
}

struct Server {
    node: Node<ipc::Service>,
    control: ControlPort<ipc::Service, Hello, (), Answer, ()>,
    sessions: Vec<Session>,
}

impl Server {
    /// Echoes what is there; false when nothing was.
    fn turn(&mut self) -> Result<bool> {
        let mut any = false;
        for session in &self.sessions {
            let mut sent = false;
            for lane in &session.lanes {
                while let Some(sample) = lane.subscriber.receive().during("receive")? {
                    lane.send(sample.payload())?;
                    sent = true;
                }
            }
            if sent {
                wake(&session.notifier);
            }
            any |= sent;
        }
        Ok(any)
    }

    /// Opens the connections of new clients.
    fn welcome(&mut self) -> Result<()> {
        while let Some(request) = self.control.receive().during("control service")? {
            let answer = self.open(&request);
            let _ = request.send_copy(answer); // the client may have ended
        }
        Ok(())
    }

    fn open(&mut self, hello: &Hello) -> Answer {
        let connections = usize::try_from(hello.connections).unwrap_or(usize::MAX);
        let others: usize = self.sessions.iter().map(|session| session.lanes.len()).sum();
        if room_for(connections.saturating_add(others).min(usize::MAX / 16)).is_err() {
            return Answer::NoRoom;
        }
        match self.session(hello, connections) {
            Ok(session) => {
                self.sessions.push(session);
                Answer::Opened
            }
            Err(_) => Answer::Failed,
        }
    }

    fn session(&self, hello: &Hello, connections: usize) -> Result<Session> {
        let company = service(&self.node, &names::client(hello.session))?.event().open()?;
        let notifier = company.notifier_builder().create()?;
        let chunk = usize::try_from(hello.chunk)?;
        let lanes = (0..connections).map(|c| self.lane(names::connection(hello.session, c), chunk));
        Ok(Session { lanes: lanes.collect::<Result<_>>()?, notifier, company })
    }

    fn lane(&self, [there, back]: [String; 2], chunk: usize) -> Result<Lane> {
        let there = service(&self.node, &there)?.publish_subscribe::<[u8]>().open()?;
        let back = service(&self.node, &back)?.publish_subscribe::<[u8]>().open()?;
        Ok(Lane {
            publisher: back
                .publisher_builder()
                .initial_max_slice_len(chunk)
                .max_loaned_samples(1)
                .create()?,
            subscriber: there.subscriber_builder().create()?,
        })
    }

    /// Forgets clients that ended, and cleans up after those that did not get to do it.
    fn look(&mut self) {
        let before = self.sessions.len();
        self.sessions.retain(|session| in_company(&session.company, &self.node));
        if self.sessions.len() < before {
            self.node.try_cleanup_dead_nodes();
        }
    }
}
