//! A transcription server of its own: it speaks OpenAI's protocol over a real connection, hears beeps, and misbehaves when asked to.

use axum::{
    Router,
    body::{Body, Bytes},
    extract::{DefaultBodyLimit, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::post,
};
use notetaker::server::speech::{By, Secret, SpeechConfig};
use serde_json::json;
use std::{
    collections::VecDeque,
    path::Path,
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::net::TcpListener;
use url::Url;

/// What it does with a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Manner {
    Well,
    /// 429, with so many seconds to wait.
    Busy(u64),
    /// 500.
    Broken,
    /// Answers when nobody waits any more.
    Slow,
    /// Half of a body, and the connection ends.
    CutOff,
    /// 200, and no JSON.
    Garbage,
    /// 200, and the page of some proxy.
    Page,
    /// 401, repeating the key.
    BadKey,
    /// 400, with a reason.
    Refuses,
}

/// What came with a request.
#[derive(Clone, Debug)]
pub struct Heard {
    pub authorization: String,
    /// The fields of the form, but for the file.
    pub fields: Vec<(String, String)>,
    pub file_name: String,
    pub wav_ms: i64,
}

#[derive(Clone, Default)]
struct Shared {
    manners: Arc<Mutex<VecDeque<Manner>>>,
    heard: Arc<Mutex<Vec<Heard>>>,
}

pub struct TranscribingServer {
    pub url: Url,
    shared: Shared,
}

pub const KEY: &str = "sk-test-0123456789abcdef";

impl TranscribingServer {
    /// Serves until the test is over. The first requests meet these manners, all others good ones.
    pub async fn start(manners: &[Manner]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = Url::parse(&format!("http://{}", listener.local_addr().unwrap())).unwrap();
        let shared = Shared { manners: Arc::new(Mutex::new(manners.iter().copied().collect())), heard: Arc::default() };
        let router = Router::new()
            .route("/v1/audio/transcriptions", post(transcribe))
            .layer(DefaultBodyLimit::max(64 << 20))
            .with_state(shared.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, shared }
    }

    pub fn config(&self, longest_piece: Duration, patience: Duration) -> SpeechConfig {
        let by = By::Server { url: self.url.clone(), key: Some(Secret(KEY.into())), model: "whisper-1".into() };
        SpeechConfig { by, language: None, longest_piece, patience }
    }

    pub fn heard(&self) -> Vec<Heard> {
        self.shared.heard.lock().unwrap().clone()
    }

    /// How the next requests are met.
    pub fn behave(&self, manners: &[Manner]) {
        self.shared.manners.lock().unwrap().extend(manners.iter().copied());
    }
}

async fn transcribe(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let (heard, wav) = form(&headers, &body);
    let answer = beeps(&wav);
    shared.heard.lock().unwrap().push(heard.clone());
    let manner = shared.manners.lock().unwrap().pop_front().unwrap_or(Manner::Well);
    let whole = serde_json::to_vec(&answer).unwrap();
    match manner {
        Manner::Well => ([(header::CONTENT_TYPE, "application/json")], whole).into_response(),
        Manner::Busy(secs) => (StatusCode::TOO_MANY_REQUESTS, [(header::RETRY_AFTER, secs.to_string())], "slow down").into_response(),
        Manner::Broken => (StatusCode::INTERNAL_SERVER_ERROR, "CUDA out of memory").into_response(),
        Manner::Slow => {
            tokio::time::sleep(Duration::from_secs(60)).await;
            ([(header::CONTENT_TYPE, "application/json")], whole).into_response()
        }
        Manner::CutOff => {
            let half = Bytes::copy_from_slice(&whole[..whole.len() / 2]);
            let parts = futures::stream::iter([Ok(half), Err(std::io::Error::other("the server died"))]);
            ([(header::CONTENT_TYPE, "application/json")], Body::from_stream(parts)).into_response()
        }
        Manner::Garbage => ([(header::CONTENT_TYPE, "application/json")], "{\"segments\": [{\"start\": ").into_response(),
        Manner::Page => ([(header::CONTENT_TYPE, "text/html")], "<!doctype html><title>Be right back</title>").into_response(),
        Manner::BadKey => {
            let error = json!({ "error": { "message": format!("Incorrect API key provided: {}", heard.authorization), "code": "invalid_api_key" } });
            (StatusCode::UNAUTHORIZED, error.to_string()).into_response()
        }
        Manner::Refuses => {
            let error =
                json!({ "error": { "message": format!("The audio is in Klingon, {}.", heard.authorization), "code": "bad_audio" } });
            (StatusCode::BAD_REQUEST, error.to_string()).into_response()
        }
    }
}

/// The parts of a multipart form (RFC 7578).
fn form(headers: &HeaderMap, body: &[u8]) -> (Heard, Vec<u8>) {
    let kind = headers[header::CONTENT_TYPE].to_str().unwrap();
    let boundary = kind.strip_prefix("multipart/form-data; boundary=").unwrap();
    let mut heard = Heard {
        authorization: headers.get(header::AUTHORIZATION).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default(),
        fields: Vec::new(),
        file_name: String::new(),
        wav_ms: 0,
    };
    let mut wav = Vec::new();
    let delimiter = format!("--{boundary}");
    let mut rest = body;
    while let Some(at) = find(rest, delimiter.as_bytes()) {
        rest = &rest[at + delimiter.len()..];
        let Some(end) = find(rest, delimiter.as_bytes()) else { break };
        let part = &rest[..end];
        let blank = find(part, b"\r\n\r\n").unwrap();
        let head = String::from_utf8_lossy(&part[..blank]).into_owned();
        let value = &part[blank + 4..part.len() - 2];
        let quoted = |name: &str| {
            head.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"')).map(|(value, _)| value.to_owned())
        };
        match quoted("filename") {
            Some(name) => {
                heard.file_name = name;
                wav = value.to_vec();
            }
            None => heard.fields.push((quoted("name").unwrap(), String::from_utf8_lossy(value).into_owned())),
        }
    }
    assert!(wav.starts_with(b"RIFF"), "a WAV file was sent");
    heard.wav_ms = (wav.len() as i64 - 44) / 32;
    (heard, wav)
}

fn find(text: &[u8], what: &[u8]) -> Option<usize> {
    text.windows(what.len()).position(|window| window == what)
}

/// Each beep is a sentence of two words.
fn beeps(wav: &[u8]) -> serde_json::Value {
    let samples: Vec<i16> = wav[44..].chunks_exact(2).map(|two| i16::from_le_bytes([two[0], two[1]])).collect();
    // In hundredths of a second.
    let loud: Vec<bool> = samples.chunks(160).map(|frame| frame.iter().any(|sample| sample.unsigned_abs() > 3_000)).collect();
    let (mut segments, mut words, mut at) = (Vec::new(), Vec::new(), 0);
    while let Some(from) = (at..loud.len()).find(|frame| loud[*frame]) {
        let to = (from..loud.len()).find(|frame| !loud[*frame]).unwrap_or(loud.len());
        let (start, end) = (from as f64 / 100.0, to as f64 / 100.0);
        let middle = (start + end) / 2.0;
        segments.push(json!({ "id": segments.len(), "start": start, "end": end, "text": " Loud beep." }));
        words.extend([json!({ "word": "Loud", "start": start, "end": middle }), json!({ "word": "beep", "start": middle, "end": end })]);
        at = to;
    }
    let text = " Loud beep.".repeat(segments.len());
    json!({ "task": "transcribe", "language": "english", "duration": samples.len() as f64 / 16_000.0, "text": text, "segments": segments, "words": words })
}

/// A stand-in for whisper.cpp's command: a script that insists on its arguments.
pub fn whisper_cli(dir: &Path, body: &str) -> SpeechConfig {
    let (cli, model) = (dir.join("whisper-cli"), dir.join("ggml-test.bin"));
    let script = format!(
        "#!/bin/sh\n\
         [ \"$1\" = --help ] && {{ echo '  -ojf, --output-json-full' >&2; exit 0; }}\n\
         fail() {{ echo \"whisper-cli: $*\" >&2; exit 9; }}\n\
         [ \"$#\" = 10 ] || fail \"$# arguments: $*\"\n\
         [ \"$1 $3 $5 $6 $7 $8 $9\" = '-m -f -l auto -ojf -of said' ] || fail \"$*\"\n\
         shift 9; [ \"$1\" = -pp ] || fail \"$1\"\n\
         {body}\n"
    );
    // Names are taken before the shift.
    let script = script.replace("shift 9;", "model=$2; wav=$4; shift 9;");
    std::fs::write(&cli, script).unwrap();
    std::fs::write(&model, "a model").unwrap();
    let mut permissions = std::fs::metadata(&cli).unwrap().permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut permissions, 0o755);
    std::fs::set_permissions(&cli, permissions).unwrap();
    SpeechConfig {
        by: By::WhisperCli { cli, model },
        language: None,
        longest_piece: Duration::from_secs(10),
        patience: Duration::from_secs(60),
    }
}
