# The project's everyday commands; `just` lists them.

_list:
    @just --list --unsorted

# Build everything
build:
    cargo build --workspace --all-targets --locked

# Run every test, the documentation's examples included
test:
    cargo test --workspace --locked

# Format, lints and documentation, all warnings refused
lint:
    cargo fmt --all --check
    cargo clippy --workspace --all-targets --locked -- -D warnings
    RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked

# What must pass before a change is taken
ci:
    bash .ci/run

# Licences, sources and known vulnerabilities of the dependencies (needs cargo-deny)
deny:
    cargo deny check

# Fuzz TARGET (address, frame, source or claims) for SECONDS (needs nightly and cargo-fuzz)
fuzz TARGET SECONDS="60":
    mkdir -p fuzz/corpus/{{ TARGET }}
    cargo +nightly fuzz run {{ TARGET }} fuzz/corpus/{{ TARGET }} fuzz/seeds/{{ TARGET }} -- -max_total_time={{ SECONDS }}

# Measure chunks sent and echoed; arguments as in `nearwire exchange --help`
exchange *ARGS:
    cargo run --release --locked -p nearwire-cli -- exchange {{ ARGS }}

# Run all 17 cases; arguments as in `nearwire suite --help`
suite *ARGS:
    cargo run --release --locked -p nearwire-cli -- suite {{ ARGS }}

# Install the command `nearwire`
install:
    cargo install --locked --path crates/nearwire-cli
