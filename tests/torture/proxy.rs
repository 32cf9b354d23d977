//! A bucket that fails: it stands in front of the real one, passes requests on byte for byte (the Host header too, which
//! the signature covers), and spoils some of them by a seeded rule.
//!
//! One request a connection, so that an answer ends where its connection ends.

use crate::dice::Dice;
use std::{
    collections::BTreeMap,
    io,
    net::SocketAddr,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy, sink},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use url::Url;

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// An answer of its own: 503, 500, 403.
    Status(u16),
    /// No answer, until the client gives up.
    Hang,
    /// The connection is reset; the bucket never heard of the request.
    Reset,
    /// The bucket did as asked, and the connection is reset before it can say so.
    LostAnswer,
    /// Half of the upload reaches the bucket, or half of the download the client.
    Truncate,
    /// All is well, a second later.
    Slow,
}

/// What is spoiled, and how often.
#[derive(Clone, Copy)]
pub struct Rule {
    pub percent: u64,
    /// Each as likely as the next.
    pub faults: &'static [Fault],
    /// Which requests may be hit, by method and path with query.
    pub only: fn(&str, &str) -> bool,
}

impl Rule {
    pub fn any(percent: u64, faults: &'static [Fault]) -> Self {
        Self { percent, faults, only: |_, _| true }
    }
}

struct State {
    bucket: SocketAddr,
    rule: Mutex<Option<Rule>>,
    dice: Mutex<Dice>,
    calls: AtomicU64,
    faults: Mutex<BTreeMap<Fault, u64>>,
}

pub struct Proxy {
    pub url: Url,
    state: Arc<State>,
    accepting: JoinHandle<()>,
}

impl Proxy {
    /// Stands in front of `bucket`, and passes everything on until told otherwise.
    pub async fn before(bucket: &Url) -> Self {
        let bucket = bucket.socket_addrs(|| None).unwrap()[0];
        let state = Arc::new(State {
            bucket,
            rule: Mutex::default(),
            dice: Mutex::new(Dice::new()),
            calls: AtomicU64::new(0),
            faults: Mutex::default(),
        });
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let shared = state.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let state = shared.clone();
                // A connection that breaks off is what this is for.
                tokio::spawn(async move { drop(serve(client, &state).await) });
            }
        });
        Self { url, state, accepting }
    }

    pub fn spoil(&self, rule: Rule) {
        *self.state.rule.lock().unwrap() = Some(rule);
    }

    pub fn heal(&self) {
        *self.state.rule.lock().unwrap() = None;
    }

    pub fn calls(&self) -> u64 {
        self.state.calls.load(Ordering::Relaxed)
    }

    /// How often each fault struck.
    pub fn faults(&self) -> BTreeMap<Fault, u64> {
        self.state.faults.lock().unwrap().clone()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl State {
    /// The fate of one request.
    fn fate(&self, method: &str, target: &str) -> Option<Fault> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        let rule = (*self.rule.lock().unwrap())?;
        let mut dice = self.dice.lock().unwrap();
        if !(rule.only)(method, target) || dice.below(100) >= rule.percent {
            return None;
        }
        let fault = dice.pick(rule.faults);
        *self.faults.lock().unwrap().entry(fault).or_default() += 1;
        Some(fault)
    }
}

const SLOW: Duration = Duration::from_secs(1);

async fn serve(mut client: TcpStream, state: &State) -> io::Result<()> {
    let Some(request) = Message::read(&mut client).await? else { return Ok(()) };
    let mut words = request.head.split(' ');
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    match state.fate(method, target) {
        None => relay(&mut client, &request, state).await,
        Some(Fault::Slow) => {
            tokio::time::sleep(SLOW).await;
            relay(&mut client, &request, state).await
        }
        Some(Fault::Status(code)) => answer(&mut client, &request, code).await,
        Some(Fault::Hang) => copy(&mut client, &mut sink()).await.map(drop),
        Some(Fault::Reset) => client.set_zero_linger(),
        Some(Fault::LostAnswer) => {
            let mut bucket = pass_request(&mut client, &request, state, request.length).await?;
            copy(&mut bucket, &mut sink()).await?;
            client.set_zero_linger()
        }
        Some(Fault::Truncate) if request.length > 0 => {
            let bucket = pass_request(&mut client, &request, state, request.length / 2).await?;
            bucket.set_zero_linger()?;
            client.set_zero_linger()
        }
        Some(Fault::Truncate) => {
            let mut bucket = pass_request(&mut client, &request, state, 0).await?;
            let Some(answer) = Message::read(&mut bucket).await? else { return Ok(()) };
            client.write_all(answer.head.as_bytes()).await?;
            let (half, have) = (answer.length / 2, answer.body.len() as u64);
            client.write_all(&answer.body[..half.min(have) as usize]).await?;
            copy(&mut bucket.take(half.saturating_sub(have)), &mut client).await.map(drop)
        }
    }
}

