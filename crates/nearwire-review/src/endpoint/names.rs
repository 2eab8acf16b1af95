//! Users and groups as the system's database has them.

use nix::unistd;

/// The user's name; the number where there is no name.
pub(crate) fn user(uid: u32) -> String {
    let found = unistd::User::from_uid(unistd::Uid::from_raw(uid));
    found.ok().flatten().map_or_else(|| uid.to_string(), |user| user.name)
}

/// A group, and who is in it besides the users whose own group it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Group {
    /// Its number.
    pub(crate) gid: u32,
    /// Its name; the number where there is none.
    pub(crate) name: String,
    /// The names that the database lists under it.
    pub(crate) members: Vec<String>,
}

/// The group of this number.
pub(crate) fn group(gid: u32) -> Group {
    let found = unistd::Group::from_gid(unistd::Gid::from_raw(gid)).ok().flatten();
    let (name, members) =
        found.map_or_else(|| (gid.to_string(), Vec::new()), |group| (group.name, group.mem));
    Group { gid, name, members }
}

impl Group {
    /// Whether somebody other than `user` and root is listed in it.
    pub(crate) fn has_others_than(&self, user: &str) -> bool {
        self.members.iter().any(|member| member != user && member != "root")
    }
}
