//! Certificates in exports: DER in `RawData`, as base64 (CLIXML) or as numbers (JSON).
//!
//! Thumbprint, subject and dates come from the DER, because Exchange's own properties are lost in most exports and
//! dates in text are in a local culture. What the DER cannot know (services, status) stands in the blob that remoting
//! adds, which is searched for it and never deserialized.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use sha1::{Digest as _, Sha1};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate};

use super::value::Value;
use crate::format::{Kind, NodeRef};
use crate::schema::CertificateField;

/// No certificate is larger.
const MAX_DER_BYTES: usize = 1 << 20;

/// A part of the certificate whose DER a node holds. `None` when there is no certificate in it.
pub(super) fn read<'a>(raw: NodeRef<'_>, field: CertificateField) -> Option<Value<'a>> {
    let der = der(raw)?;
    if field == CertificateField::Thumbprint {
        // Only a certificate has a thumbprint.
        X509Certificate::from_der(&der).ok()?;
        return Some(Value::text(hexadecimal(&Sha1::digest(&der))));
    }
    let (_, certificate) = X509Certificate::from_der(&der).ok()?;
    Some(match field {
        CertificateField::Thumbprint => return None,
        CertificateField::Subject => Value::text(certificate.subject().to_string()),
        CertificateField::Issuer => Value::text(certificate.issuer().to_string()),
        CertificateField::SerialNumber => Value::text(hexadecimal(certificate.raw_serial())),
        CertificateField::NotBefore => timestamp(certificate.validity().not_before.timestamp())?,
        CertificateField::NotAfter => timestamp(certificate.validity().not_after.timestamp())?,
        CertificateField::Domains => Value::list(domains(&certificate)),
    })
}

/// The thumbprint of a certificate object that stands where a thumbprint is expected.
pub(super) fn read_property<'a>(node: NodeRef<'_>, field: CertificateField) -> Option<Value<'a>> {
    if node.kind() != Kind::Object {
        return None;
    }
    read(node.property("RawData")?, field)
}

fn der(raw: NodeRef<'_>) -> Option<Vec<u8>> {
    let raw = raw.resolve()?;
    match raw.kind() {
        Kind::String if raw.raw().len() <= 2 * MAX_DER_BYTES => STANDARD.decode(raw.value().trim()).ok(),
        Kind::List => {
            let bytes: Option<Vec<u8>> =
                raw.items().take(MAX_DER_BYTES + 1).map(|item| item.raw().parse().ok()).collect();
            bytes.filter(|bytes| bytes.len() <= MAX_DER_BYTES)
        }
        _ => None,
    }
}

/// What a blob of .NET's BinaryFormatter begins with.
const FORMATTER_HEADER: [u8; 9] = [0, 1, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF];

/// What stands before a blob that is signed, and before the length of that blob.
const SIGNATURE_MARK: &[u8] = b"#sig#";

/// Behind the name of an enum's class: one member, `value__`, a primitive, which is an `Int32`.
const ENUM_MEMBERS: &[u8] = b"\x01\0\0\0\x07value__\0\x08";

/// The number of the only value in a `SerializationData` that is of an enum of that name. `None` where there is none,
/// or several, or the blob is of another kind.
pub(super) fn serialized_number(blob: NodeRef<'_>, enum_type: &str) -> Option<i64> {
    number_in(&der(blob)?, enum_type)
}

fn number_in(blob: &[u8], enum_type: &str) -> Option<i64> {
    let mut found = enums_in(blob).into_iter().filter(|(name, _)| last_part(name) == enum_type.as_bytes());
    let (_, number) = found.next().filter(|_| found.next().is_none())?;
    number.map(Into::into)
}

/// The values of enums in a blob: the name of each one's class, and its number where the blob has it.
pub(crate) fn enums_in(blob: &[u8]) -> Vec<(&[u8], Option<i32>)> {
    let Some(content) = content_of(blob) else { return Vec::new() };
    let places = memchr::memmem::find_iter(content, ENUM_MEMBERS);
    let values = places.filter_map(|at| {
        let name = class_name(&content[..at])?;
        // The id of the library comes first.
        let value = content.get(at + ENUM_MEMBERS.len() + 4..).and_then(<[u8]>::first_chunk::<4>);
        Some((name, value.copied().map(i32::from_le_bytes)))
    });
    values.collect()
}

/// A blob without its signature and its header.
fn content_of(blob: &[u8]) -> Option<&[u8]> {
    let blob = match blob.strip_prefix(SIGNATURE_MARK) {
        Some(signed) => {
            let (length, rest) = signed.split_first_chunk::<4>()?;
            rest.get(..usize::try_from(u32::from_le_bytes(*length)).ok()?)?
        }
        None => blob,
    };
    blob.strip_prefix(&FORMATTER_HEADER)
}

