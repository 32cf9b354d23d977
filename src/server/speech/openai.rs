//! A server that speaks OpenAI's `/v1/audio/transcriptions`: theirs, or one of the many others (faster-whisper-server, LocalAI,
//! whisper.cpp's own, …). What can go wrong is told apart: who is busy, what passes, what would come back every time.

use super::{Secret, SpeechConfig, SpeechError, retry_after};
use crate::server::subtitles::{self, Script, SubtitleError};
use reqwest::{
    Client, Response, StatusCode,
    header::{CONTENT_TYPE, HeaderValue, RETRY_AFTER},
    multipart::{Form, Part},
    redirect::Policy,
};
use std::{path::Path, time::Duration};
use url::Url;

/// Whoever does not take a connection in this time is not there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
/// The most that is read of an answer: five minutes with every token are a quarter of a megabyte.
const MAX_ANSWER: usize = 4 << 20;
/// How long to wait when a server is busy and does not say for how long.
const BREATH: Duration = Duration::from_secs(5);
/// A server that asks for more than this is asked again all the same.
const LONGEST_BREATH: Duration = Duration::from_secs(3600);

pub struct Server {
    client: Client,
    address: Url,
    key: Option<Secret>,
    model: String,
    language: Option<String>,
    patience: Duration,
}

impl Server {
    pub fn new(url: &Url, key: Option<Secret>, model: &str, config: &SpeechConfig) -> Result<Self, String> {
        // No redirects: the key would go wherever they lead.
        let client = Client::builder().redirect(Policy::none()).connect_timeout(CONNECT_TIMEOUT).build();
        let client = client.map_err(|error| format!("TRANSCRIBE_URL cannot be used: {error}"))?;
        let language = config.language.clone();
        let key = key.map(|Secret(key)| Secret(key.trim().to_owned()));
        if key.as_ref().is_some_and(|Secret(key)| HeaderValue::from_str(key).is_err()) {
            return Err("TRANSCRIBE_KEY has characters in it that no key has. Was it copied as a whole, and nothing else?".into());
        }
        Ok(Self { client, address: address(url), key, model: model.to_owned(), language, patience: config.patience })
    }

    pub fn describe(&self) -> String {
        format!("{} at {}", self.model, self.address.host_str().unwrap_or_default())
    }

    /// Sends a WAV file and reads what is said in it.
    pub async fn ask(&self, wav: &Path) -> Result<Script, SpeechError> {
        let wav = tokio::fs::read(wav).await.map_err(|error| SpeechError::passing(DISK, format!("reading a piece: {error}")))?;
        let mut request = self.client.post(self.address.clone()).multipart(self.form(wav)?).timeout(self.patience);
        if let Some(Secret(key)) = &self.key {
            request = request.bearer_auth(key);
        }
        let response = request.send().await.map_err(|error| self.unreachable(error))?;
        match response.status() {
            StatusCode::OK => self.read(response).await,
            status => Err(self.refusal(status, response).await),
        }
    }

    fn form(&self, wav: Vec<u8>) -> Result<Form, SpeechError> {
        let file = Part::bytes(wav).file_name("sound.wav").mime_str("audio/wav");
        let file = file.map_err(|error| SpeechError::passing(DISK, error.to_string()))?;
        let mut form = Form::new().part("file", file).text("model", self.model.clone());
        // OpenAI's model that tells voices apart has a format of its own, and wants long sound to be cut by the server.
        form = match self.model.contains("diarize") {
            true => form.text("response_format", "diarized_json").text("chunking_strategy", "auto"),
            false => form
                .text("response_format", "verbose_json")
                .text("timestamp_granularities[]", "segment")
                .text("timestamp_granularities[]", "word"),
        };
        if let Some(language) = &self.language {
            // ISO 639-1, without a country.
            let primary = language.split('-').next().unwrap_or(language).to_owned();
            form = form.text("language", primary);
        }
        Ok(form)
    }

