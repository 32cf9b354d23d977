//! What somebody asks to be edited, as forms and JSON carry it, and the [`Edit`] it is.

use super::edit::Edit;
use crate::model::{AppError, ErrorCode, Sentence};
use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, SeqAccess, Visitor, value::SeqAccessDeserializer},
};
use std::{fmt, marker::PhantomData};
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
    pub sentences: Option<Listed<Sentence>>,
    /// The numbers of the only sentences that `rename` is about: a list, or that list as JSON in a text.
    #[schema(value_type = Object)]
    pub only: Option<Listed<u32>>,
}

/// A list as JSON carries it, and as forms do. Read as what it is: as `Value`s, ten thousand sentences with their words would
/// take a hundred megabytes.
#[derive(Clone, Debug)]
pub enum Listed<T> {
    List(Vec<T>),
    Text(String),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Listed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Either(PhantomData))
    }
}

struct Either<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Either<T> {
    type Value = Listed<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Listed<T>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(list)).map(Listed::List)
    }

    fn visit_str<E: de::Error>(self, json: &str) -> Result<Listed<T>, E> {
        Ok(Listed::Text(json.to_owned()))
    }
}

impl<T: DeserializeOwned> Listed<T> {
    /// `what` these are, for whoever sent something else.
    fn read(self, what: &str) -> Result<Vec<T>, AppError> {
        match self {
            Self::List(list) => Ok(list),
            Self::Text(json) => serde_json::from_str(&json).map_err(|_| malformed(format!("The {what}."))),
        }
    }
}

impl Asked {
    pub fn edit(self) -> Result<Edit, AppError> {
        let Self { action, index, text, speaker, at, count, sentences, only, .. } = self;
        let number = |name: &str, value: Option<u32>| value.map(|value| value as usize).ok_or_else(|| missing(&action, name));
        let words = |name: &str, value: Option<String>| value.ok_or_else(|| missing(&action, name));
        let index = number("index", index);
        Ok(match action.as_str() {
            "text" => Edit::Text { index: index?, text: words("text", text)? },
            // Forms leave out what is empty.
            "speaker" => Edit::Speaker { index: index?, speaker: speaker.unwrap_or_default() },
            "rename" => {
                let only = only.map(|only| only.read("numbers of “only” are not a list of numbers")).transpose()?;
                let only = only.map(|only| only.into_iter().map(|number| number as usize).collect());
                // Forms leave out nobody's name; without numbers, nobody is a mistake.
                let from = if only.is_some() { speaker.unwrap_or_default() } else { words("speaker", speaker)? };
                Edit::Rename { from, to: text.unwrap_or_default(), only }
            }
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

fn list(sentences: Option<Listed<Sentence>>) -> Result<Vec<Sentence>, AppError> {
    sentences.map_or(Ok(Vec::new()), |list| list.read("sentences are not a list of {start_ms, end_ms, speaker, text, words}"))
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
        assert_eq!(rename, Edit::Rename { from: "A".into(), to: "B".into(), only: None });
        for only in [serde_json::json!([3, 7]), Value::String("[3,7]".into())] {
            let back = asked(serde_json::json!({ "action": "rename", "text": "A", "only": only })).unwrap();
            assert_eq!(back, Edit::Rename { from: String::new(), to: "A".into(), only: Some(vec![3, 7]) });
        }
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
        let numbers = asked(serde_json::json!({ "action": "rename", "text": "A", "only": "[-1]" }));
        assert_eq!(numbers.unwrap_err().message, "The numbers of “only” are not a list of numbers.");
        assert!(asked(serde_json::json!({ "action": "burn" })).unwrap_err().message.starts_with("“burn” is no edit"));
    }
}
