//! For the tests: runs the hit path once for each case of stdin, and prints what it would print, or nothing, in a line each.
//! A case is the time, the number of words, these, the number of variables and these, with a zero byte after each.
use launcher::{Call, run};
use std::{cell::RefCell, io, io::Read, rc::Rc};

fn main() {
    let mut given = Vec::new();
    io::stdin().read_to_end(&mut given).expect("stdin can be read");
    let mut fields = given.split(|&byte| byte == 0);
    let number = |field: &[u8]| str::from_utf8(field).ok()?.parse::<f64>().ok();
    while let Some(now) = fields.next().and_then(number) {
        let mut list = || {
            let count = fields.next().and_then(number).expect("a number");
            fields.by_ref().take(count as usize).collect()
        };
        let call = Call { words: list(), environment: list(), now };
        let served = Rc::new(RefCell::new(String::new()));
        let output = served.clone();
        let _ = run(&call, move |text| *output.borrow_mut() = text);
        println!("{}", served.borrow().trim_end());
    }
}
