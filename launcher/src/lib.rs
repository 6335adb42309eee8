//! Runs the hit path's JavaScript with the few functions that it needs of its host. Nothing is decided here: which files
//! are looked at, what makes one trustworthy and what is printed stand in `src/hit.ts` and the domain's rules.
use memchr::memmem;
use rquickjs::{Context, Ctx, Function, Object, Result, Runtime, Value, context::intrinsic, function::Opt, qjs};
use std::{borrow::Cow, cell::RefCell, ffi::OsStr, fs::File, io, io::Read, os::unix::ffi::OsStrExt, rc::Rc};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};

/// Compiled by build.rs, by this very engine, whose version and checksum it carries.
static BYTECODE: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/hit.bytecode"));

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
    // All that a call leaves behind is gone with the process.
    runtime.set_gc_threshold(usize::MAX);
    type Needed = (intrinsic::Date, intrinsic::RegExp, intrinsic::Json, intrinsic::MapSet);
    let context = Context::custom::<Needed>(&runtime)?;
    let done = context.with(|ctx| {
        ctx.globals().set("host", host(&ctx, call, serve)?)?;
        evaluate(&ctx)
    });
    done
}

/// What stands before the `=` of a variable.
pub fn name_of(variable: &[u8]) -> &[u8] {
    variable.split(|&byte| byte == b'=').next().unwrap_or_default()
}

fn evaluate(ctx: &Ctx) -> Result<()> {
    let context = ctx.as_raw().as_ptr();
    // SAFETY: the context is alive and the bytecode is our own. An exception ends up as a value that is freed like others.
    unsafe {
        let script = qjs::JS_ReadObject(context, BYTECODE.as_ptr(), BYTECODE.len() as _, qjs::JS_READ_OBJ_BYTECODE as i32);
        if !qjs::JS_IsException(script) {
            qjs::JS_FreeValue(context, qjs::JS_EvalFunction(context, script));
        }
    }
    Ok(())
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

fn host<'js>(ctx: &Ctx<'js>, call: &Call, serve: impl Fn(String) + 'static) -> Result<Object<'js>> {
    let host = Object::new(ctx.clone())?;
    let environment = Object::new(ctx.clone())?;
    for variable in call.environment.iter().rev() {
        let name = name_of(variable);
        if let Some(value) = variable.get(name.len() + 1..) {
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
    let files = Rc::new(RefCell::new(Vec::<Option<File>>::new()));
    let opened = files.clone();
    host.set("open", Function::new(ctx.clone(), move |path: String, flags: i32| {
        let path = OsStr::from_bytes(path.as_bytes());
        File::options().read(true).custom_flags(flags).open(path).map_or_else(number, |file| {
            opened.borrow_mut().push(Some(file));
            opened.borrow().len() as i32 - 1
        })
    })?)?;
    let looked = files.clone();
    host.set("stat", Function::new(ctx.clone(), move |file: usize| {
        let files = looked.borrow();
        let found = files.get(file)?.as_ref()?.metadata().ok()?;
        Some(vec![f64::from(found.is_file()), found.mode().into(), found.uid().into(), found.len() as f64])
    })?)?;
    let read = files.clone();
    // Texts that were read, to search in them faster than the engine does.
    let texts = Rc::new(RefCell::new(Vec::<(Value<'js>, Vec<u8>)>::new()));
    let kept = texts.clone();
    host.set("read", Function::new(ctx.clone(), move |ctx: Ctx<'js>, file: usize| -> Result<Option<Value<'js>>> {
        let mut bytes = Vec::new();
        let mut files = read.borrow_mut();
        let Some(file) = files.get_mut(file).and_then(Option::as_mut) else { return Ok(None) };
        if file.read_to_end(&mut bytes).is_err() {
            return Ok(None);
        }
        let value = rquickjs::String::from_str(ctx, &text(&bytes))?.into_value();
        // Only there is a character of the engine's a byte of the file's.
        if bytes.is_ascii() {
            kept.borrow_mut().push((value.clone(), bytes));
        }
        Ok(Some(value))
    })?)?;
    host.set("close", Function::new(ctx.clone(), move |file: usize| {
        files.borrow_mut().get_mut(file).and_then(Option::take);
    })?)?;
    host.set("find", Function::new(ctx.clone(), move |text: Value<'js>, what: String, from: Opt<usize>| {
        let texts = texts.borrow();
        let (_, bytes) = texts.iter().find(|(value, _)| *value == text)?;
        let from = from.0.unwrap_or(0).min(bytes.len());
        Some(memmem::find(&bytes[from..], what.as_bytes()).map_or(-1, |at| (from + at) as i32))
    })?)?;
    // UTF-8 in words of four bytes, those behind the text zero.
    host.set("utf8Words", Function::new(ctx.clone(), |text: String| {
        text.as_bytes().chunks(4).map(|four| {
            let mut word = [0; 4];
            word[..four.len()].copy_from_slice(four);
            i32::from_le_bytes(word)
        }).collect::<Vec<_>>()
    })?)?;
    host.set("serve", Function::new(ctx.clone(), serve)?)?;
    Ok(host)
}
