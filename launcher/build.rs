//! Compiles the bundle that `LAUNCHER_BUNDLE` names to bytecode, by the engine that will run it.
use rquickjs::{Context, Runtime, qjs};
use std::{env, fs, slice};

fn main() {
    println!("cargo:rerun-if-env-changed=LAUNCHER_BUNDLE");
    let bundle = env::var("LAUNCHER_BUNDLE").expect("LAUNCHER_BUNDLE names the bundle of the hit path");
    println!("cargo:rerun-if-changed={bundle}");
    let source = fs::read(&bundle).expect("the bundle can be read");
    let context = Context::full(&Runtime::new().unwrap()).unwrap();
    let bytecode = context.with(|context| compile(context.as_raw().as_ptr(), source));
    fs::write(env::var("LAUNCHER_BYTECODE").expect("LAUNCHER_BYTECODE says where to put it"), bytecode).unwrap();
}

fn compile(context: *mut qjs::JSContext, mut source: Vec<u8>) -> Vec<u8> {
    let length = source.len();
    source.push(0); // The engine wants a terminated text.
    let parse = (qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_STRICT | qjs::JS_EVAL_FLAG_COMPILE_ONLY) as i32;
    let write = (qjs::JS_WRITE_OBJ_BYTECODE | qjs::JS_WRITE_OBJ_STRIP_SOURCE | qjs::JS_WRITE_OBJ_STRIP_DEBUG) as i32;
    let mut size = 0;
    // SAFETY: the context is alive, the text is terminated, and what JS_WriteObject gives is `size` bytes long.
    unsafe {
        let script = qjs::JS_Eval(context, source.as_ptr().cast(), length as _, c"hit".as_ptr(), parse);
        assert!(!qjs::JS_IsException(script), "the engine cannot compile the bundle");
        let bytes = qjs::JS_WriteObject(context, &mut size, script, write);
        assert!(!bytes.is_null(), "the engine cannot write the bundle's bytecode");
        let bytecode = slice::from_raw_parts(bytes, size as usize).to_vec();
        qjs::js_free(context, bytes.cast());
        qjs::JS_FreeValue(context, script);
        bytecode
    }
}
