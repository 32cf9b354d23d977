//! What the library's calls answer.

use super::{Json, list, text};

/// A recording's id and its tags.
#[derive(Debug, PartialEq, Eq)]
pub struct Tags {
    pub id: String,
    pub tags: Vec<String>,
}

pub fn tagged<J: Json>(json: &J) -> Option<Vec<Tags>> {
    json.items().iter().map(|one| Some(Tags { id: text(one, "id")?, tags: list(one, "tags", J::string)? })).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{VideoId, library::Tagged};

    #[test]
    fn tags_come_back() {
        let id = VideoId(uuid::Uuid::from_u128(7));
        let written = serde_json::to_value([Tagged { id, tags: vec!["Weekly".into(), "R&D".into()] }]).unwrap();
        assert_eq!(tagged(&written), Some(vec![Tags { id: id.to_string(), tags: vec!["Weekly".into(), "R&D".into()] }]));
        assert_eq!(tagged(&serde_json::json!([{ "id": 5 }])), None);
    }
}
