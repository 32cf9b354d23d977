//! What wakes the islands up: leptos' `HydrationScripts`, with two differences. On the video page the first frame goes first
//! (`browser/hydrate.js`), and the names of the files are looked up once and not for every page.

use super::inline::HYDRATE;
use leptos::{config::LeptosOptions, nonce::use_nonce, prelude::*};
use leptos_router::location::RequestUrl;
use std::sync::OnceLock;

/// The two files of the browser's half.
struct Files {
    js: String,
    wasm: String,
}

/// Belongs into the page's head.
#[component]
pub fn Hydration(options: LeptosOptions) -> impl IntoView {
    // As leptos does it: what is rendered from here on is hydrated in islands only.
    if let Some(shared) = Owner::current_shared_context() {
        shared.set_is_hydrating(false);
    }
    let Files { js, wasm } = files(&options);
    // Asked for early where nothing else is as urgent.
    let hints = (!plays()).then(|| {
        view! {
            <link rel="modulepreload" href=js.as_str() crossorigin="anonymous" />
            <link rel="preload" href=wasm.as_str() r#as="fetch" r#type="application/wasm" crossorigin="anonymous" />
        }
    });
    let script = ["(", HYDRATE.as_str(), ")(\"", js, "\",\"", wasm, "\")"].concat();
    view! {
        {hints}
        <script type="module" nonce=use_nonce()>{script}</script>
    }
}

/// Whether the page is one with a player.
fn plays() -> bool {
    let url = use_context::<RequestUrl>().and_then(|url| url.parse().ok());
    url.is_some_and(|url| url.path().starts_with("/videos/"))
}

fn files(options: &LeptosOptions) -> &'static Files {
    static FILES: OnceLock<Files> = OnceLock::new();
    FILES.get_or_init(|| {
        // cargo-leptos leaves the list beside the program.
        let list = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join(options.hash_file.as_ref())));
        let hashes = list.filter(|_| options.hash_files).and_then(|list| std::fs::read_to_string(list).ok()).unwrap_or_default();
        let name = |kind| file_name(&options.output_name, kind, &hashes);
        let path = |kind| ["/", &*options.site_pkg_dir, "/", &*name(kind)].concat();
        Files { js: path("js"), wasm: path("wasm") }
    })
}

/// `notetaker.{hash}.js`, with the hash from lines like `js: {hash}`; without one when it is not listed.
fn file_name(output: &str, kind: &str, hashes: &str) -> String {
    let mut listed = hashes.lines().filter_map(|line| line.split_once(':'));
    match listed.find(|(file, _)| file.trim() == kind) {
        Some((_, hash)) => [output, ".", hash.trim(), ".", kind].concat(),
        None => [output, ".", kind].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn the_names_carry_the_hashes_that_were_written_down_for_them() {
        let hashes = "js: abc-1\nwasm: def_2\ncss: ghi\n";
        assert_eq!(file_name("notetaker", "js", hashes), "notetaker.abc-1.js");
        assert_eq!(file_name("notetaker", "wasm", hashes), "notetaker.def_2.wasm");
    }

    #[test]
    fn without_a_list_they_are_plain() {
        assert_eq!(file_name("notetaker", "wasm", ""), "notetaker.wasm");
    }
}
