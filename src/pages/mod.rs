//! One file per route, rendered on the server. Pages are inert: what lives in them is an island.

mod account_form;
mod frame;
mod hydration;
pub mod inline;
mod library;
mod not_found;
mod problem;
mod sign_in;
mod sign_up;
mod video;
mod watch_head;

pub use hydration::Hydration;
pub use library::LibraryPage;
pub use not_found::NotFoundPage;
pub use sign_in::SignInPage;
pub use sign_up::SignUpPage;
pub use video::VideoPage;