    async fn read(&self, response: Response) -> Result<Script, SpeechError> {
        let kind = header(&response, CONTENT_TYPE);
        let body = self.body(response).await?;
        let text = String::from_utf8_lossy(&body);
        if kind.contains("html") || text.trim_start().starts_with('<') {
            return Err(SpeechError::passing(WEB_PAGE, "an HTML page came with 200"));
        }
        understood(&text)
    }

    /// The answer, up to a bound.
    async fn body(&self, mut response: Response) -> Result<Vec<u8>, SpeechError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.unreachable(error))? {
            body.extend_from_slice(&chunk);
            if body.len() > MAX_ANSWER {
                return Err(SpeechError::passing(UNREADABLE, format!("more than {MAX_ANSWER} bytes came back")));
            }
        }
        Ok(body)
    }

    async fn refusal(&self, status: StatusCode, response: Response) -> SpeechError {
        let asked = retry_after::read(&header(&response, RETRY_AFTER));
        let body = self.body(response).await.unwrap_or_default();
        let (reason, code) = told(&body, |text| self.without_key(text));
        let detail = format!("{status} {code} {reason}");
        judge(status, asked, &reason, &code, detail)
    }

    /// A server may repeat what it was sent.
    fn without_key(&self, text: &str) -> String {
        match &self.key {
            Some(Secret(key)) if !key.is_empty() => text.replace(key.as_str(), "(key)"),
            _ => text.to_owned(),
        }
    }

    fn unreachable(&self, error: reqwest::Error) -> SpeechError {
        // An address may carry a password.
        let error = error.without_url();
        let causes: Vec<String> =
            std::iter::successors(std::error::Error::source(&error), |cause| cause.source()).map(ToString::to_string).collect();
        let detail = self.without_key(&format!("{error}: {}", causes.join(": ")));
        let message = if error.is_timeout() && !error.is_connect() {
            "The transcriber did not answer in time. Please try again later."
        } else if error.is_body() || error.is_decode() {
            "The transcriber's answer broke off. Please try again later."
        } else {
            "The transcriber cannot be reached. Please try again later."
        };
        SpeechError::passing(message, detail)
    }
}

const DISK: &str = "The server could not reach its own working files. Please try again.";
const WEB_PAGE: &str =
    "The transcriber answered with a web page instead of a transcript. Whoever runs this server should check TRANSCRIBE_URL.";
const NO_CREDIT: &str = "The transcriber's account has no credit left. Whoever runs this server can tell more.";
const UNREADABLE: &str = "The transcriber's answer could not be understood. Please try again later.";

/// Where the protocol lives on a server that was named with or without `/v1`, or by the whole path.
fn address(base: &Url) -> Url {
    const ROUTE: &str = "/audio/transcriptions";
    let mut url = base.clone();
    let path = base.path().trim_end_matches('/').to_owned();
    let path = match &path {
        whole if whole.ends_with(ROUTE) => path,
        versioned if versioned.ends_with("/v1") => path + ROUTE,
        _ => path + "/v1" + ROUTE,
    };
    url.set_path(&path);
    url
}

fn header(response: &Response, name: reqwest::header::HeaderName) -> String {
    response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
}

/// A transcript in JSON. Silence has no sentences, and that is an answer too.
fn understood(text: &str) -> Result<Script, SpeechError> {
    match subtitles::json::read(text) {
        Ok(script) => Ok(script),
        Err(SubtitleError::Untimed) if is_silent(text) => Ok(Script::default()),
        Err(SubtitleError::Untimed) => Err(SpeechError::Refused {
            code: "no_times",
            message: "The transcriber's model gives no times. Whoever runs this server should choose another (TRANSCRIBE_MODEL), such as whisper-1.".into(),
            detail: "text without segments".into(),
        }),
        Err(error) => Err(SpeechError::passing(UNREADABLE, error.to_string())),
    }
}

