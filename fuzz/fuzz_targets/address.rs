//! Any text either is no address, or is one that its own display form names again.

#![no_main]

use libfuzzer_sys::fuzz_target;
use nearwire::Address;

fuzz_target!(|text: &str| {
    if let Ok(address) = text.parse::<Address>() {
        let shown = address.to_string();
        match shown.parse::<Address>() {
            Ok(again) => assert_eq!(again, address, "{text:?} is shown as {shown:?}"),
            Err(error) => panic!("{text:?} is shown as {shown:?}, which is no address: {error:?}"),
        }
    }
});
