//! A page of Markdown on a terminal: what it uses is headings, paragraphs, lists, code and links.

use anstyle::Style;
use pulldown_cmark::{Event, Parser, Tag, TagEnd};

use super::text::paragraph;

const BOLD: Style = Style::new().bold();
const ITALIC: Style = Style::new().italic();
const CODE: &str = "    ";

/// The page, broken into lines.
pub(super) fn for_terminal(markdown: &str, width: usize) -> String {
    let mut page = Page { width, ..Page::default() };
    for event in Parser::new(markdown) {
        page.take(event);
    }
    page.end_block();
    page.text
}

/// A page in the making.
#[derive(Default)]
struct Page {
    text: String,
    width: usize,
    /// The block that is being read.
    block: String,
    /// Lists around it; the next number of each that has numbers.
    lists: Vec<Option<u64>>,
    /// What stands before the first line of the next block of a list.
    mark: Option<String>,
    /// Whether the block before is an item of a list.
    in_items: bool,
    /// Where a link leads that is being read.
    link: Option<String>,
}

impl Page {
    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) | Event::Html(text) | Event::InlineHtml(text) => self.block += &text,
            Event::Code(code) => self.block += &format!("`{code}`"),
            Event::SoftBreak | Event::HardBreak => self.block.push(' '),
            Event::Rule => self.end_block(),
            _ => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { .. } | Tag::Strong => self.block += &BOLD.to_string(),
            Tag::Emphasis => self.block += &ITALIC.to_string(),
            Tag::CodeBlock(_) => self.end_block(),
            Tag::List(first) => {
                self.end_block();
                self.lists.push(first);
            }
            Tag::Item => self.mark = Some(self.next_mark()),
            Tag::Link { dest_url, .. } => self.link = Some(dest_url.to_string()),
            _ => {}
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => {
                self.block += &format!("{BOLD:#}");
                self.end_block();
            }
            TagEnd::Strong => self.block += &format!("{BOLD:#}"),
            TagEnd::Emphasis => self.block += &format!("{ITALIC:#}"),
            TagEnd::CodeBlock => self.end_code(),
            TagEnd::Item | TagEnd::Paragraph => self.end_block(),
            TagEnd::List(_) => {
                self.lists.pop();
            }
            TagEnd::Link => {
                let target = self.link.take().filter(|target| !self.block.ends_with(target.as_str()));
                self.block.extend(target.map(|target| format!(" ({target})")));
            }
            _ => {}
        }
    }

    fn next_mark(&mut self) -> String {
        match self.lists.last_mut() {
            Some(Some(number)) => {
                *number += 1;
                format!("{}. ", *number - 1)
            }
            _ => "- ".to_owned(),
        }
    }

    /// Writes what was read: items of a list stand close together, all else is set apart.
    fn end_block(&mut self) {
        let block = std::mem::take(&mut self.block);
        if block.is_empty() {
            return;
        }
        let depth = self.lists.len().saturating_sub(1);
        let is_item = self.mark.is_some();
        let mark =
            self.mark.take().unwrap_or_else(|| if self.lists.is_empty() { "" } else { "  " }.to_owned());
        self.set_apart(is_item);
        self.text += &paragraph(&format!("{}{mark}", "  ".repeat(depth)), &block, self.width);
    }

    fn end_code(&mut self) {
        let code = std::mem::take(&mut self.block);
        self.set_apart(false);
        for line in code.replace('\t', CODE).lines() {
            self.text += format!("{CODE}{}{line}", "  ".repeat(self.lists.len())).trim_end();
            self.text.push('\n');
        }
    }

    /// An empty line, but not between the items of a list.
    fn set_apart(&mut self, is_item: bool) {
        let stands_close = self.text.is_empty() || (is_item && self.in_items);
        if !stands_close {
            self.text.push('\n');
        }
        self.in_items = is_item;
    }
}

#[cfg(test)]
mod tests;
