//! The yifa program.

fn main() -> std::process::ExitCode {
    yifa::run()
}
