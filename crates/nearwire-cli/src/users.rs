//! Users and groups by name or number, as the system's database has them.

use nearwire::{Escaped, Gid, Uid};

pub(crate) fn user(text: &str) -> Result<Uid, String> {
    if let Ok(number) = text.parse::<u32>() {
        return valid(number, text).map(Uid::new);
    }
    match nix::unistd::User::from_name(text) {
        Ok(Some(user)) => Ok(Uid::new(user.uid.as_raw())),
        _ => Err(format!("{}: there is no such user", Escaped::new(text))),
    }
}

pub(crate) fn group(text: &str) -> Result<Gid, String> {
    if let Ok(number) = text.parse::<u32>() {
        return valid(number, text).map(Gid::new);
    }
    match nix::unistd::Group::from_name(text) {
        Ok(Some(group)) => Ok(Gid::new(group.gid.as_raw())),
        _ => Err(format!("{}: there is no such group", Escaped::new(text))),
    }
}

/// The number -1 means "nobody in particular" to the kernel.
fn valid(number: u32, text: &str) -> Result<u32, String> {
    if number == u32::MAX { Err(format!("{text}: not a valid number")) } else { Ok(number) }
}

/// The user's name, or number where there is no name.
pub(crate) fn name_of(user: Uid) -> String {
    match nix::unistd::User::from_uid(nix::unistd::Uid::from_raw(user.as_raw())) {
        Ok(Some(found)) => Escaped::new(&found.name).to_string(),
        _ => user.to_string(),
    }
}
