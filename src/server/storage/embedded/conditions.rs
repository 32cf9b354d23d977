//! Conditional requests, in the order that RFC 9110 §13.2.2 prescribes. Pure.

use http::{HeaderMap, header};
use s3s::dto::{ETag, ETagCondition, Timestamp, TimestampFormat};

/// The conditions that came with a request.
#[derive(Debug, Default)]
pub(super) struct Conditions {
    pub(super) if_match: Option<ETagCondition>,
    pub(super) if_none_match: Option<ETagCondition>,
    pub(super) if_modified_since: Option<Timestamp>,
    pub(super) if_unmodified_since: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Proceed,
    /// The client's copy is current.
    NotModified,
    Failed,
}

impl Conditions {
    pub(super) fn judge(&self, etag: &ETag, modified: &Timestamp) -> Verdict {
        let precondition = match (&self.if_match, &self.if_unmodified_since) {
            (Some(ETagCondition::Any), _) => true,
            (Some(ETagCondition::ETag(wanted)), _) => wanted.strong_cmp(etag),
            (None, Some(date)) => modified <= date,
            (None, None) => true,
        };
        if !precondition {
            return Verdict::Failed;
        }
        let current = match (&self.if_none_match, &self.if_modified_since) {
            (Some(ETagCondition::Any), _) => true,
            (Some(ETagCondition::ETag(known)), _) => known.weak_cmp(etag),
            (None, Some(date)) => modified <= date,
            (None, None) => false,
        };
        if current { Verdict::NotModified } else { Verdict::Proceed }
    }
}

/// Whether a range may be served under `If-Range`, which browsers send when they resume a download: only if the object
/// is still the one they have the beginning of. s3s does not read this header.
pub(super) fn if_range_holds(headers: &HeaderMap, etag: &ETag, modified: &Timestamp) -> bool {
    let Some(value) = headers.get(header::IF_RANGE) else { return true };
    let as_date = value.to_str().ok().and_then(|text| Timestamp::parse(TimestampFormat::HttpDate, text).ok());
    match as_date {
        Some(date) => *modified == date,
        None => ETag::parse_http_header(value.as_bytes()).is_ok_and(|wanted| wanted.strong_cmp(etag)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strong(value: &str) -> Option<ETagCondition> {
        Some(ETagCondition::ETag(ETag::Strong(value.into())))
    }

    fn at(seconds: &str) -> Timestamp {
        Timestamp::parse(TimestampFormat::EpochSeconds, seconds).expect("a number of seconds")
    }

    #[test]
    fn an_etag_condition_outranks_the_date_beside_it() {
        let (etag, modified) = (ETag::Strong("new".into()), at("100"));
        let stale_tag_fresh_date = Conditions { if_none_match: strong("old"), if_modified_since: Some(at("200")), ..Default::default() };
        assert_eq!(stale_tag_fresh_date.judge(&etag, &modified), Verdict::Proceed);
        let right_tag_early_date = Conditions { if_match: strong("new"), if_unmodified_since: Some(at("50")), ..Default::default() };
        assert_eq!(right_tag_early_date.judge(&etag, &modified), Verdict::Proceed);
    }

    #[test]
    fn a_failed_precondition_outranks_a_current_copy() {
        let both = Conditions { if_match: strong("old"), if_none_match: strong("new"), ..Default::default() };
        assert_eq!(both.judge(&ETag::Strong("new".into()), &at("100")), Verdict::Failed);
    }

    #[test]
    fn dates_count_the_second_itself_as_unmodified() {
        let etag = ETag::Strong("e".into());
        let since = Conditions { if_modified_since: Some(at("100")), ..Default::default() };
        assert_eq!(since.judge(&etag, &at("100")), Verdict::NotModified);
        assert_eq!(since.judge(&etag, &at("101")), Verdict::Proceed);
        let unmodified = Conditions { if_unmodified_since: Some(at("100")), ..Default::default() };
        assert_eq!(unmodified.judge(&etag, &at("100")), Verdict::Proceed);
        assert_eq!(unmodified.judge(&etag, &at("101")), Verdict::Failed);
    }

    #[test]
    fn a_resumed_download_of_another_version_starts_over() {
        let etag = ETag::Strong("e".into());
        let header = |value: &'static str| HeaderMap::from_iter([(header::IF_RANGE, value.parse().expect("header"))]);
        assert!(if_range_holds(&HeaderMap::new(), &etag, &at("0")));
        assert!(if_range_holds(&header("\"e\""), &etag, &at("0")));
        assert!(!if_range_holds(&header("\"f\""), &etag, &at("0")));
        assert!(if_range_holds(&header("Thu, 01 Jan 1970 00:00:07 GMT"), &etag, &at("7")));
        assert!(!if_range_holds(&header("Thu, 01 Jan 1970 00:00:07 GMT"), &etag, &at("8")));
    }
}
