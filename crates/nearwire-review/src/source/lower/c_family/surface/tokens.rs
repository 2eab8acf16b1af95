//! Tokens: words, numbers, texts, signs, and whole directives of the preprocessor.

use crate::source::lower::c_family::reader::offset;
use crate::source::model::{Comment, Language, Span};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A name or keyword.
    Word,
    /// A number.
    Number,
    /// A text or character, with its quotes.
    Text,
    /// One byte of punctuation.
    Sign(u8),
    /// A line of the preprocessor with those that continue it.
    Directive,
}

/// A token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token {
    /// What it is.
    pub(super) kind: TokenKind,
    /// Where it is.
    pub(super) span: Span,
}

/// What a text consists of.
pub(super) struct Tokens {
    /// The tokens.
    pub(super) tokens: Vec<Token>,
    /// The comments between them.
    pub(super) comments: Vec<Comment>,
}

/// Splits a text.
pub(super) fn of(text: &str, language: Language) -> Tokens {
    let found = Tokens { tokens: Vec::with_capacity(text.len() / 4), comments: Vec::new() };
    let mut lexer = Lexer { bytes: text.as_bytes(), at: 0, language, found };
    lexer.run();
    lexer.found
}

struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    language: Language,
    found: Tokens,
}

impl Lexer<'_> {
    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at.saturating_add(ahead)).copied().unwrap_or_default()
    }

    fn step(&mut self, bytes: usize) {
        self.at = self.at.saturating_add(bytes).min(self.bytes.len());
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let count = rest.iter().position(|byte| !wanted(*byte)).unwrap_or(rest.len());
        self.step(count);
    }

    fn run(&mut self) {
        let mut at_line_start = true;
        while self.at < self.bytes.len() {
            let start = self.at;
            let kind = match self.peek(0) {
                b'\n' => {
                    at_line_start = true;
                    self.step(1);
                    continue;
                }
                byte if byte.is_ascii_whitespace() || byte == b'\\' => {
                    self.step(1);
                    continue;
                }
                b'/' if matches!(self.peek(1), b'/' | b'*') => {
                    self.comment();
                    continue;
                }
                b'#' if at_line_start => self.directive(),
                byte => self.token(byte),
            };
            at_line_start = false;
            let span = Span { start: offset(start), end: offset(self.at) };
            self.found.tokens.push(Token { kind, span });
        }
    }

    fn token(&mut self, byte: u8) -> TokenKind {
        match byte {
            b'"' | b'\'' => self.quoted(byte),
            b'0'..=b'9' => {
                self.number();
                TokenKind::Number
            }
            _ if begins_word(byte) => self.word(),
            _ => {
                self.step(1);
                TokenKind::Sign(byte)
            }
        }
    }

    fn word(&mut self) -> TokenKind {
        let start = self.at;
        self.skip_while(|byte| begins_word(byte) || byte.is_ascii_digit());
        let word = self.bytes.get(start..self.at).unwrap_or_default();
        match (word, self.peek(0)) {
            (b"R" | b"LR" | b"uR" | b"UR" | b"u8R", b'"') if self.language == Language::Cpp => self.raw(),
            (b"L" | b"u" | b"U" | b"u8", quote @ (b'"' | b'\'')) => self.quoted(quote),
            _ => TokenKind::Word,
        }
    }

    fn number(&mut self) {
        let mut last = 0;
        loop {
            let byte = self.peek(0);
            let separates = byte == b'\'' && self.peek(1).is_ascii_alphanumeric();
            let signs = matches!(byte, b'+' | b'-') && matches!(last, b'e' | b'E' | b'p' | b'P');
            if !(byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_') || separates || signs) {
                return;
            }
            last = byte;
            self.step(1);
        }
    }

    /// A text or character up to its closing quote, at most to the end of the line.
    fn quoted(&mut self, quote: u8) -> TokenKind {
        self.step(1);
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\\' => self.step(if self.peek(1) == b'\r' { 3 } else { 2 }),
                b'\n' => break,
                byte => {
                    self.step(1);
                    if byte == quote {
                        break;
                    }
                }
            }
        }
        TokenKind::Text
    }

    fn raw(&mut self) -> TokenKind {
        self.step(1);
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let open = rest.iter().take(17).position(|byte| *byte == b'(');
        let Some(delimiter) = open.and_then(|open| rest.get(..open)) else { return TokenKind::Text };
        let end = [b")".as_slice(), delimiter, b"\""].concat();
        let length = rest.windows(end.len()).position(|window| window == end);
        self.step(length.map_or(rest.len(), |length| length.saturating_add(end.len())));
        TokenKind::Text
    }

    fn comment(&mut self) {
        let start = self.at;
        let is_line = self.peek(1) == b'/';
        self.step(2);
        while self.at < self.bytes.len() {
            match (self.peek(0), is_line) {
                (b'\n', true) => break,
                (b'\\', true) => self.step(if self.peek(1) == b'\r' { 3 } else { 2 }),
                (b'*', false) if self.peek(1) == b'/' => {
                    self.step(2);
                    break;
                }
                _ => self.step(1),
            }
        }
        let span = Span { start: offset(start), end: offset(self.at) };
        self.found.comments.push(Comment { span });
    }

    /// A directive up to the end of its line; lines that end in a backslash go on.
    fn directive(&mut self) -> TokenKind {
        // The texts of `#error` and the like may hold a lone quote.
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_define =
            rest.trim_ascii_start().get(1..).unwrap_or_default().trim_ascii_start().starts_with(b"define");
        while self.at < self.bytes.len() {
            match self.peek(0) {
                b'\n' => break,
                b'\\' => self.step(if self.peek(1) == b'\r' { 3 } else { 2 }),
                b'/' if matches!(self.peek(1), b'/' | b'*') => self.comment(),
                b'"' if is_define => {
                    self.quoted(b'"');
                }
                _ => self.step(1),
            }
        }
        TokenKind::Directive
    }
}

fn begins_word(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte == b'$' || byte >= 0x80
}
