//! For the tests: runs the hit path once for each line of stdin and prints what is served, or nothing, in a line each.
//! A line is the time, the number of words, the words and the environment, with a tab after each of them.
use launcher::{Call, run};
use std::{cell::RefCell, io, io::BufRead, rc::Rc};

fn main() {
    for line in io::stdin().lock().split(b'\n') {
        let line = line.expect("stdin can be read");
        let mut fields = line.split(|&byte| byte == b'\t');
        let mut number = || str::from_utf8(fields.next()?).ok()?.parse::<f64>().ok();
        let (now, count) = (number().expect("a time"), number().expect("a number of words"));
        let words = fields.by_ref().take(count as usize).collect();
        let served = Rc::new(RefCell::new(String::new()));
        let output = served.clone();
        let _ = run(&Call { words, environment: fields.collect(), now }, move |text| *output.borrow_mut() = text);
        println!("{}", served.borrow().trim_end());
    }
}
