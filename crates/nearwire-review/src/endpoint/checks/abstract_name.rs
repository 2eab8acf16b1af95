use super::Passive;
use super::sock_mode::UNSEEN_POLICY;
use crate::Fix;
use crate::endpoint::judge::{Draft, Judgement, quoted};
use crate::endpoint::look::Look;
use crate::source::checks::abstract_name::CHECK as SHARED;

pub(super) const CHECK: Passive = Passive { check: &SHARED, judge };

fn judge(look: &Look) -> Judgement {
    // A probe as another user was turned away: the server checks who its peers are.
    if look.file.is_some() || look.stranger_is_served == Some(false) {
        return Judgement::pass();
    }
    Draft::of(
        &look.name,
        &SHARED,
        "every process of this network namespace can connect, and bind the name while no server runs",
        format!("{} is an abstract name: no file, so neither mode nor directory protects it", look.name),
    )
    .seen(match look.stranger_is_served {
        Some(_) => "a probe as another user was served (peer-auth)",
        None => UNSEEN_POLICY,
    })
    .finish(
        format!("ss -xl | grep -F {}", quoted(&look.name)),
        Fix::advice("Bind a path in a directory of mode 0700; else check SO_PEERCRED in server and client."),
    )
    .into()
}

#[cfg(test)]
mod tests;
