//! A review cut into numbered statements, and those into sentences.

/// A part of the review that says things together: an item of a list, a section under a heading, or a paragraph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Passage {
    /// The number it has in the text.
    pub(super) number: Option<u32>,
    /// The words in front of it that name it: a heading, `CWE-284 (Improper Access Control):`.
    pub(super) title: Option<String>,
    /// Its sentences.
    pub(super) sentences: Vec<String>,
}

/// Bytes of a review that are read; more is no review that a person wrote.
pub(super) const MAX_BYTES: usize = 1 << 20;
/// Passages that are kept.
const MAX_PASSAGES: usize = 2_000;
/// Sentences of a passage that are kept.
const MAX_SENTENCES: usize = 500;

/// How a line begins.
enum Line<'t> {
    Blank,
    Fence,
    Heading(&'t str),
    Numbered(u32, &'t str),
    Bullet(&'t str),
    Plain { text: &'t str, is_indented: bool },
}

/// Cuts a text into passages. Fenced code and what lies beyond [`MAX_BYTES`] is left out.
pub(super) fn passages(text: &str) -> Vec<Passage> {
    let mut cutter = Cutter::default();
    for line in within_limit(text).lines() {
        cutter.line(line);
        if cutter.done.len() >= MAX_PASSAGES {
            break;
        }
    }
    cutter.finish()
}

fn within_limit(text: &str) -> &str {
    let end = (0..=MAX_BYTES.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    end.and_then(|end| text.get(..end)).unwrap_or_default()
}

#[derive(Default)]
struct Cutter {
    done: Vec<Passage>,
    open: Option<Passage>,
    /// Whether the open passage lasts until the next heading or number, whatever paragraphs it has.
    is_section: bool,
    paragraph: String,
    after_blank: bool,
    in_fence: bool,
}

impl Cutter {
    fn line(&mut self, line: &str) {
        let line = kind_of(line);
        if self.in_fence {
            self.in_fence = !matches!(line, Line::Fence);
            return;
        }
        match line {
            Line::Blank => {
                self.end_paragraph();
                self.after_blank = true;
                return;
            }
            Line::Fence => {
                self.end_paragraph();
                self.in_fence = true;
            }
            Line::Heading(text) => {
                let (number, title) =
                    numbered(text).map_or((None, text), |(number, rest)| (Some(number), rest));
                self.open_passage(number, Some(without_emphasis(title)), true);
            }
            Line::Numbered(number, text) => {
                self.open_passage(Some(number), None, false);
                self.first_words(text);
            }
            Line::Bullet(text) => {
                self.end_paragraph();
                if self.open.as_ref().is_none_or(|open| open.number.is_none() && open.title.is_none()) {
                    self.open_passage(None, None, false);
                }
                self.first_words(text);
            }
            Line::Plain { text, is_indented } => self.plain(text, is_indented),
        }
        self.after_blank = false;
    }

    fn plain(&mut self, text: &str, is_indented: bool) {
        let belongs = self.is_section || is_indented || !self.after_blank || self.has_title_only();
        if !belongs || self.open.is_none() {
            self.open_passage(None, None, false);
        }
        if self.paragraph.is_empty() {
            self.first_words(text);
        } else {
            self.add(text);
        }
    }

    fn has_title_only(&self) -> bool {
        self.paragraph.is_empty()
            && self.open.as_ref().is_some_and(|open| open.title.is_some() && open.sentences.is_empty())
    }

    /// The beginning of an item or paragraph, which may be a title.
    fn first_words(&mut self, text: &str) {
        let untitled =
            self.open.as_ref().is_some_and(|open| open.title.is_none() && open.sentences.is_empty());
        match title_of(text).filter(|_| untitled) {
            Some((title, rest)) => {
                if let Some(open) = &mut self.open {
                    open.title = Some(without_emphasis(title));
                }
                self.add(rest);
            }
            None => self.add(text),
        }
    }

    fn add(&mut self, text: &str) {
        if !self.paragraph.is_empty() {
            self.paragraph.push(' ');
        }
        self.paragraph.push_str(text);
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if let Some(open) = &mut self.open {
            let room = MAX_SENTENCES.saturating_sub(open.sentences.len());
            open.sentences.extend(sentences(&paragraph).into_iter().take(room));
        }
    }

    fn open_passage(&mut self, number: Option<u32>, title: Option<String>, is_section: bool) {
        self.end_paragraph();
        self.done.extend(self.open.take());
        self.open = Some(Passage { number, title, sentences: Vec::new() });
        self.is_section = is_section;
    }

    fn finish(mut self) -> Vec<Passage> {
        self.end_paragraph();
        self.done.extend(self.open.take());
        self.done.retain(|passage| !passage.sentences.is_empty());
        self.done
    }
}

fn kind_of(line: &str) -> Line<'_> {
    let text = line.trim();
    if text.is_empty() || text.chars().all(|character| matches!(character, '-' | '=' | '*' | '_')) {
        return Line::Blank;
    }
    if text.starts_with("```") || text.starts_with("~~~") {
        return Line::Fence;
    }
    if let Some(heading) = text.strip_prefix('#') {
        return Line::Heading(heading.trim_start_matches('#').trim());
    }
    let text = text.trim_start_matches('>').trim_start();
    if let Some((number, rest)) = numbered(text) {
        return Line::Numbered(number, rest);
    }
    let bullet = ["- ", "* ", "+ ", "• ", "– "].iter().find_map(|mark| text.strip_prefix(mark));
    match bullet {
        Some(rest) => Line::Bullet(rest.trim()),
        None => Line::Plain { text, is_indented: line.starts_with([' ', '\t']) },
    }
}

/// `3. text`, `3) text`, `Finding 3: text`, also in bold.
fn numbered(text: &str) -> Option<(u32, &str)> {
    let bold = text.trim_start_matches('*');
    let words = ["Finding ", "Issue ", "Claim ", "Vulnerability ", "Defect ", "Bug "];
    let named = words.iter().find_map(|word| bold.strip_prefix(word));
    let digits = named.unwrap_or(bold).trim_start_matches('#');
    let end = digits.find(|character: char| !character.is_ascii_digit())?;
    let (number, rest) = digits.split_at_checked(end)?;
    let rest =
        rest.strip_prefix(['.', ')']).or_else(|| rest.strip_prefix(':').filter(|_| named.is_some()))?;
    let rest = rest.trim_start_matches('*');
    if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
        return None;
    }
    Some((number.parse().ok()?, rest.trim()))
}

/// What a text is called by its first words, and the rest: `**Title**: text`, `CWE-664 (Name): text`.
fn title_of(text: &str) -> Option<(&str, &str)> {
    if let Some(bold) = text.strip_prefix("**")
        && let Some((title, rest)) = bold.split_once("**")
    {
        let is_title = rest.is_empty() || title.ends_with([':', '.']) || rest.starts_with([':', '.', ' ']);
        let rest = rest.trim_start_matches([':', '.', ' ', '—', '-']);
        return (is_title && !title.contains('`')).then_some((title, rest));
    }
    let starts_with_weakness = text.starts_with("CWE-");
    let (title, rest) = text.split_once(':')?;
    let ends_line = rest.trim().is_empty() && !title.contains('`');
    (starts_with_weakness || ends_line).then_some((title, rest.trim()))
}

fn without_emphasis(title: &str) -> String {
    title.replace("**", "").trim().trim_end_matches(':').to_owned()
}

/// Words with a period that ends no sentence.
const ABBREVIATIONS: &[&str] =
    &["e.g", "i.e", "etc", "vs", "cf", "resp", "approx", "no", "fig", "sec", "ca", "p", "pp"];

/// Cuts a paragraph into sentences: behind `.`, `!`, `?` and white space, not within code.
fn sentences(paragraph: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut start, mut in_code, mut ends) = (0, false, false);
    for (offset, character) in paragraph.char_indices() {
        let here = paragraph.get(start..offset).unwrap_or_default();
        if character == '`' && !ends {
            in_code = !in_code;
        } else if ends && character.is_whitespace() {
            let next = paragraph.get(offset..).unwrap_or_default().trim_start();
            if !next.starts_with(|next: char| next.is_lowercase()) || here.ends_with(['!', '?']) {
                found.push(here.trim().to_owned());
                start = offset;
            }
        }
        if !character.is_whitespace() && character == '`' && ends {
            in_code = true;
        }
        ends = !in_code
            && match character {
                '.' => !is_abbreviation(here),
                '!' | '?' => true,
                ')' | '"' | '*' | '”' => ends,
                _ => false,
            };
    }
    found.push(paragraph.get(start..).unwrap_or_default().trim().to_owned());
    found.retain(|sentence| sentence.chars().any(char::is_alphanumeric));
    found
}

fn is_abbreviation(before: &str) -> bool {
    let word = before.rsplit(|character: char| character.is_whitespace() || character == '(').next();
    let word = word.unwrap_or_default().to_lowercase();
    ABBREVIATIONS.contains(&word.as_str())
        || (word.chars().count() == 1 && word.chars().all(char::is_alphabetic))
}

#[cfg(test)]
mod tests;
