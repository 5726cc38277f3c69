use std::fmt;

#[derive(Debug)]
struct Odd(i32);

impl fmt::Display for Odd {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "{} is odd", self.0)
    }
}

impl std::error::Error for Odd {}

fn half(text: &str) -> Result<i32, Box<dyn std::error::Error>> {
    let n: i32 = text.parse()?;
    if n % 2 == 1 {
        return Err(Box::new(Odd(n)));
    }
    Ok(n / 2)
}

fn main() {
    let fine = half("84").unwrap() == 42 && half("x").is_err();
    println!("{}", if fine && half("3").unwrap_err().to_string() == "3 is odd" { "OK" } else { "wrong" });
}
