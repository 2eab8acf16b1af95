//! `nearwire compare`

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use nearwire::Escaped;
use nearwire_exchange::compare::Settings;
use nearwire_exchange::{Case, Contender, ContenderError, Race, RaceError, RaceOutcome};

use crate::args::compare::{Cases, Compare, CompareExport, CompareFormat, CpuPair, Share};
use crate::baseline::Baseline;
use crate::commands::measure::command_line;
use crate::failure::{self, Failure};
use crate::output::{self, Export};
use crate::programs;
use crate::progress::RaceProgress;
use crate::render::compare as render;
use crate::render::compare::document::{Circumstances, Document};
use crate::signals;

pub(crate) fn run(arguments: &Compare) -> Result<ExitCode, Failure> {
    let Share(threshold) = arguments.threshold;
    let settings = Settings::new(arguments.pairs, threshold, arguments.seed)
        .map_err(|error| Failure::usage(error, "see `nearwire compare --help`".to_owned()))?;
    let pinned = arguments.pin.map(|CpuPair(pair)| pair);
    let contenders = programs::find_all(&arguments.programs, pinned)?;
    let export = arguments.export.clone().map(open_export).transpose()?;
    let document = match &arguments.baseline {
        Some(file) => with_baseline(arguments, &contenders, &settings, file)?,
        None if contenders.len() < 2 => {
            let advice = "try: nearwire compare nearwire:socket qt6".to_owned();
            return Err(Failure::usage("one program alone: at least two are compared", advice));
        }
        None => side_by_side(arguments, contenders, &settings)?,
    };
    finish(arguments, &document, export)
}

/// Every contender in every case.
fn side_by_side(
    arguments: &Compare,
    contenders: Vec<Contender>,
    settings: &Settings,
) -> Result<Document, Failure> {
    let Cases(cases) = &arguments.cases;
    let race = race(contenders, cases.clone(), arguments, settings)?;
    let started = Instant::now();
    let outcome = run_race(&race.0, arguments.quiet)?;
    let around = circumstances(arguments, cases.len(), started);
    Ok(Document::new(&race.0.contenders, &outcome, settings, &around))
}

/// One contender against what it did in an earlier run: the same cases with the same numbers of chunks.
fn with_baseline(
    arguments: &Compare,
    contenders: &[Contender],
    settings: &Settings,
    file: &Path,
) -> Result<Document, Failure> {
    let [contender] = contenders else {
        let cause = format!("{} programs with --baseline: expected one", contenders.len());
        return Err(Failure::usage(cause, "the other side is the earlier run".to_owned()));
    };
    let baseline = Baseline::read(file, &contender.name)?;
    // Side by side with itself: its own noise is the floor.
    let twice = vec![contender.clone(), contender.clone()];
    let mut race = race(twice, baseline.cases().to_vec(), arguments, settings)?;
    race.0.slice = None;
    race.0.window = baseline.window();
    let started = Instant::now();
    let mut outcome = run_race(&race.0, arguments.quiet)?;
    baseline.take_the_place_of_b(&mut outcome, settings.seed());
    let mut around = circumstances(arguments, baseline.cases().len(), started);
    around.window = baseline.window();
    let named = [contender.clone(), Contender { name: baseline.name(), ..contender.clone() }];
    let mut document = Document::new(&named, &outcome, settings, &around);
    baseline.describe(&mut document);
    Ok(document)
}

/// A race with a directory for its sockets, which lives as long as the second half of the pair.
fn race(
    contenders: Vec<Contender>,
    cases: Vec<Case>,
    arguments: &Compare,
    settings: &Settings,
) -> Result<(Race, tempfile::TempDir), Failure> {
    let directory = tempfile::Builder::new()
        .prefix("nearwire-compare-")
        .tempdir()
        .map_err(|error| Failure::target(format!("cannot make a directory for sockets: {error}"), None))?;
    let race = Race {
        contenders,
        cases,
        window: arguments.window,
        slice: Some(arguments.slice),
        settings: *settings,
        directory: directory.path().to_owned(),
        counters: arguments.counters,
    };
    Ok((race, directory))
}

fn run_race(race: &Race, quiet: bool) -> Result<RaceOutcome, Failure> {
    let stop = signals::stop_on_signals_with_time()
        .map_err(|error| Failure::target(format!("cannot watch for signals: {error}"), None))?;
    let progress = RaceProgress::new(quiet, &race.cases);
    let outcome = race.run(&stop, &mut |event| progress.observe(&event));
    progress.finish();
    match outcome.error {
        // With nothing to show, the error is all there is to say.
        Some(error) if outcome.cases.is_empty() => Err(failed(&error)),
        _ => Ok(outcome),
    }
}

fn failed(error: &RaceError) -> Failure {
    let advice = match error {
        RaceError::Contender(ContenderError::Interrupted) => None,
        RaceError::Contender(ContenderError::Start { .. }) => Some("see that it is built: peers/build"),
        _ => Some("run its two commands by hand to see why (peers/PROTOCOL.md)"),
    };
    Failure::target(error, advice.map(str::to_owned))
}

fn circumstances(arguments: &Compare, planned: usize, started: Instant) -> Circumstances {
    Circumstances {
        command: command_line(),
        slice: arguments.slice,
        window: arguments.window,
        pinned: arguments.pin.map(|CpuPair(pair)| pair),
        planned,
        elapsed: started.elapsed(),
        counters: arguments.counters,
    }
}

fn open_export(file: CompareExport) -> Result<(Export, CompareFormat), Failure> {
    let advice = || "give a file in a directory that exists and that you can write to".to_owned();
    Ok((Export::open(file.path).map_err(|error| Failure::usage(error, advice()))?, file.format))
}

/// Prints and exports, and says by the exit code what it comes to.
fn finish(
    arguments: &Compare,
    document: &Document,
    export: Option<(Export, CompareFormat)>,
) -> Result<ExitCode, Failure> {
    match arguments.format() {
        CompareFormat::Text => output::print(&render::with_counters(document))?,
        format => output::print(&render::results(document, format)?)?,
    }
    if let Some((export, format)) = export {
        export.write(&render::results(document, format)?)?;
    }
    if document.status != "ok" {
        return Err(Failure::target(Escaped::new(&document.status), None));
    }
    Ok(verdict(document))
}

/// 1 if A is slower anywhere, 4 if that cannot be told overall, else 0.
fn verdict(document: &Document) -> ExitCode {
    let cases = document.cases.iter().map(|case| case.verdict.as_str());
    let overalls = || document.overalls.iter().map(|overall| overall.verdict.as_str());
    if cases.chain(overalls()).any(|verdict| verdict == "slower") {
        ExitCode::from(failure::THRESHOLD)
    } else if overalls().any(|verdict| verdict == "inconclusive") {
        ExitCode::from(failure::INCONCLUSIVE)
    } else {
        ExitCode::SUCCESS
    }
}