/// Both ways at once: the client may wait for "100 Continue" before it sends a body.
async fn relay(client: &mut TcpStream, request: &Message, state: &State) -> io::Result<()> {
    let mut bucket = TcpStream::connect(state.bucket).await?;
    bucket.write_all(request.closing().as_bytes()).await?;
    bucket.write_all(&request.body).await?;
    let (from_client, mut to_client) = client.split();
    let (mut from_bucket, mut to_bucket) = bucket.split();
    let mut upload = from_client.take(request.body_left());
    let mut download = std::pin::pin!(async {
        copy(&mut from_bucket, &mut to_client).await?;
        to_client.shutdown().await
    });
    tokio::select! {
        done = &mut download => return done,
        // An upload that is refused half-way is answered all the same.
        _ = copy(&mut upload, &mut to_bucket) => {}
    }
    download.await
}

/// Hands over the head and `length` bytes of the body, and gives the connection whose answer is still to come.
async fn pass_request(client: &mut TcpStream, request: &Message, state: &State, length: u64) -> io::Result<TcpStream> {
    let mut bucket = TcpStream::connect(state.bucket).await?;
    bucket.write_all(request.closing().as_bytes()).await?;
    let have = (request.body.len() as u64).min(length);
    bucket.write_all(&request.body[..have as usize]).await?;
    if length > have {
        if request.expects_continue() {
            client.write_all(b"HTTP/1.1 100 Continue\r\n\r\n").await?;
        }
        copy(&mut client.take(length - have), &mut bucket).await?;
    }
    Ok(bucket)
}

/// Answers in the bucket's stead. The body is read first: an answer to half a request may never be seen.
async fn answer(client: &mut TcpStream, request: &Message, code: u16) -> io::Result<()> {
    if !request.expects_continue() {
        copy(&mut (&mut *client).take(request.body_left()), &mut sink()).await?;
    }
    let name = match code {
        403 => "AccessDenied",
        503 => "SlowDown",
        _ => "InternalError",
    };
    let xml = format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>{name}</Code><Message>a fault on purpose</Message></Error>");
    let body = if request.head.starts_with("HEAD ") { "" } else { &xml };
    let (status, length) = (format!("HTTP/1.1 {code} {name}"), xml.len());
    let head = format!("{status}\r\nContent-Type: application/xml\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    client.write_all(format!("{head}{body}").as_bytes()).await?;
    client.shutdown().await
}

/// The head of a request or an answer, and what of its body came along.
struct Message {
    head: String,
    body: Vec<u8>,
    /// Of the whole body, as announced.
    length: u64,
}

/// No honest head is longer.
const MAX_HEAD: usize = 64 << 10;

impl Message {
    /// `None` when the peer has nothing to say.
    async fn read(stream: &mut TcpStream) -> io::Result<Option<Self>> {
        let mut bytes = Vec::<u8>::new();
        let end = loop {
            if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
                break at + 4;
            }
            if bytes.len() > MAX_HEAD || stream.read_buf(&mut bytes).await? == 0 {
                return Ok(None);
            }
        };
        let body = bytes.split_off(end);
        let head = String::from_utf8_lossy(&bytes).into_owned();
        let length = header(&head, "content-length").and_then(|value| value.parse().ok()).unwrap_or(0);
        Ok(Some(Self { head, body, length }))
    }

    fn body_left(&self) -> u64 {
        self.length.saturating_sub(self.body.len() as u64)
    }

    fn expects_continue(&self) -> bool {
        header(&self.head, "expect").is_some()
    }

    /// The head as it came, but for its own wish to keep the connection.
    fn closing(&self) -> String {
        let kept = self.head.trim_end().split("\r\n").filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
        let mut lines: Vec<&str> = kept.collect();
        lines.push("Connection: close\r\n\r\n");
        lines.join("\r\n")
    }
}

fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut headers = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
    headers.find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.trim())
}

#[test]
fn a_head_is_passed_on_as_it_came_but_for_its_connection() {
    let head = "PUT /b/k?x=1 HTTP/1.1\r\nHost: 127.0.0.1:9\r\nconnection: keep-alive\r\nContent-Length: 5\r\n\r\n";
    let message = Message { head: head.into(), body: b"ab".to_vec(), length: 5 };
    assert_eq!(message.closing(), "PUT /b/k?x=1 HTTP/1.1\r\nHost: 127.0.0.1:9\r\nContent-Length: 5\r\nConnection: close\r\n\r\n");
    assert_eq!((header(head, "content-length"), message.body_left()), (Some("5"), 3));
}
