use std::sync::{mpsc, Arc, Mutex};
use std::thread;

fn main() {
    let total = Arc::new(Mutex::new(0));
    let (send, receive) = mpsc::channel();
    let threads: Vec<_> = (0..4)
        .map(|i| {
            let (total, send) = (Arc::clone(&total), send.clone());
            thread::spawn(move || {
                *total.lock().unwrap() += i * 7;
                send.send(i).unwrap();
            })
        })
        .collect();
    drop(send);
    for t in threads {
        t.join().unwrap();
    }
    println!("{}", if *total.lock().unwrap() == 42 && receive.iter().count() == 4 { "OK" } else { "wrong" });
}
