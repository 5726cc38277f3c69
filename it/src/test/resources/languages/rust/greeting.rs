pub fn greet(whom: &str) -> String {
    format!("Grüße, {}", whom)
}