/// A blob that holds nothing but these values.
pub(crate) fn blob_of_enums(enums: &[(&str, i32)]) -> Vec<u8> {
    let mut blob = FORMATTER_HEADER.to_vec();
    for (name, number) in enums {
        // Longer names are not found again.
        let Some(length) = u8::try_from(name.len()).ok().filter(|length| *length < 0x80) else { continue };
        blob.extend([CLASS_WITH_MEMBERS_AND_TYPES, 1, 0, 0, 0, length]);
        blob.extend(name.as_bytes());
        blob.extend(ENUM_MEMBERS);
        blob.extend([2, 0, 0, 0]);
        blob.extend(number.to_le_bytes());
    }
    blob
}

/// How the record of a class begins.
const CLASS_WITH_MEMBERS_AND_TYPES: u8 = 5;

/// The name of a class, which `content` ends with: the record's type, its id, the length of the name, the name.
fn class_name(content: &[u8]) -> Option<&[u8]> {
    (1..=0x7F).find_map(|length: u8| {
        let start = content.len().checked_sub(usize::from(length))?;
        let head = content.get(start.checked_sub(6)?..start)?;
        let is_class = head.first() == Some(&CLASS_WITH_MEMBERS_AND_TYPES) && head.last() == Some(&length);
        is_class.then(|| &content[start..])
    })
}

/// The name of a type without its namespace.
fn last_part(name: &[u8]) -> &[u8] {
    name.rsplit(|&c| matches!(c, b'.' | b'+')).next().unwrap_or(name)
}

fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}

fn timestamp<'a>(seconds: i64) -> Option<Value<'a>> {
    Timestamp::from_second(seconds).ok().map(Value::Timestamp)
}

fn domains<'a>(certificate: &X509Certificate<'_>) -> Vec<Value<'a>> {
    let names = certificate.subject_alternative_name().ok().flatten();
    let dns =
        names.iter().flat_map(|extension| &extension.value.general_names).filter_map(|name| match name {
            GeneralName::DNSName(name) => Some(Value::text(name.to_ascii_lowercase())),
            _ => None,
        });
    let dns: Vec<Value<'a>> = dns.collect();
    if !dns.is_empty() {
        return dns;
    }
    let common = certificate.subject().iter_common_name().filter_map(|name| name.as_str().ok());
    common.map(|name| Value::text(name.to_ascii_lowercase())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A class of one `Int32` named `value__`.
    fn enum_value(name: &str, value: i32) -> Vec<u8> {
        let length = u8::try_from(name.len()).unwrap();
        let head = [5, 0xF7, 0xFF, 0xFF, 0xFF, length];
        [&head[..], name.as_bytes(), ENUM_MEMBERS, &[2, 0, 0, 0], &value.to_le_bytes()].concat()
    }

    fn blob(values: &[(&str, i32)]) -> Vec<u8> {
        let values = values.iter().flat_map(|(name, value)| enum_value(name, *value));
        FORMATTER_HEADER.into_iter().chain([1, 0, 0, 0, 0, 0, 0, 0, 6]).chain(values).collect()
    }

    fn signed(blob: &[u8]) -> Vec<u8> {
        let length = u32::try_from(blob.len()).unwrap().to_le_bytes();
        [SIGNATURE_MARK, &length, blob, &[0xAB; 32]].concat()
    }

    #[test]
    fn numbers_are_found_by_the_name_of_their_enum() {
        let blob = blob(&[("A.B.CertificateStatus", 1), ("A.B+AllowedServices", 0x19), ("A.Other", 7)]);
        for blob in [blob.clone(), signed(&blob)] {
            assert_eq!(number_in(&blob, "CertificateStatus"), Some(1));
            assert_eq!(number_in(&blob, "AllowedServices"), Some(25));
            assert_eq!(number_in(&blob, "Services"), None);
            // Cut anywhere, it never says another number.
            for end in 0..blob.len() {
                assert!(matches!(number_in(&blob[..end], "AllowedServices"), None | Some(25)), "{end}");
            }
        }
    }

    #[test]
    fn what_is_not_certain_is_not_known() {
        let twice = blob(&[("A.AllowedServices", 16), ("A.AllowedServices", 8)]);
        assert_eq!(number_in(&twice, "AllowedServices"), None);
        let good = blob(&[("A.AllowedServices", 16)]);
        assert_eq!(number_in(&good, "AllowedServices"), Some(16));
        assert_eq!(number_in(&good[1..], "AllowedServices"), None);
        let mut longer = signed(&good);
        longer[5] = 0xFF;
        longer[6] = 0xFF;
        assert_eq!(number_in(&longer, "AllowedServices"), None);
        // A text that looks like an enum but for the length of its name.
        let text = [&FORMATTER_HEADER[..], b"A.AllowedServices", ENUM_MEMBERS, &[0; 8]].concat();
        assert_eq!(number_in(&text, "AllowedServices"), None);
    }
}
