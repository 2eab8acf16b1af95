use super::*;
use clap::CommandFactory;

#[test]
fn the_command_line_is_consistent() {
    Arguments::command().debug_assert();
}

#[test]
fn the_defaults_are_the_cases_of_the_seed() {
    use nearwire_exchange::{DataExchange, PingPong};
    let parsed = Arguments::try_parse_from(["nearwire", "exchange"]).unwrap();
    let Command::Exchange(exchange) = parsed.command else { panic!("another command") };
    let matrix = DataExchange::matrix().unwrap();
    assert_eq!((exchange.connections, exchange.chunk_size), (matrix.connections, matrix.chunk_sizes));
    assert_eq!(exchange.iterations, matrix.iterations);
    let parsed = Arguments::try_parse_from(["nearwire", "pingpong"]).unwrap();
    let Command::Pingpong(pingpong) = parsed.command else { panic!("another command") };
    let matrix = PingPong::matrix().unwrap();
    assert_eq!((pingpong.connections, pingpong.chunk_size), (matrix.connections, matrix.chunk_sizes));
    assert_eq!(pingpong.iterations, matrix.iterations);
}

#[test]
fn times_are_positive_and_bounded() {
    assert_eq!(time("500ms"), Ok(Duration::from_millis(500)));
    assert!(time("0s").is_err() && time("soon").is_err() && time("100days").is_err() && time("").is_err());
    assert!(time_or_none("none").unwrap().0.is_none());
}

#[test]
fn spinning_is_a_short_time_or_off() {
    assert_eq!(spin(DEFAULT_SPIN), Ok(Spin::default()));
    assert_eq!((spin("off"), spin("0us")), (Ok(Spin::OFF), Ok(Spin::OFF)));
    assert!(spin("2ms").unwrap_err().contains("at most 1ms"));
    assert!(spin("\u{1b}soon").unwrap_err().contains(r"\u{1b}soon: expected off"));
}

#[test]
fn an_export_is_known_by_its_ending() {
    assert_eq!(export_file("a.b/c.json").unwrap().format, Format::Json);
    assert!(export_file("results").is_err());
    assert!(export_file("a.\u{1b}[2J").unwrap_err().contains(r"\u{1b}"));
}
