//! Certificates in exports: DER in `RawData`, as base64 (CLIXML) or as numbers (JSON).
//!
//! Thumbprint, subject and dates come from the DER, because Exchange's own properties are lost in most exports and
//! dates in text are in a local culture.

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
