//! What a name says of what it names: its words, and whether it names a secret.

/// The words of an identifier, in lower case: `m_sessionToken` and `SESSION_TOKEN` are `session`, `token`.
pub(super) fn words(identifier: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut previous = '_';
    for character in identifier.chars() {
        if !character.is_alphanumeric() {
            previous = character;
            continue;
        }
        let begins = !previous.is_alphanumeric() || (character.is_uppercase() && !previous.is_uppercase());
        if begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut() {
            word.extend(character.to_lowercase());
        }
        previous = character;
    }
    // `m_` of members says nothing.
    words.retain(|word| word != "m");
    words
}

/// Words that name something that only those may know who are let in.
const SECRETS: &[&str] = &[
    "token",
    "cookie",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "nonce",
    "authkey",
    "authtoken",
    "credential",
];

/// Words that make a secret of the `key` or `id` behind them.
const OF_KEYS: &[&str] = &[
    "auth",
    "secret",
    "session",
    "api",
    "access",
    "cancel",
    "private",
    "shared",
    "encryption",
    "crypt",
    "hmac",
];

/// Words that name something about a secret, and not it.
const ABOUT: &[&str] = &[
    "age",
    "at",
    "bucket",
    "count",
    "created",
    "deadline",
    "expires",
    "expire",
    "expiry",
    "expiration",
    "file",
    "fd",
    "flag",
    "hash",
    "index",
    "issued",
    "jar",
    "kind",
    "last",
    "len",
    "length",
    "lifetime",
    "limit",
    "list",
    "max",
    "min",
    "mtime",
    "name",
    "num",
    "path",
    "pos",
    "rate",
    "refill",
    "size",
    "start",
    "state",
    "status",
    "stamp",
    "table",
    "time",
    "timeout",
    "timestamp",
    "ttl",
    "type",
    "used",
    "header",
    "domain",
    "valid",
    "prompt",
    "callback",
    "cb",
    "id",
    "ids",
];

/// Whether an identifier names a secret.
pub(super) fn is_secret(identifier: &str) -> bool {
    let words = words(identifier);
    let about = words.iter().any(|word| ABOUT.contains(&word.as_str()));
    let named = words.iter().any(|word| SECRETS.contains(&word.as_str()));
    let mut pairs = words.iter().zip(words.iter().skip(1));
    let key = pairs.any(|(of, key)| key == "key" && OF_KEYS.contains(&of.as_str()));
    (named || key) && !about
}

/// Whether an identifier names a secret that is stored, or is to be given: not a parser's token, not a number used once.
pub(super) fn is_credential(identifier: &str) -> bool {
    is_secret(identifier) && !words(identifier).iter().any(|word| word == "nonce")
}

/// Words of what was received.
const INPUT: &[&str] = &[
    "input",
    "received",
    "recv",
    "given",
    "provided",
    "supplied",
    "attempt",
    "candidate",
    "client",
    "peer",
    "request",
    "req",
    "msg",
    "message",
    "line",
    "buf",
    "buffer",
    "arg",
    "argument",
    "reply",
    "response",
    "data",
    "guess",
    "user",
    "presented",
    "packet",
    "rx",
];

/// Whether an identifier names something that came in.
pub(super) fn is_input(identifier: &str) -> bool {
    words(identifier).iter().any(|word| INPUT.contains(&word.as_str()))
}

#[cfg(test)]
mod tests;
