//! The exchange: it goes through all connections, and waits when none has a sample.

use std::thread;
use std::time::{Duration, Instant};

use common::{DEADLINE, Exchange, Failure, Measured, Payload, Progress, Result, SWEEP, While as _, fail};
use iceoryx2::port::notifier::Notifier;
use iceoryx2::prelude::*;
use iceoryx2::service::port_factory::event;

use crate::names::{self, Names, service};
use crate::{Answer, Hello, LOOK, Lane, SPINS, Waiting, in_company, room_for, sleep, wake};

pub(crate) fn exchange(names: &Names, exchange: &Exchange, waiting: Waiting) -> Result<Measured> {
    room_for(exchange.connections).map_err(Failure)?;
    let node = names.node()?;
    let events = service(&node, names::SERVER)?.event().open().during("connect")?;
    let server = events.notifier_builder().create().during("connect")?;
    let session = u64::from(std::process::id());
    let company = service(&node, &names::client(session))?.event().max_listeners(1).max_notifiers(1);
    let company = company.event_id_max_value(0).max_nodes(2).create().during("event service")?;
    let mut listener = company.listener_builder().create().during("event service")?;
    let lanes = (0..exchange.connections).map(|c| lane(&node, exchange, names::connection(session, c)));
    let lanes = lanes.collect::<Result<Vec<_>>>().during("connect")?;
    connect(&node, &server, session, exchange)?;

    let mut client = Client::new(exchange, lanes);
    let (mut looked, mut swept, mut idle) = (Instant::now(), Instant::now(), 0);
    let stopwatch = common::Stopwatch::start();
    for c in 0..exchange.connections {
        client.fill(c)?;
    }
    wake_if(waiting, &server);
    while client.left > 0 {
        if client.turn()? {
            idle = 0;
            wake_if(waiting, &server);
            continue;
        }
        idle += 1;
        if looked.elapsed() >= LOOK {
            looked = Instant::now();
            look(&company, &node)?;
        }
        if swept.elapsed() >= SWEEP {
            swept = Instant::now();
            client.progress.sweep()?;
        }
        if waiting == Waiting::Events {
            sleep(&mut listener)?;
        } else if idle > SPINS {
            thread::yield_now();
        }
    }
    let measured = stopwatch.stop(exchange.bytes());
    drop(client); // before the server is woken to see it
    Ok(measured)
}

fn wake_if(waiting: Waiting, server: &Notifier<ipc::Service>) {
    if waiting == Waiting::Events {
        wake(server);
    }
}

fn look(company: &event::PortFactory<ipc::Service>, node: &Node<ipc::Service>) -> Result<()> {
    if in_company(company, node) { Ok(()) } else { fail("the server has ended") }
}

fn lane(node: &Node<ipc::Service>, exchange: &Exchange, [there, back]: [String; 2]) -> Result<Lane> {
    let create = |name: &str| -> Result<_> {
        let service = service(node, name)?.publish_subscribe::<[u8]>();
        let service = service.max_publishers(1).max_subscribers(1).max_nodes(2).history_size(0);
        let service = service.subscriber_max_buffer_size(exchange.window).subscriber_max_borrowed_samples(1);
        Ok(service.enable_safe_overflow(false).create()?)
    };
    let (there, back) = (create(&there)?, create(&back)?);
    Ok(Lane {
        publisher: there
            .publisher_builder()
            .initial_max_slice_len(exchange.chunk)
            .max_loaned_samples(1)
            .create()?,
        subscriber: back.subscriber_builder().create()?,
    })
}

/// Asks the server to open the services that we created.
fn connect(
    node: &Node<ipc::Service>,
    server: &Notifier<ipc::Service>,
    session: u64,
    exchange: &Exchange,
) -> Result<()> {
    let control =
        service(node, names::CONTROL)?.request_response::<Hello, Answer>().open().during("connect")?;
    let port = control.client_builder().create().during("connect")?;
    let (connections, chunk) = (exchange.connections as u64, exchange.chunk as u64);
    let pending = port.send_copy(Hello { session, connections, chunk }).during("connect")?;
    wake(server);
    let start = Instant::now();
    loop {
        match pending.receive().during("connect")?.map(|answer| *answer) {
            Some(Answer::Opened) => return Ok(()),
            Some(Answer::NoRoom) => {
                return fail(format!("the server has no room for {connections} connections"));
            }
            Some(Answer::Failed) => return fail("the server could not open the connections"),
            None if start.elapsed() >= DEADLINE => return fail("the server does not answer"),
            None => thread::sleep(Duration::from_millis(1)),
        }
    }
}

struct Client<'a> {
    exchange: &'a Exchange,
    lanes: Vec<Lane>,
    sent: Vec<u64>,
    progress: Progress,
    payload: Payload,
    left: usize,
    scratch: Vec<u8>,
    chunk: Vec<u8>,
}

impl<'a> Client<'a> {
    fn new(exchange: &'a Exchange, lanes: Vec<Lane>) -> Self {
        Self {
            exchange,
            lanes,
            sent: vec![0; exchange.connections],
            progress: Progress::new(exchange),
            payload: Payload::new(exchange),
            left: (0..exchange.connections).filter(|c| exchange.bytes_of(*c) > 0).count(),
            scratch: Vec::new(),
            chunk: vec![0; exchange.chunk],
        }
    }

    /// Sends what the window of connection `c` allows.
    fn fill(&mut self, c: usize) -> Result<()> {
        while self.sent[c] < self.exchange.may_send(c, self.progress.received(c)) {
            let end = self.sent[c] + self.exchange.chunk as u64;
            self.lanes[c].send(self.payload.whole(c, self.sent[c], end, &mut self.scratch))?;
            self.sent[c] = end;
        }
        Ok(())
    }

    /// Takes what is there, and sends the next; false when nothing was.
    fn turn(&mut self) -> Result<bool> {
        let mut any = false;
        for c in 0..self.lanes.len() {
            while let Some(sample) = self.lanes[c].subscriber.receive().during("receive")? {
                let bytes = sample.payload();
                let Some(chunk) = self.chunk.get_mut(..bytes.len()) else { return fail("a chunk too long") };
                chunk.copy_from_slice(bytes);
                drop(sample);
                self.payload.check(c, self.progress.received(c), chunk)?;
                let n = chunk.len();
                self.left -= usize::from(self.progress.count(c, n)?);
                self.fill(c)?;
                any = true;
            }
        }
        Ok(any)
    }
}
