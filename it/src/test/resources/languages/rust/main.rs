use std::io::BufRead;

mod greeting;

fn main() {
    let größe = std::env::args().count() - 1;
    println!("{}", greeting::greet("世界"));
    println!("arguments: {}", größe);
    for argument in std::env::args().skip(1) {
        println!("argument: {}", argument);
    }
    for line in std::io::stdin().lock().lines() {
        println!("input: {}", line.unwrap());
    }
}