/// An empty text and nothing beside it: what stands in lists without times was said all the same.
fn is_silent(json: &str) -> bool {
    let Ok(answer) = serde_json::from_str::<serde_json::Value>(json) else { return false };
    let empty = |name: &str| answer.get(name).and_then(|list| list.as_array()).is_none_or(|list| list.is_empty());
    let said = answer.get("text").and_then(|text| text.as_str());
    said.is_some_and(|said| said.trim().is_empty()) && ["segments", "words", "transcription"].into_iter().all(empty)
}

/// Why it was refused, in the server's words, and its code. OpenAI: `{error: {message, code}}`; others: `{error: "…"}`,
/// `{detail: "…"}`. What must not be shown is taken out before anything is cut off, or a piece of it would stay.
fn told(body: &[u8], shown: impl Fn(&str) -> String) -> (String, String) {
    let Ok(json) = serde_json::from_slice::<serde_json::Value>(body) else { return Default::default() };
    let error = json.get("error").unwrap_or(&json);
    let text = |names: &[&str]| names.iter().find_map(|name| error.get(name)).and_then(|value| value.as_str()).or_else(|| error.as_str());
    let reason = shown(text(&["message", "detail"]).unwrap_or_default());
    let reason: String = reason.chars().filter(|c| !c.is_control()).take(200).collect();
    let code = shown(error.get("code").and_then(|code| code.as_str()).unwrap_or_default());
    (reason.trim().trim_end_matches('.').to_owned(), code.chars().take(60).collect())
}

