use super::*;
use crate::source::Sources;

struct Names;

impl Vocabulary for Names {
    fn knows(&self, name: &str) -> bool {
        ["Name", "DomainNames", "Enabled", "TargetSharingEpr"].contains(&name)
    }

    fn belongs(&self, _: &[&str], name: &str) -> Option<bool> {
        self.knows(name).then_some(true)
    }
}

fn text(content: &str) -> Arc<Text> {
    Arc::new(Text::whole(Sources::default().add("ticket.txt"), content.to_owned()))
}

/// What is left of a text; each of its pieces must lead back to what it stands for.
fn stripped(content: &str) -> String {
    let original = text(content);
    let Some(stripped) = strip(&original, Some(&Names)) else { return content.to_owned() };
    let left = stripped.content().to_owned();
    for (at, c) in left.char_indices() {
        let location = stripped.locate(at..at + c.len_utf8());
        let (start, end) = (location.offset as usize, (location.offset + location.length) as usize);
        let before =
            content.get(start..end).unwrap_or_else(|| panic!("{at} of {left:?} is within a character"));
        assert!(
            before == c.to_string() || c.is_whitespace() || before.starts_with('&') || before.is_empty(),
            "{c:?} was {before:?}"
        );
    }
    left
}

const PLAIN: &str = "Name    : HybridIOC\nEnabled : False\n\nName    : Two\nEnabled : True\n";

fn each_line(prefix: &str) -> String {
    PLAIN.lines().map(|line| format!("{prefix}{line}").trim_end().to_owned() + "\n").collect()
}

#[test]
fn clean_texts_are_left_alone() {
    for clean in [
        PLAIN,
        "[{\"Name\":\"a\u{A0}b\"}]",
        "<Objs><S>&lt;</S></Objs>",
        "\"Name\",\"Enabled\"\r\n\"a\u{A0}\",\"True\"\r\n",
        "NotAfter : 3/4/2026 4:27:59\u{202F}PM\nName     : Zoë 👩\u{200D}🔧\n",
        "Subject : <I>CN=Contoso<S>CN=mail\nUrl     : https://a/?b=c&amp;d\n",
        "Detail : - one\n         - two\n         - three\n",
        "PS C:\\> foreach ($x in 1..3) {\n>> $x }\n\nName : a\n",
        "Name  : a\tb\n",
    ] {
        assert!(strip(&text(clean), Some(&Names)).is_none(), "{clean}");
    }
}

#[test]
fn prefixes_that_lines_share_go() {
    for prefix in [
        "> ",
        ">> ",
        "> > ",
        "- ",
        "* ",
        "• ",
        "12: ",
        "[10:11:12] ",
        "10:11 ",
        "2026-11-23 10:11:12 ",
        "> - ",
    ] {
        assert_eq!(stripped(&each_line(prefix)), PLAIN, "{prefix}");
    }
    let mail = format!("On Tuesday Kim wrote:\n{}\nFine.\n", each_line("> "));
    assert_eq!(stripped(&mail), format!("On Tuesday Kim wrote:\n{PLAIN}\nFine.\n"));
}

#[test]
fn characters_of_no_ink_become_blanks_or_go() {
    assert_eq!(stripped(&PLAIN.replace(' ', "\u{A0}")), PLAIN);
    assert_eq!(stripped(&PLAIN.replace("  ", " \u{A0}")), PLAIN);
    assert_eq!(stripped(&PLAIN.replace("Name", "\u{200B}Name\u{200B}")), PLAIN);
    assert_eq!(stripped("Name\t:\tHybrid\tIOC\n"), "Name : Hybrid\tIOC\n");
    assert_eq!(stripped("\u{1B}[32;1mName    : \u{1B}[0mHybridIOC\n"), "Name    : HybridIOC\n");
    assert_eq!(stripped("\u{1B}]0;title\u{7}Name : a\u{1B}"), "Name : a");
}

#[test]
fn tags_and_entities_of_pages_become_text() {
    let page = "<pre><code>Name    : a &amp; b &lt;c&gt;<br>Enabled : True\n</code></pre>\n";
    assert_eq!(stripped(page), "Name    : a & b <c>\nEnabled : True\n\n");
    assert_eq!(stripped("<p>Name&nbsp;: a</p><p>Enabled : True</p>"), "Name : a\nEnabled : True\n");
}

#[test]
fn escapes_of_markdown_go_where_all_braces_have_them() {
    assert_eq!(stripped("DomainNames : \\{a.com, b\\_c.com\\}\n"), "DomainNames : {a.com, b_c.com}\n");
    let mixed = "DomainNames : {a.com}\nUser : CONTOSO\\{b\\}\n";
    assert_eq!(stripped(mixed), mixed);
}

#[test]
fn lines_are_as_they_were() {
    let long =
        format!("Name : a{} DomainNames : {{a.com}} TargetSharingEpr : Enabled : True", "x".repeat(100));
    assert_eq!(
        stripped(&long),
        format!("Name : a{}\nDomainNames : {{a.com}}\nTargetSharingEpr :\nEnabled : True", "x".repeat(100))
    );
    assert_eq!(
        stripped("Name: a\nDomainNames: {a.com}\nEnabled: True\n"),
        "Name : a\nDomainNames : {a.com}\nEnabled : True\n"
    );
    let mail = "From: a\nTo: b\nSubject: c\n";
    assert_eq!(stripped(mail), mail);
    let json = "PS C:\\> x | ConvertTo-Json\n{\n \"a\": \"https://autodis\ncover\",\n \"b\": \"of two\nwords that go on\"\n}\n";
    assert_eq!(
        stripped(json),
        "PS C:\\> x | ConvertTo-Json\n{\n \"a\": \"https://autodiscover\",\n \"b\": \"of two\nwords that go on\"\n}\n"
    );
}
