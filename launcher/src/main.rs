//! The door: a hit is printed, and for everything else this process becomes the program that is installed beside it.
//! There is no `fn main`, because Rust's own would ignore SIGPIPE, and so would every program that comes after.
#![no_main]
use launcher::{Call, run};
use std::collections::HashSet;
use std::ffi::{CStr, CString, OsStr, c_char, c_int};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::{env, fs, io, io::Write, panic, process, ptr, time};

/// How long the rest of an answer waits for its reader (milliseconds): as long as the program would, at most.
const PATIENCE: c_int = 55_000;

unsafe extern "C" {
    static environ: *const *const c_char;
}

#[unsafe(no_mangle)]
extern "C" fn main(_: c_int, argv: *const *const c_char) -> c_int {
    // SAFETY: both are the system's lists, and nobody changes them.
    let (words, environment) = unsafe { (list(argv), list(environ)) };
    let (given, inherited) = (words.clone(), environment.clone());
    panic::set_hook(Box::new(move |_| become_program(&given, &inherited)));
    let call = Call {
        words: words.iter().skip(1).map(|word| word.to_bytes()).collect(),
        environment: environment.iter().map(|variable| variable.to_bytes()).collect(),
        now: time::UNIX_EPOCH.elapsed().map_or(0.0, |since| since.as_millis() as f64),
    };
    let _ = run(&call, |output| print(output.as_bytes()));
    become_program(&words, &environment)
}

/// SAFETY: `at` is a list of terminated texts with a null behind them, all of which live as long as the process.
unsafe fn list(at: *const *const c_char) -> Vec<&'static CStr> {
    let texts = (0..).map(|index| unsafe { *at.add(index) }).take_while(|text| !text.is_null());
    texts.map(|text| unsafe { CStr::from_ptr(text) }).collect()
}

/// Prints all of it and ends the process; it is no failure when nobody reads it any more. Comes back where a pipe that does
/// not block is full: to wait for its reader, and not for ever, is for the program; and where nothing of it can be written,
/// which the program has the words for.
fn print(mut output: &[u8]) {
    let whole = output.len();
    // SAFETY: the system's functions, on memory of ours.
    unsafe {
        // The second leaves a core, in which the session would be, where a file may not grow any more.
        let before = [libc::SIGPIPE, libc::SIGXFSZ].map(|signal| (signal, libc::signal(signal, libc::SIG_IGN)));
        while !output.is_empty() {
            let written = libc::write(1, output.as_ptr().cast(), output.len());
            let error = io::Error::last_os_error();
            match error.kind() {
                _ if written >= 0 => output = &output[written as usize..],
                io::ErrorKind::Interrupted => (),
                _ if matches!(error.raw_os_error(), Some(libc::EPIPE | libc::EBADF | libc::ECONNRESET | libc::ENOTCONN)) => break,
                _ if output.len() == whole => {
                    for (signal, disposition) in before {
                        libc::signal(signal, disposition);
                    }
                    return;
                }
                // The beginning is gone already.
                io::ErrorKind::WouldBlock => {
                    let mut stdout = libc::pollfd { fd: 1, events: libc::POLLOUT, revents: 0 };
                    if libc::poll(&mut stdout, 1, PATIENCE) == 0 {
                        fail(8, "whoever asked for the credentials does not read them", "look at the AWS client that asked");
                    }
                }
                _ => fail(2, &format!("the output could not be written: {error}"), "see to what the standard output leads to"),
            }
        }
        libc::_exit(0)
    }
}

/// The variable that names to the program the files that we were given besides the standard three: its runtime marks all
/// that it finds to be closed on exec, and nobody could tell later which of them are for the command that `exec` runs.
const INHERITED: &str = "LAUNCHER_INHERITED_DESCRIPTORS=";

/// That variable, where there are any. Ours are all closed on exec, the one that reads the list as well.
fn inherited() -> Option<CString> {
    let listing = if cfg!(target_os = "linux") { "/proc/self/fd" } else { "/dev/fd" };
    let open = fs::read_dir(listing).into_iter().flatten().flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    // SAFETY: fcntl(2) with this command only looks; of what is no open file it says -1.
    let stays = |&descriptor: &c_int| descriptor > 2 && unsafe { libc::fcntl(descriptor, libc::F_GETFD) } & libc::FD_CLOEXEC == 0;
    let numbers: Vec<_> = open.filter(stays).map(|descriptor: c_int| descriptor.to_string()).collect();
    if numbers.is_empty() { None } else { CString::new(format!("{INHERITED}{}", numbers.join(","))).ok() }
}

/// Goes on as the program, with the arguments as they came and of each variable the first.
fn become_program(words: &[&CStr], environment: &[&CStr]) -> ! {
    let inherited = inherited();
    // What somebody else says by that name is not so.
    let mut names = HashSet::from([Some(INHERITED.as_bytes())]);
    // With the `=`, without which it is no variable.
    let first = environment.iter().filter(|variable| names.insert(variable.to_bytes().split_inclusive(|&byte| byte == b'=').next()));
    let (words, environment) = (pointers(words.iter()), pointers(first.chain(&inherited.as_deref())));
    let hint = "install bin/ and libexec/ side by side; elsewhere, a link to bin/op-aws-credential-process will do";
    let own = own_path().unwrap_or_else(|error| fail(2, &format!("the launcher cannot tell where it is: {error}"), hint));
    let program = own.parent().and_then(Path::parent).unwrap_or(&own).join("libexec/op-aws-credential-process/program");
    let path = CString::new(program.as_os_str().as_bytes()).unwrap_or_default();
    // SAFETY: both lists are terminated.
    unsafe { libc::execve(path.as_ptr(), words.as_ptr(), environment.as_ptr()) };
    let error = io::Error::last_os_error();
    fail(2, &format!("the launcher {own:?} cannot become the program that belongs to it, {program:?}: {error}"), hint)
}

fn pointers<'a>(texts: impl Iterator<Item = &'a &'a CStr>) -> Vec<*const c_char> {
    texts.map(|text| text.as_ptr()).chain([ptr::null()]).collect()
}

/// Where this file really is. Neither PATH nor any other part of the environment has a say in it.
fn own_path() -> io::Result<PathBuf> {
    let path = env::current_exe()?;
    // Linux says so of a file that was replaced a moment ago; what took its place has a program as well.
    let replaced = path.as_os_str().as_bytes().strip_suffix(b" (deleted)").map(|place| PathBuf::from(OsStr::from_bytes(place)));
    fs::canonicalize(&path).or_else(|error| replaced.ok_or(error))
}

fn fail(code: i32, what: &str, hint: &str) -> ! {
    let _ = writeln!(io::stderr(), "error: {what}\nhint: {hint}");
    process::exit(code)
}
