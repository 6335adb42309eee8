//! Runs the hit path's JavaScript with the few functions that it needs of its host. Nothing is decided here: which files
//! are looked at, what makes one trustworthy and what is printed stand in `src/hit.ts` and the domain's rules.
use memchr::memmem;
use rquickjs::{Context, Ctx, Function, Object, Result, Runtime, Value, context::intrinsic, qjs};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::{borrow::Cow, cell::RefCell, fs, fs::File, io, io::Read, rc::Rc};

/// Compiled by build.rs, by this very engine, whose version and checksum it carries.
static BYTECODE: &[u8] = include_bytes!(env!("LAUNCHER_BYTECODE"));

/// What the engine may take of the stack (bytes): less than there is under any limit that the program can start with.
const STACK: usize = 64 << 10;

/// Everything that a call depends on besides the files.
pub struct Call<'a> {
    pub words: Vec<&'a [u8]>,
    /// `NAME=value` each; of a name that stands twice the first counts, as for getenv(3).
    pub environment: Vec<&'a [u8]>,
    /// Milliseconds since 1970.
    pub now: f64,
}

/// Runs the hit path; `serve` gets what is to be printed. Comes back in every other case, whatever went wrong.
pub fn run(call: &Call, serve: impl Fn(String) + 'static) -> Result<()> {
    let runtime = Runtime::new()?;
    // All that a call leaves behind goes with the process.
    runtime.set_gc_threshold(usize::MAX);
    runtime.set_max_stack_size(STACK);
    type Needed = (intrinsic::Date, intrinsic::RegExp, intrinsic::Json, intrinsic::MapSet);
    Context::custom::<Needed>(&runtime)?.with(|ctx| {
        ctx.globals().set("host", host(&ctx, call, serve)?)?;
        let context = ctx.as_raw().as_ptr();
        // SAFETY: the context is alive and the bytecode is our own. An exception is a value like others.
        unsafe {
            let script = qjs::JS_ReadObject(context, BYTECODE.as_ptr(), BYTECODE.len() as _, qjs::JS_READ_OBJ_BYTECODE as i32);
            if !qjs::JS_IsException(script) {
                qjs::JS_FreeValue(context, qjs::JS_EvalFunction(context, script));
            }
        }
        Ok(())
    })
}

/// By the Encoding Standard's rule for bytes that are not UTF-8, as in Node and Bun; the engine's own is another.
fn text(bytes: &[u8]) -> Cow<'_, str> {
    // What is UTF-8 is seen to be so much faster than it is mended.
    str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// What failed, as the negative number that the system has for it.
fn number(error: io::Error) -> i32 {
    -error.raw_os_error().unwrap_or(libc::EINVAL)
}

/// What it is (1 a regular file, 2 a directory, 0 something else), mode, owner and size.
fn facts(found: fs::Metadata) -> Vec<f64> {
    let kind = if found.is_file() { 1 } else { 2 * i32::from(found.is_dir()) };
    vec![kind.into(), found.mode().into(), found.uid().into(), found.len() as f64]
}

/// What `launcher/host/Host.ts` says of it.
fn host<'js>(ctx: &Ctx<'js>, call: &Call, serve: impl Fn(String) + 'static) -> Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    let environment = Object::new(ctx.clone())?;
    for variable in call.environment.iter().rev() {
        if let Some((name, value)) = variable.iter().position(|&byte| byte == b'=').map(|at| (&variable[..at], &variable[at + 1..])) {
            environment.set(&*text(name), &*text(value))?;
        }
    }
    host.set("environment", environment)?;
    host.set("words", call.words.iter().map(|word| text(word).into_owned()).collect::<Vec<_>>())?;
    host.set("now", call.now)?;
    // SAFETY: geteuid(2) cannot fail and touches nothing.
    host.set("user", unsafe { libc::geteuid() })?;
    host.set("noFollow", libc::O_NOFOLLOW)?;
    host.set("nonBlock", libc::O_NONBLOCK)?;
    let files = Rc::new(RefCell::new(Vec::<File>::new()));
    // Texts that were read: only where all of it is ASCII is a character of the engine's a byte of the file's.
    let texts = Rc::new(RefCell::new(Vec::<(Value<'js>, Vec<u8>)>::new()));
    let (opened, looked, kept) = (files.clone(), files.clone(), texts.clone());
    let open = move |path: String, flags: i32| {
        File::options().read(true).custom_flags(flags).open(path).map_or_else(number, |file| {
            opened.borrow_mut().push(file);
            opened.borrow().len() as i32 - 1
        })
    };
    let read = move |ctx: Ctx<'js>, file: usize| -> Result<Option<Value<'js>>> {
        let mut bytes = Vec::new();
        match files.borrow_mut().get_mut(file).map(|file| file.read_to_end(&mut bytes)) {
            Some(Ok(_)) => {
                let value = rquickjs::String::from_str(ctx, &text(&bytes))?.into_value();
                if bytes.is_ascii() {
                    kept.borrow_mut().push((value.clone(), bytes));
                }
                Ok(Some(value))
            }
            _ => Ok(None),
        }
    };
    let find = move |text: Value<'js>, what: String, from: usize| {
        let texts = texts.borrow();
        let (_, bytes) = texts.iter().find(|(value, _)| *value == text)?;
        let from = from.min(bytes.len());
        Some(memmem::find(&bytes[from..], what.as_bytes()).map_or(-1, |at| (from + at) as i32))
    };
    let word = |four: &[u8]| four.iter().rev().fold(0, |word, &byte| word << 8 | i32::from(byte));
    let stat = move |file: usize| Some(facts(looked.borrow().get(file)?.metadata().ok()?));
    let look = |path: String| fs::metadata(path).map_or_else(|error| vec![number(error).into()], facts);
    host.set("open", Function::new(ctx.clone(), open)?)?;
    host.set("stat", Function::new(ctx.clone(), stat)?)?;
    host.set("look", Function::new(ctx.clone(), look)?)?;
    host.set("read", Function::new(ctx.clone(), read)?)?;
    host.set("find", Function::new(ctx.clone(), find)?)?;
    host.set("utf8Words", Function::new(ctx.clone(), move |text: String| text.as_bytes().chunks(4).map(word).collect::<Vec<_>>())?)?;
    host.set("serve", Function::new(ctx.clone(), serve)?)?;
    Ok(host)
}
