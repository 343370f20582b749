//! Files made to take long: the work must grow with the size of a file, not with its square.

use std::io::Read as _;
use std::sync::mpsc;
use std::time::Duration;

use super::tests::redactor;

const CLIXML: &str = "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">";

/// Without optimisation each takes a second or two; squared, minutes.
const LIMIT: Duration = Duration::from_secs(30);

/// What comes out, if anything does in time.
fn redacted(input: String) -> Option<String> {
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut out = String::new();
        let result = redactor().redact(input.as_bytes()).unwrap().read_to_string(&mut out);
        sender.send(result.map(|_| out).unwrap())
    });
    receiver.recv_timeout(LIMIT).ok()
}

/// Whether each of `inputs` comes to an end; those that do not are named.
fn all_end(inputs: &[(&str, String)]) {
    let late: Vec<&str> =
        inputs.iter().filter(|(_, input)| redacted(input.clone()).is_none()).map(|(name, _)| *name).collect();
    assert!(late.is_empty(), "not within {LIMIT:?}: {late:?}");
}

#[test]
fn values_of_one_sign() {
    let value = |pattern: &str| format!("{{\"Name\":\"{}\"}}", pattern.repeat(300_000 / pattern.len()));
    let patterns = [
        "a://",
        "a://b/",
        ",",
        "@",
        ":",
        "a b - ",
        "hybridioc",
        "a.b+",
        "x-0123456789abcdef0123456789abcdef-",
    ];
    all_end(&patterns.map(|pattern| (pattern, value(pattern))));
}

#[test]
fn colours_between_properties() {
    let input = format!("Name : x\n\n{}Name : y\n", "\x1B[0m".repeat(200_000));
    let out = redacted(input).unwrap();
    assert_eq!(out.matches("\x1B[0m").count(), 200_000);
}

#[test]
fn json_that_only_opens() {
    all_end(&["[", "[1,", "{\"a\":", "\"", "\\\""].map(|pattern| (pattern, pattern.repeat(200_000))));
}

#[test]
fn xml_that_is_cut_or_closes_what_is_not_open() {
    let bytes = "<By>1</By>".repeat(20_000);
    let inputs = [
        ("bytes", bytes.clone()),
        ("a byte that is cut", format!("{bytes}<B")),
        ("a number that is cut", format!("{bytes}<By>1")),
        ("quotes", "<\">\"".repeat(100_000)),
        ("what is not open", format!("{}{}", "<Obj>".repeat(30_000), "</S>".repeat(30_000))),
    ];
    all_end(&inputs.map(|(name, content)| (name, format!("{CLIXML}{content}"))));
}

#[test]
fn bytes_that_are_cut_are_a_blob_all_the_same() {
    for cut in ["", "<B", "<By>1", "<By>"] {
        let bytes = format!("{CLIXML}<Obj><LST>{}{cut}", "<By>99</By>".repeat(20));
        assert_eq!(redacted(bytes).unwrap().matches("99").count(), 0, "{cut}");
    }
}

#[test]
fn a_thumbprint_without_end() {
    // With signs in it that base64 does not have, or it would be a blob.
    let input = format!("{{\"Thumbprint\":\"{}\"}}", "AB-".repeat(50_000));
    let digits = redacted(input).unwrap().bytes().filter(|&byte| byte == b'0').count();
    assert_eq!(digits, 2 * 50_000 - 2, "as long as it was, but for `C` and its number");
}
