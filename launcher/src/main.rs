//! The door: a hit is printed, and for everything else this process becomes the program that is installed beside it.
//! There is no `fn main`, because Rust's own would ignore SIGPIPE, in the program that comes after as well.
#![no_main]

use launcher::{Call, run};
use std::ffi::{CStr, CString, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::{env, fs, io, panic, ptr, time};

unsafe extern "C" {
    static environ: *const *const c_char;
}

#[unsafe(no_mangle)]
pub extern "C" fn main(_: c_int, argv: *const *const c_char) -> c_int {
    // SAFETY: both are lists of terminated texts, with a null behind them, which nobody changes.
    let (words, environment) = unsafe { (list(argv), list(environ)) };
    let argv = argv as usize;
    panic::set_hook(Box::new(move |_| become_program(argv as _)));
    let now = time::UNIX_EPOCH.elapsed().map_or(0.0, |since| since.as_millis() as f64);
    let call = Call { words: words.get(1..).unwrap_or_default().to_vec(), environment, now };
    let _ = run(&call, |output| print(output.as_bytes()));
    become_program(argv as _)
}

/// SAFETY: `at` is a list of terminated texts that stay where they are, with a null behind them.
unsafe fn list<'a>(at: *const *const c_char) -> Vec<&'a [u8]> {
    let texts = (0..).map(|index| unsafe { *at.add(index) }).take_while(|text| !text.is_null());
    texts.map(|text| unsafe { CStr::from_ptr(text) }.to_bytes()).collect()
}

/// Prints all of it and ends the process; a reader that has gone is no failure.
fn print(mut output: &[u8]) -> ! {
    // SAFETY: the system's functions on our own memory.
    unsafe {
        libc::signal(libc::SIGPIPE, libc::SIG_IGN);
        while !output.is_empty() {
            match libc::write(1, output.as_ptr().cast(), output.len()) {
                written @ 0.. => output = &output[written as usize..],
                _ => match io::Error::last_os_error().kind() {
                    io::ErrorKind::Interrupted => (),
                    // A pipe that somebody made non-blocking is full for the moment.
                    io::ErrorKind::WouldBlock => {
                        libc::poll(&mut libc::pollfd { fd: 1, events: libc::POLLOUT, revents: 0 }, 1, -1);
                    }
                    _ => break,
                },
            }
        }
        libc::_exit(0)
    }
}

/// Found from where this file really is: neither PATH nor any other part of the environment has a say in it.
fn become_program(argv: *const *const c_char) -> ! {
    let beside = "libexec/op-aws-credential-process/program";
    let program = env::current_exe().and_then(fs::canonicalize).map(|own| own.with_file_name("").join("..").join(beside));
    if let Some(path) = program.as_ref().ok().and_then(|path| CString::new(path.as_os_str().as_bytes()).ok()) {
        // SAFETY: arguments and environment go on as they came.
        unsafe { libc::execve(path.as_ptr(), argv.cast(), environ.cast()) };
    }
    let _ = ptr::null::<u8>();
    std::process::exit(3)
}
