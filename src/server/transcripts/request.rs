//! What somebody asks to be edited, as forms and JSON carry it, and the [`Edit`] it is.

use super::edit::Edit;
use crate::model::{AppError, ErrorCode, Sentence};
use serde::{
    Deserialize, Deserializer,
    de::{self, SeqAccess, Visitor, value::SeqAccessDeserializer},
};
use std::fmt;
use utoipa::ToSchema;

/// An edit with the fields of all kinds; each kind has its own few.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default)]
pub struct Asked {
    /// The version of the transcript that the edit was made on.
    pub version: i64,
    /// `text`, `speaker`, `rename`, `split`, `merge` or `replace`.
    pub action: String,
    pub index: Option<u32>,
    pub text: Option<String>,
    pub speaker: Option<String>,
    /// The character of the text before which it is split.
    pub at: Option<u32>,
    pub count: Option<u32>,
    /// A list of sentences, or that list as JSON in a text.
    #[schema(value_type = Object)]
    pub sentences: Option<Listed>,
}

/// Sentences as JSON carries them, and as forms do. Read as what they are: as `Value`s, ten thousand of them with their words
/// would take a hundred megabytes.
#[derive(Clone, Debug)]
pub enum Listed {
    List(Vec<Sentence>),
    Text(String),
}

impl<'de> Deserialize<'de> for Listed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either)
    }
}

struct Either;

impl<'de> Visitor<'de> for Either {
    type Value = Listed;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of {start_ms, end_ms, speaker, text, words}")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Listed, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Listed::List)
    }

    fn visit_str<E: de::Error>(self, json: &str) -> Result<Listed, E> {
        Ok(Listed::Text(json.to_owned()))
    }
}

impl Asked {
    pub fn edit(self) -> Result<Edit, AppError> {
        let Self { action, index, text, speaker, at, count, sentences, .. } = self;
        let number = |name: &str, value: Option<u32>| value.map(|value| value as usize).ok_or_else(|| missing(&action, name));
        let words = |name: &str, value: Option<String>| value.ok_or_else(|| missing(&action, name));
        let index = number("index", index);
        Ok(match action.as_str() {
            "text" => Edit::Text { index: index?, text: words("text", text)? },
            // Forms leave out what is empty.
            "speaker" => Edit::Speaker { index: index?, speaker: speaker.unwrap_or_default() },
            "rename" => Edit::Rename { from: words("speaker", speaker)?, to: text.unwrap_or_default() },
            "split" => Edit::Split { index: index?, at: number("at", at)? },
            "merge" => Edit::Merge { index: index? },
            "replace" => Edit::Replace { index: index?, count: number("count", count)?, sentences: list(sentences)? },
            other => {
                return Err(malformed(format!(
                    "“{other}” is no edit of a transcript: it is text, speaker, rename, split, merge or replace."
                )));
            }
        })
    }
}

fn list(sentences: Option<Listed>) -> Result<Vec<Sentence>, AppError> {
    match sentences {
        None => Ok(Vec::new()),
        Some(Listed::List(list)) => Ok(list),
        Some(Listed::Text(json)) => serde_json::from_str(&json)
            .map_err(|_| malformed("The sentences are not a list of {start_ms, end_ms, speaker, text, words}.".into())),
    }
}

fn missing(action: &str, name: &str) -> AppError {
    malformed(format!("The edit “{action}” needs “{name}”."))
}

fn malformed(message: String) -> AppError {
    AppError::new(ErrorCode::BadRequest, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::Value;

    fn asked(json: Value) -> Result<Edit, AppError> {
        serde_json::from_value::<Asked>(json).unwrap().edit()
    }

    #[test]
    fn each_action_takes_its_own_fields() {
        let text = asked(serde_json::json!({ "version": 1, "action": "text", "index": 2, "text": "So" })).unwrap();
        assert_eq!(text, Edit::Text { index: 2, text: "So".into() });
        let rename = asked(serde_json::json!({ "action": "rename", "speaker": "A", "text": "B" })).unwrap();
        assert_eq!(rename, Edit::Rename { from: "A".into(), to: "B".into() });
        let sentence = Sentence { start_ms: 1, end_ms: 2, text: "So".into(), ..Sentence::default() };
        for sentences in [serde_json::json!([sentence]), Value::String(serde_json::json!([sentence]).to_string())] {
            let replace = asked(serde_json::json!({ "action": "replace", "index": 0, "count": 1, "sentences": sentences })).unwrap();
            assert_eq!(replace, Edit::Replace { index: 0, count: 1, sentences: vec![sentence.clone()] });
        }
        let none = asked(serde_json::json!({ "action": "replace", "index": 0, "count": 1, "sentences": null })).unwrap();
        assert_eq!(none, Edit::Replace { index: 0, count: 1, sentences: Vec::new() });
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(asked(serde_json::json!({ "action": "split", "index": 1 })).unwrap_err().message, "The edit “split” needs “at”.");
        assert_eq!(asked(serde_json::json!({ "action": "text", "text": "x" })).unwrap_err().message, "The edit “text” needs “index”.");
        assert!(serde_json::from_str::<Asked>(r#"{"action":"replace","sentences":[{"text":5}]}"#).is_err());
        let text = asked(serde_json::json!({ "action": "replace", "index": 0, "count": 1, "sentences": "[5]" }));
        assert!(text.unwrap_err().message.starts_with("The sentences are not a list of"));
        assert!(asked(serde_json::json!({ "action": "burn" })).unwrap_err().message.starts_with("“burn” is no edit"));
    }
}
