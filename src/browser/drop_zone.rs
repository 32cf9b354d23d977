//! The whole page as a place to drop files on.

use super::{dom::Listener, page::on_window};
use std::{cell::Cell, rc::Rc};
use wasm_bindgen::JsCast;
use web_sys::{DataTransfer, DragEvent, Event, File, FileList};

/// Lives as long as the page takes files.
pub struct DropZone {
    listeners: Vec<Listener>,
}

impl DropZone {
    /// Lets it live as long as the page.
    pub fn keep(self) {
        self.listeners.into_iter().for_each(Listener::keep);
    }
}

/// Takes files dropped anywhere. `on_hover` says whether files hang over the page.
pub fn watch(on_hover: impl Fn(bool) + 'static, on_files: impl Fn(Vec<File>) + 'static) -> DropZone {
    // Entering a child fires before leaving its parent: count, or the veil flickers.
    let depth = Rc::new(Cell::new(0_i32));
    let hover = Rc::new(on_hover);
    let enter = on_window("dragenter", {
        let (depth, hover) = (depth.clone(), hover.clone());
        move |event| {
            if files_in(&event).is_some() {
                event.prevent_default();
                depth.set(depth.get() + 1);
                hover(true);
            }
        }
    });
    let leave = on_window("dragleave", {
        let (depth, hover) = (depth.clone(), hover.clone());
        move |event| {
            if files_in(&event).is_some() {
                depth.set((depth.get() - 1).max(0));
                if depth.get() == 0 {
                    hover(false);
                }
            }
        }
    });
    // Without this the browser opens the file instead of giving it to us.
    let over = on_window("dragover", |event| {
        if files_in(&event).is_some() {
            event.prevent_default();
        }
    });
    let dropped = on_window("drop", move |event| {
        if let Some(transfer) = files_in(&event) {
            event.prevent_default();
            depth.set(0);
            hover(false);
            on_files(list(transfer.files()));
        }
    });
    DropZone { listeners: [enter, leave, over, dropped].into_iter().flatten().collect() }
}

/// The files of a list, for a drop and for `<input type=file>` alike.
pub fn list(files: Option<FileList>) -> Vec<File> {
    files.map_or_else(Vec::new, |files| (0..files.length()).filter_map(|i| files.get(i)).collect())
}

/// What hangs over the page, when it is files and not a piece of text.
pub fn files_in(event: &Event) -> Option<DataTransfer> {
    let transfer = event.dyn_ref::<DragEvent>()?.data_transfer()?;
    transfer.types().iter().any(|kind| kind == "Files").then_some(transfer)
}
