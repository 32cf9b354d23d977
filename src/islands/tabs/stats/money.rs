//! What the bucket is estimated to charge.

use crate::model::{clock, viewing::Cost};
use leptos::prelude::*;

/// What kind of a number it is.
pub const NOTE: &str = "An estimate, from sizes and counts at list prices (R2's, unless this server was given others). \
    What a provider gives for nothing each month is not taken off.";

#[component]
pub fn Bill(cost: Cost) -> impl IntoView {
    let lines = [
        ("month_usd", "A month", usd(cost.month_usd)),
        ("storage_usd", "Keeping it", format!("{} for {}", usd(cost.storage_usd), clock::bytes(cost.stored_bytes))),
        ("reads_usd", "Watching it", format!("{} for {} reads in 30 days", usd(cost.reads_usd), cost.reads)),
        ("writes_usd", "Making it, once", format!("{} for {} writes", usd(cost.writes_usd), cost.writes)),
    ];
    view! {
        <dl class="stats bill">
            {lines.map(|(name, label, value)| view! { <div><dt>{label}</dt><dd data-stat=name class="time">{value}</dd></div> })}
        </dl>
        <p class="hint">{NOTE}</p>
    }
}

/// Four decimals below a dollar: most recordings cost fractions of a cent.
pub fn usd(amount: f64) -> String {
    match amount {
        a if a <= 0.0 => "$0".into(),
        a if a < 0.0001 => "under $0.0001".into(),
        a if a < 1.0 => format!("${a:.4}"),
        a => format!("${a:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::usd;

    #[test]
    fn small_amounts_keep_their_decimals() {
        assert_eq!([0.0, 0.00002, 0.0321, 12.345].map(usd), ["$0", "under $0.0001", "$0.0321", "$12.35"]);
    }
}
