//! Exports of made-up mailboxes in every form that the readers know: the same bytes for the same arguments, and
//! the same objects in each form.

use std::fmt::Write as _;
use std::time::Duration;

use criterion::Criterion;

/// Larger than the caches, small enough for many samples.
pub(crate) const BYTES: usize = 8 << 20;

/// Few and short samples: the differences that matter are large.
pub(crate) fn criterion() -> Criterion {
    Criterion::default()
        .sample_size(20)
        .warm_up_time(Duration::from_millis(500))
        .measurement_time(Duration::from_secs(2))
        .configure_from_args()
}

/// A form in which calendar settings are exported.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// `ConvertTo-Json` of PowerShell 7.
    Json,
    /// `ConvertTo-Json -Compress`.
    CompactJson,
    /// `ConvertTo-Json` of Windows PowerShell 5.1.
    WindowsJson,
    /// `Export-Clixml`.
    CliXml,
    /// `ConvertTo-Xml`.
    ConvertToXml,
}

impl Form {
    pub(crate) const ALL: [Self; 5] =
        [Self::Json, Self::CompactJson, Self::WindowsJson, Self::CliXml, Self::ConvertToXml];

    /// For the names of benchmarks.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Json => "JSON of PowerShell 7",
            Self::CompactJson => "JSON on one line",
            Self::WindowsJson => "JSON of Windows PowerShell 5.1",
            Self::CliXml => "CLIXML",
            Self::ConvertToXml => "ConvertTo-Xml",
        }
    }
}

/// An exported file.
pub(crate) struct Export {
    pub(crate) text: String,
    /// Mailboxes in it.
    pub(crate) records: u64,
}

/// As many mailboxes as `bytes` of a form hold. One in a hundred has a fault if there are to be `faults`.
pub(crate) fn export(form: Form, bytes: usize, faults: bool) -> Export {
    let mut text = String::with_capacity(bytes + 8192);
    let mut records = 0;
    text.push_str(match form {
        Form::Json | Form::CompactJson | Form::WindowsJson => "[",
        Form::CliXml => {
            "<Objs Version=\"1.1.0.1\" xmlns=\"http://schemas.microsoft.com/powershell/2004/04\">\r\n"
        }
        Form::ConvertToXml => "<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n<Objects>\r\n",
    });
    while text.len() < bytes {
        let mailbox = mailbox(records, faults && records % 100 == 37);
        match form {
            Form::Json => write_json(&mut text, &mailbox, records, "\n  ", "\n    ", ": "),
            Form::CompactJson => write_json(&mut text, &mailbox, records, "", "", ":"),
            Form::WindowsJson => write_json(&mut text, &mailbox, records, "\r\n    ", "\r\n        ", ":  "),
            Form::CliXml => write_clixml(&mut text, &mailbox, records),
            Form::ConvertToXml => write_convertto_xml(&mut text, &mailbox),
        }
        records += 1;
    }
    text.push_str(match form {
        Form::Json => "\n]\n",
        Form::CompactJson => "]",
        Form::WindowsJson => "\r\n]\r\n",
        Form::CliXml => "</Objs>",
        Form::ConvertToXml => "</Objects>",
    });
    Export { text, records }
}

/// A property's value, before any form is given to it.
enum Value {
    Text(String),
    Guid(String),
    /// Minutes since midnight.
    Time(u32),
    Flag(bool),
    Number(u32),
    Blank,
    NoItems,
}

