//! Places in files and at endpoints.

use std::os::unix::ffi::OsStrExt;
use std::path::{Component, Path, PathBuf};

use nearwire_review::{Location, Region};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_encode};

use super::model::{Artifact, LocationV, Logical, Message, Physical, RegionV, Snippet};

/// What is not percent-encoded in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Makes places in files relative to a directory.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    pub(super) directory: Option<&'a Path>,
}

impl<'a> Places<'a> {
    pub(super) fn location(&self, location: &'a Location) -> LocationV<'a> {
        match location {
            Location::Code { file, region, within, text } => LocationV {
                physical_location: Some(self.physical(file, *region, text)),
                logical_locations: within.iter().map(|name| logical(name, "function")).collect(),
                ..LocationV::default()
            },
            Location::Endpoint { name } => {
                LocationV { logical_locations: vec![logical(name, "resource")], ..LocationV::default() }
            }
            _ => LocationV::default(),
        }
    }

    /// A place that has to do with the result.
    pub(super) fn related(&self, location: &'a Location, id: usize, text: &str) -> LocationV<'a> {
        LocationV { id: Some(id), message: Some(Message::new(text)), ..self.location(location) }
    }

    /// A whole line.
    pub(super) fn line(&self, file: &Path, line: u32) -> LocationV<'a> {
        let region = RegionV { start_line: line, ..RegionV::default() };
        let artifact_location = Artifact { uri: self.uri(file) };
        let physical = Physical { artifact_location, region, context_region: None };
        LocationV { physical_location: Some(physical), ..LocationV::default() }
    }

    fn physical(&self, file: &Path, region: Region, line: &'a str) -> Physical<'a> {
        let one_line = region.end_line == region.line;
        let end = if one_line { byte(region.end_column) } else { line.len() };
        let code = line.get(byte(region.column)..end).filter(|code| !code.is_empty());
        let whole =
            RegionV { start_line: region.line, snippet: Some(Snippet { text: line }), ..RegionV::default() };
        let region = RegionV {
            start_line: region.line,
            start_column: Some(utf16_column(line, region.column)),
            end_line: Some(region.end_line),
            // The text of other lines is not known; without a column, the region goes to the end of its last line.
            end_column: one_line.then(|| utf16_column(line, region.end_column)),
            snippet: code.map(|text| Snippet { text }),
        };
        Physical { artifact_location: Artifact { uri: self.uri(file) }, region, context_region: Some(whole) }
    }

    /// Relative to the directory, if the file is below it.
    fn uri(&self, file: &Path) -> String {
        let below = self.directory.and_then(|directory| file.strip_prefix(directory).ok()).unwrap_or(file);
        let path: PathBuf = below.components().filter(|part| *part != Component::CurDir).collect();
        let encoded = percent_encode(path.as_os_str().as_bytes(), PATH).to_string();
        if path.is_absolute() { format!("file://{encoded}") } else { encoded }
    }
}

fn logical<'a>(name: &'a str, kind: &'static str) -> Logical<'a> {
    Logical { fully_qualified_name: name, kind }
}

/// The place of a column that counts from 1.
fn byte(column: u32) -> usize {
    usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX)
}

/// A column in bytes as one in UTF-16 code units.
fn utf16_column(line: &str, column: u32) -> usize {
    let before = line.char_indices().take_while(|(offset, _)| *offset < byte(column));
    before.map(|(_, character)| character.len_utf16()).sum::<usize>() + 1
}

#[cfg(test)]
mod tests;
