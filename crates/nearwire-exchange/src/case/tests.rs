use super::*;

#[test]
fn together_they_are_the_seventeen_cases() {
    let ping_pong = PingPong::matrix().unwrap();
    let data_exchange = DataExchange::matrix().unwrap();
    assert_eq!(ping_pong.cases().count() + data_exchange.cases().count(), 17);
    let first = data_exchange.cases().next().unwrap();
    assert_eq!((first.connections.get(), first.chunk_size.get(), first.iterations.get()), (1, 100, 50_000));
}

#[test]
fn quick_is_a_tenth_and_never_nothing() {
    assert_eq!(PingPong::matrix().unwrap().quick().iterations.get(), 10_000);
    let tiny = Matrix::new(CaseKind::Exchange, &[1], &[1], 5).unwrap();
    assert_eq!(tiny.quick().iterations, Iterations::MIN);
}
