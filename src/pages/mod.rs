//! One file per route, rendered on the server. Pages are inert: what lives in them is an island.

mod account_form;
mod ahead;
mod frame;
mod hydration;
pub mod inline;
mod library;
mod not_found;
mod problem;
mod sign_in;
mod sign_up;
mod stats;
mod trash;
mod video;
mod video_stats;
mod watch_head;

pub use hydration::Hydration;
pub use library::LibraryPage;
pub use not_found::NotFoundPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
pub use stats::StatsPage;
pub use trash::TrashPage;
pub use video::VideoPage;
pub use video_stats::VideoStatsPage;