type Mailbox = [(&'static str, Value); 32];

fn mailbox(number: u64, is_faulty: bool) -> Mailbox {
    const ZONES: [&str; 6] = [
        "W. Europe Standard Time",
        "GMT Standard Time",
        "Pacific Standard Time",
        "Tokyo Standard Time",
        "India Standard Time",
        "UTC",
    ];
    const NAMES: [&str; 8] = [
        "Ann Archer",
        "Ben O'Neill",
        "Chloë Dvořák",
        "Dan & Eve",
        "Fay Green",
        "Hal Ito",
        "Jo Kim",
        "Lea <Mo>",
    ];
    let text = |text: &str| Value::Text(text.to_owned());
    let pick = |count: usize| usize::try_from(number).unwrap_or_default() % count;
    let (start, end) =
        if is_faulty { (22 * 60, 6 * 60) } else { (8 * 60 + 30 * (number % 3) as u32, 17 * 60) };
    [
        ("RunspaceId", Value::Guid(format!("{number:08x}-7c1e-4b02-9d55-{:012x}", number * 2_654_435_761))),
        ("WorkDays", text("Weekdays")),
        ("WorkingHoursStartTime", Value::Time(start)),
        ("WorkingHoursEndTime", Value::Time(end)),
        ("WorkingHoursTimeZone", text(ZONES[pick(ZONES.len())])),
        ("WeekStartDate", text(if number.is_multiple_of(3) { "Monday" } else { "Sunday" })),
        ("ShowWeekNumbers", Value::Flag(number.is_multiple_of(5))),
        ("FirstWeekOfYear", text("FirstDay")),
        ("TimeIncrement", text("ThirtyMinutes")),
        ("RemindersEnabled", Value::Flag(true)),
        ("ReminderSoundEnabled", Value::Flag(true)),
        ("DefaultReminderTime", Value::Time(15)),
        ("WeatherEnabled", text("FirstRun")),
        ("WeatherUnit", text("Default")),
        ("WeatherLocations", Value::NoItems),
        ("WeatherLocationBookmark", Value::Number(0)),
        ("LocalEventsEnabled", text("Disabled")),
        ("LocalEventsLocation", Value::Blank),
        ("AgendaMailEnabled", Value::Flag(false)),
        ("AgendaMailIntroductionEnabled", Value::Flag(true)),
        ("AgendaPaneEnabled", Value::Flag(true)),
        ("AutomaticDeclineWhenBusy", text("None")),
        ("ConversationalSchedulingEnabled", Value::Flag(true)),
        ("DefaultMeetingDuration", Value::Number(30)),
        ("DefaultOnlineMeetingProvider", text("Unknown")),
        ("OnlineMeetingsByDefaultEnabled", Value::Blank),
        ("PreserveDeclinedMeetings", Value::Flag(false)),
        ("WorkspaceUserEnabled", Value::Flag(false)),
        ("MailboxLocation", Value::Blank),
        ("Identity", Value::Text(format!("contoso.com/Corp/Users/{} {number:07}", NAMES[pick(NAMES.len())]))),
        ("IsValid", Value::Flag(true)),
        ("ObjectState", text("Changed")),
    ]
}

/// `outer` stands before and after an object's brackets, `inner` before its properties, `colon` before values.
fn write_json(text: &mut String, mailbox: &Mailbox, number: u64, outer: &str, inner: &str, colon: &str) {
    let is_windows = outer.starts_with('\r');
    text.push_str(if number == 0 { "" } else { "," });
    text.push_str(outer);
    let mut before = '{';
    for (name, value) in mailbox {
        let _ = write!(text, "{before}{inner}\"{name}\"{colon}");
        before = ',';
        let _ = match value {
            Value::Text(content) if is_windows => write!(text, "\"{}\"", escape(content, json_5)),
            Value::Text(content) | Value::Guid(content) => write!(text, "\"{content}\""),
            Value::Time(minutes) => write!(text, "\"{:02}:{:02}:00\"", minutes / 60, minutes % 60),
            Value::Flag(flag) => write!(text, "{flag}"),
            Value::Number(number) => write!(text, "{number}"),
            Value::Blank => write!(text, "null"),
            Value::NoItems if is_windows => write!(text, "[\r\n\r\n{:34}]", ""),
            Value::NoItems => write!(text, "[]"),
        };
    }
    let _ = write!(text, "{outer}}}");
}

fn write_clixml(text: &mut String, mailbox: &Mailbox, number: u64) {
    // A record and its empty list each have a reference number.
    let id = number * 2;
    let _ = write!(text, "  <Obj RefId=\"{id}\">\r\n");
    text.push_str(if number == 0 {
        "    <TN RefId=\"0\">\r\n      <T>Deserialized.Microsoft.Exchange.Data.Storage.Management.MailboxCalendarConfiguration</T>\r\n      \
         <T>Deserialized.System.Object</T>\r\n    </TN>\r\n"
    } else {
        "    <TNRef RefId=\"0\" />\r\n"
    });
    text.push_str("    <Props>\r\n");
    for (name, value) in mailbox {
        text.push_str("      ");
        let _ = match value {
            Value::Text(content) => write!(text, "<S N=\"{name}\">{}</S>", escape(content, xml)),
            Value::Guid(content) => write!(text, "<G N=\"{name}\">{content}</G>"),
            Value::Time(minutes) => {
                write!(text, "<TS N=\"{name}\">PT{}H{}M</TS>", minutes / 60, minutes % 60)
            }
            Value::Flag(flag) => write!(text, "<B N=\"{name}\">{flag}</B>"),
            Value::Number(number) => write!(text, "<I32 N=\"{name}\">{number}</I32>"),
            Value::Blank => write!(text, "<Nil N=\"{name}\" />"),
            Value::NoItems => {
                let types = if number == 0 {
                    "<TN RefId=\"1\"><T>System.Collections.ArrayList</T></TN>"
                } else {
                    "<TNRef RefId=\"1\" />"
                };
                write!(text, "<Obj N=\"{name}\" RefId=\"{}\">{types}<LST /></Obj>", id + 1)
            }
        };
        text.push_str("\r\n");
    }
    text.push_str("    </Props>\r\n  </Obj>\r\n");
}

fn write_convertto_xml(text: &mut String, mailbox: &Mailbox) {
    text.push_str("  <Object Type=\"System.Management.Automation.PSCustomObject\">\r\n");
    for (name, value) in mailbox {
        let _ = write!(text, "    <Property Name=\"{name}\" ");
        let _ = match value {
            Value::Text(content) => {
                write!(text, "Type=\"System.String\">{}</Property>", escape(content, xml))
            }
            Value::Guid(content) => write!(text, "Type=\"System.Guid\">{content}</Property>"),
            Value::Time(minutes) => {
                let (hours, minutes) = (minutes / 60, minutes % 60);
                write!(text, "Type=\"System.TimeSpan\">{hours:02}:{minutes:02}:00</Property>")
            }
            Value::Flag(true) => write!(text, "Type=\"System.Boolean\">True</Property>"),
            Value::Flag(false) => write!(text, "Type=\"System.Boolean\">False</Property>"),
            Value::Number(number) => write!(text, "Type=\"System.Int32\">{number}</Property>"),
            Value::Blank => write!(text, "/>"),
            Value::NoItems => write!(text, "Type=\"System.Collections.ArrayList\" />"),
        };
        text.push_str("\r\n");
    }
    text.push_str("  </Object>\r\n");
}

fn escape(content: &str, of: fn(char) -> Option<&'static str>) -> String {
    let mut escaped = String::with_capacity(content.len());
    for c in content.chars() {
        match of(c) {
            Some(text) => escaped.push_str(text),
            None => escaped.push(c),
        }
    }
    escaped
}

/// Windows PowerShell writes these as numbers.
const fn json_5(c: char) -> Option<&'static str> {
    match c {
        '<' => Some("\\u003c"),
        '>' => Some("\\u003e"),
        '&' => Some("\\u0026"),
        '\'' => Some("\\u0027"),
        _ => None,
    }
}

const fn xml(c: char) -> Option<&'static str> {
    match c {
        '<' => Some("&lt;"),
        '>' => Some("&gt;"),
        '&' => Some("&amp;"),
        _ => None,
    }
}
