//! Identifiers. All are random UUIDs (version 4), so knowing one tells nothing about the next.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> {
                // Not `parse_str`: its explanations of what is wrong cost the browser 2 KB.
                Uuid::try_parse(s).map(Self)
            }
        }
    };
}

id!(
    /// A person with an account.
    UserId
);
id!(
    /// A recording.
    VideoId
);
id!(
    /// A note beside a recording.
    NoteId
);
id!(
    /// A part of a recording.
    ChapterId
);
