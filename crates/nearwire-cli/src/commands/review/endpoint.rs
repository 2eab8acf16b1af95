//! `nearwire review endpoint`

use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;

use nearwire::{Address, Escaped};
use nearwire_review::endpoint::{self, Active, Endpoint, EndpointError, Facts, Options};
use nearwire_review::{Check, SubjectKind};

use super::{chosen, finish, open_export};
use crate::args::review::ReviewFormat;
use crate::args::review::endpoint::{Probes, ReviewEndpoint};
use crate::failure::{self, Failure};
use crate::output::{self, Export};
use crate::render::review::survey as render;

/// A sample is sent a thousand times by one probe, which sends 1 MiB at most.
const MOST_SAMPLE: u64 = 64 << 10;

pub(crate) fn run(arguments: &ReviewEndpoint) -> Result<ExitCode, Failure> {
    let options = options(arguments)?;
    let Some(endpoint) = &arguments.endpoint else { return survey(arguments, &options) };
    let export = open_export(&arguments.common)?;
    let save = arguments.save_baseline.clone().map(Export::open).transpose();
    let save = save.map_err(|error| Failure::usage(error, "give a file that you can write to".to_owned()))?;
    let report = endpoint::review(endpoint, &options).map_err(|error| failed(endpoint, &error))?;
    if let Some(save) = save {
        let facts = endpoint::facts(endpoint).map_err(|error| failed(endpoint, &error))?;
        save.write(&facts.to_json())?;
    }
    finish(&report, &arguments.common, export)
}

/// A child of the review, which visits the endpoint as another user.
pub(crate) fn visit() -> Result<ExitCode, Failure> {
    endpoint::visit(&mut std::io::stdin(), &mut std::io::stdout())
        .map_err(|error| Failure::target(format!("the visit failed: {error}"), None))?;
    Ok(ExitCode::SUCCESS)
}

fn options(arguments: &ReviewEndpoint) -> Result<Options, Failure> {
    let baseline = arguments.baseline.as_deref().map(Facts::read).transpose();
    let advice = || "make one with --save-baseline FILE".to_owned();
    Ok(Options {
        checks: checks(arguments)?,
        baseline: baseline.map_err(|error| Failure::usage(error, advice()))?,
        unit_directories: None,
        active: active(&arguments.probes)?,
    })
}

fn checks(arguments: &ReviewEndpoint) -> Result<Vec<&'static Check>, Failure> {
    let kinds = [SubjectKind::Endpoint, SubjectKind::ActiveEndpoint];
    let checks = chosen(&arguments.check, &arguments.common.pillar, &kinds, endpoint::checks())?;
    let disturbs = |check: &&&'static Check| !check.subjects.contains(&SubjectKind::Endpoint);
    match arguments.check.iter().find(disturbs).filter(|_| !arguments.probes.active) {
        Some(check) => Err(Failure::usage(
            format!("--check {}: it disturbs the server", check.id),
            "add --active".to_owned(),
        )),
        None => Ok(checks),
    }
}

fn active(probes: &Probes) -> Result<Option<Active>, Failure> {
    if !probes.active {
        return Ok(None);
    }
    Ok(Some(Active {
        sample: probes.sample_request.as_deref().map(sample).transpose()?,
        stranger: probes.as_user,
        // This program once more, wherever it lies: the other user need not be able to find it.
        visitor: Some(["/proc/self/exe", "review", "visit"].map(OsString::from).to_vec()),
        length: probes.length_prefix,
        second_instance: probes.second_instance.clone(),
        within: probes.within,
    }))
}

fn sample(path: &Path) -> Result<Vec<u8>, Failure> {
    let wrong = |reason: String| {
        let advice = "give a file with a request that does no harm".to_owned();
        Failure::usage(format!("--sample-request {}: {reason}", Escaped::new(path)), advice)
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MOST_SAMPLE + 1).read_to_end(&mut bytes));
    match read {
        Err(error) => Err(wrong(error.to_string())),
        Ok(0) => Err(wrong("it is empty".to_owned())),
        Ok(_) if u64::try_from(bytes.len()).is_ok_and(|length| length <= MOST_SAMPLE) => Ok(bytes),
        Ok(_) => Err(wrong("it is longer than 64 KiB".to_owned())),
    }
}

fn survey(arguments: &ReviewEndpoint, options: &Options) -> Result<ExitCode, Failure> {
    let common = &arguments.common;
    let format = common.format();
    if !matches!(format, ReviewFormat::Text | ReviewFormat::Json) {
        let advice = "review one endpoint for the other formats".to_owned();
        return Err(Failure::usage("--all prints text or JSON only", advice));
    }
    let surveyed = endpoint::survey(options).map_err(|error| Failure::target(error, None))?;
    output::print(&render::results(&surveyed, format)?)?;
    let fails =
        surveyed.iter().filter_map(|each| each.report.as_ref().ok()).any(|each| each.fails(common.fail_on));
    let complete =
        surveyed.iter().all(|each| each.report.as_ref().is_ok_and(|each| each.incomplete.is_empty()));
    Ok(match (fails, complete) {
        (true, _) => ExitCode::from(failure::THRESHOLD),
        (false, true) => ExitCode::SUCCESS,
        (false, false) => ExitCode::from(failure::TARGET),
    })
}

fn failed(endpoint: &Endpoint, error: &EndpointError) -> Failure {
    let listed = || "`nearwire review endpoint --all` lists the sockets that somebody listens on".to_owned();
    match (endpoint, error) {
        (Endpoint::Address(name), EndpointError::NoSuchSocket { .. }) if is_file_here(name) => {
            let advice =
                format!("a NAME lies in your private directory; the file here is ./{}", name.escaped());
            Failure::usage(error, advice)
        }
        (_, EndpointError::NoSuchSocket { .. } | EndpointError::NotListening { .. }) => {
            Failure::usage(error, listed())
        }
        (_, EndpointError::NotASocket { .. } | EndpointError::File { .. }) => Failure::usage(error, None),
        (Endpoint::Process(_), EndpointError::NoSuchProcess { .. }) => Failure::usage(
            error,
            "digits alone are a process; it must run, and be yours unless you are root".to_owned(),
        ),
        _ => Failure::target(error, None),
    }
}

/// Whether what was given as a name is that of a file in the current directory.
fn is_file_here(address: &Address) -> bool {
    address.is_name() && Path::new(&address.as_text()).exists()
}
