use std::collections::BTreeMap;

fn main() {
    let mut words: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
    for word in "a bb cc d".split_whitespace() {
        words.entry(word.len()).or_default().push(word);
    }
    let even: i32 = (1..=10).filter(|n| n % 2 == 0).sum();
    assert_eq!(even, 30);
    println!("{}", if format!("{:?}", words) == r#"{1: ["a", "d"], 2: ["bb", "cc"]}"# { "OK" } else { "wrong" });
}
