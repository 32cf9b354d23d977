//! The panel of statistics. The server draws it, plots and all: what would have to draw it here is larger than what it draws.

use crate::{
    browser::transfer::{Exchange, SOON_MS},
    model::VideoId,
};

/// Its HTML; `None` when there is no answer, or no good one.
pub async fn stats_panel(id: VideoId) -> Option<String> {
    let sent = Exchange::open("GET", &["/videos/", &*id.to_string(), "/stats/panel"].concat())?;
    sent.within(SOON_MS);
    let (status, html) = sent.send_text("").await?;
    (status == 200).then_some(html)
}