fn judge(status: StatusCode, asked: Option<Duration>, reason: &str, code: &str, detail: String) -> SpeechError {
    let refused = |code: &'static str, message: &str| SpeechError::Refused { code, message: message.into(), detail: detail.clone() };
    match status.as_u16() {
        402 => refused("no_credit", NO_CREDIT),
        429 if code == "insufficient_quota" => refused("no_credit", NO_CREDIT),
        429 | 503 if status == StatusCode::TOO_MANY_REQUESTS || asked.is_some() => {
            SpeechError::Busy { after: asked.unwrap_or(BREATH).min(LONGEST_BREATH), detail }
        }
        401 | 403 => refused("bad_key", "The transcriber does not let this server in. Whoever runs it should check TRANSCRIBE_KEY."),
        404 | 405 => refused(
            "no_such_model",
            "The transcriber knows no such address or model. Whoever runs this server should check TRANSCRIBE_URL and TRANSCRIBE_MODEL.",
        ),
        413 => refused("too_large", "The transcriber takes no pieces of this size. Whoever runs this server can tell more."),
        300..=399 => refused(
            "redirected",
            "The transcriber sends requests to another address. Whoever runs this server should set TRANSCRIBE_URL to that.",
        ),
        400 | 415 | 422 if reason.is_empty() => refused("refused", "The transcriber refused this recording's sound and did not say why."),
        400 | 415 | 422 => refused("refused", &format!("The transcriber refused this recording's sound: “{reason}”.")),
        _ => SpeechError::passing("The transcriber had a problem of its own. Please try again later.", detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(status: u16, body: &str, asked: Option<u64>) -> SpeechError {
        let (reason, code) = told(body.as_bytes(), str::to_owned);
        judge(StatusCode::from_u16(status).unwrap(), asked.map(Duration::from_secs), &reason, &code, String::new())
    }

    #[test]
    fn a_server_may_be_named_with_or_without_its_version() {
        let named = |base: &str| address(&Url::parse(base).unwrap()).to_string();
        assert_eq!(named("https://api.openai.com"), "https://api.openai.com/v1/audio/transcriptions");
        assert_eq!(named("http://gpu:8000/v1/"), "http://gpu:8000/v1/audio/transcriptions");
        assert_eq!(named("http://gpu/whisper"), "http://gpu/whisper/v1/audio/transcriptions");
        assert_eq!(
            named("https://a.example/openai/audio/transcriptions?api-version=1"),
            "https://a.example/openai/audio/transcriptions?api-version=1"
        );
    }

    #[test]
    fn what_passes_is_told_from_what_does_not() {
        assert_eq!(judged(429, "", Some(7)), SpeechError::Busy { after: Duration::from_secs(7), detail: String::new() });
        assert_eq!(judged(429, "", None), SpeechError::Busy { after: BREATH, detail: String::new() });
        assert_eq!(judged(503, "", Some(999_999)), SpeechError::Busy { after: LONGEST_BREATH, detail: String::new() });
        for status in [500, 502, 503, 504, 408, 409, 520] {
            assert!(matches!(judged(status, "<html>", None), SpeechError::Passing { .. }), "{status}");
        }
        for status in [301, 400, 401, 402, 403, 404, 413, 415, 422] {
            assert!(matches!(judged(status, "", None), SpeechError::Refused { .. }), "{status}");
        }
        let spent = r#"{"error":{"message":"You exceeded your current quota","code":"insufficient_quota"}}"#;
        assert!(matches!(judged(429, spent, Some(1)), SpeechError::Refused { code: "no_credit", .. }));
    }

    #[test]
    fn the_servers_reason_is_part_of_a_sentence_of_ours() {
        for body in [
            r#"{"error":{"message":"Unsupported \u0007language: xx."}}"#,
            r#"{"detail":"Unsupported language: xx"}"#,
            r#"{"error":"Unsupported language: xx"}"#,
        ] {
            let SpeechError::Refused { message, .. } = judged(400, body, None) else { panic!() };
            assert_eq!(message, "The transcriber refused this recording's sound: “Unsupported language: xx”.");
        }
    }

    #[test]
    fn silence_is_an_answer_and_garbage_is_none() {
        assert_eq!(understood(r#"{"text":""}"#), Ok(Script::default()));
        assert_eq!(understood(r#"{"text":"","segments":[]}"#), Ok(Script::default()));
        assert_eq!(understood(r#"{"text":" ","segments":null,"words":[]}"#), Ok(Script::default()));
        for untimed in [
            r#"{"text":"Hello"}"#,
            r#"{"text":"Hello","segments":[]}"#,
            r#"{"segments":[{"text":"Hello"}]}"#,
            r#"{"text":"","segments":[{"text":"Hello"}]}"#,
            r#"{"text":"","words":[{"word":"Hello"}]}"#,
            r#"{"text":"","transcription":[{"text":"Hello"}]}"#,
        ] {
            assert!(matches!(understood(untimed), Err(SpeechError::Refused { code: "no_times", .. })), "{untimed}");
        }
        assert!(matches!(understood(r#"{"text":"Hel"#), Err(SpeechError::Passing { .. })));
    }

    #[test]
    fn the_key_is_never_shown() {
        assert_eq!(format!("{:?}", Secret("sk-123".into())), "(secret)");
        // Not even the half of it that is left where a long reason is cut.
        let body = format!(r#"{{"error":{{"message":"{}sk-0123456789"}}}}"#, "x".repeat(195));
        let (reason, _) = told(body.as_bytes(), |text| text.replace("sk-0123456789", "(key)"));
        assert!(!reason.contains("sk-"), "{reason}");
    }

    #[test]
    fn a_key_that_was_not_copied_well_is_told_at_once() {
        let by = super::super::By::WhisperCli { cli: "x".into(), model: "x".into() };
        let config = SpeechConfig { by, language: None, longest_piece: Duration::ZERO, patience: Duration::ZERO };
        let opened = |key: &str| Server::new(&Url::parse("http://gpu").unwrap(), Some(Secret(key.into())), "m", &config);
        assert_eq!(opened(" sk-1\n").unwrap().key.unwrap().0, "sk-1");
        assert!(opened("sk-1\nsk-2").err().unwrap().starts_with("TRANSCRIBE_KEY has characters"));
    }
}
