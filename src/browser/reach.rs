//! What not every browser has, asked for by name: properties, methods, classes. Missing ones are no error.
//!
//! Bindings of `web-sys` would be the other way; for a dozen things called once each they cost more bytes.

use super::dom::watch;
use js_sys::{Array, Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue};

/// A property, or `undefined`.
pub fn get(target: &JsValue, name: &str) -> JsValue {
    Reflect::get(target, &name.into()).unwrap_or(JsValue::UNDEFINED)
}

pub fn set(target: &JsValue, name: &str, value: &JsValue) {
    let _ = Reflect::set(target, &name.into(), value);
}

/// Whether there is such a method.
pub fn has(target: &JsValue, method: &str) -> bool {
    get(target, method).is_function()
}

/// What a method answers; nothing when it is missing or refuses.
pub fn ask(target: &JsValue, method: &str, arguments: &[&JsValue]) -> Option<JsValue> {
    let function = get(target, method).dyn_into::<Function>().ok()?;
    let list = Array::new();
    for argument in arguments {
        list.push(argument);
    }
    function.apply(target, &list).ok()
}

/// Calls a method; false when it is missing or refuses at once. A promise that it gives is watched.
pub fn call(target: &JsValue, method: &str, arguments: &[&JsValue]) -> bool {
    let answer = ask(target, method, arguments);
    let there = answer.is_some();
    if let Some(Ok(promise)) = answer.map(JsCast::dyn_into::<Promise>) {
        watch(promise);
    }
    there
}

/// A new object of a class.
pub fn construct(class: &str, argument: &JsValue) -> Option<JsValue> {
    let class = get(&js_sys::global(), class).dyn_into::<Function>().ok()?;
    Reflect::construct(&class, &Array::of1(argument)).ok()
}

/// A plain object with these fields.
pub fn object(fields: &[(&str, &JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        set(&object, name, value);
    }
    object.into()
}
