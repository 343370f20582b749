//! Certificates: each is replaced by one with the same dates and with pseudonyms for its names, so that lints see what
//! they need. Its key and its signature are zeros: it certifies nothing.

use sha1::{Digest as _, Sha1};
use x509_parser::prelude::{FromDer as _, GeneralName, X509Certificate, X509Name};
use x509_parser::time::ASN1Time;

use super::known::Hint;
use super::names::Names;
use super::text;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const INTEGER: u8 = 0x02;
const BIT_STRING: u8 = 0x03;
const OCTET_STRING: u8 = 0x04;
const OBJECT_ID: u8 = 0x06;
const UTF8_STRING: u8 = 0x0C;
const UTC_TIME: u8 = 0x17;
const GENERALIZED_TIME: u8 = 0x18;
/// `[0]`, `[3]` with content, `[2]` for a DNS name.
const VERSION: u8 = 0xA0;
const EXTENSIONS: u8 = 0xA3;
const DNS_NAME: u8 = 0x82;

/// Ed25519, whose keys and signatures are short.
const ED25519: [u8; 5] = [OBJECT_ID, 3, 0x2B, 0x65, 0x70];
/// `domainComponent`.
const DOMAIN_COMPONENT: [u8; 10] = [0x09, 0x92, 0x26, 0x89, 0x93, 0xF2, 0x2C, 0x64, 0x01, 0x19];
/// `subjectAltName`.
const ALTERNATIVE_NAMES: [u8; 5] = [OBJECT_ID, 3, 0x55, 0x1D, 0x11];

/// The replacement of a certificate; `None` where the bytes are no certificate.
pub(super) fn replace(names: &mut Names, der: &[u8]) -> Option<Vec<u8>> {
    let (_, certificate) = X509Certificate::from_der(der).ok()?;
    let serial = names.hexadecimal(&hexadecimal(certificate.raw_serial()));
    let algorithm = element(SEQUENCE, &ED25519);
    let validity = [time(certificate.validity().not_before), time(certificate.validity().not_after)].concat();
    let key = [algorithm.clone(), bits(&[0; 32])].concat();
    let mut content = [
        element(VERSION, &element(INTEGER, &[2])),
        element(INTEGER, &bytes(&serial)),
        algorithm.clone(),
        name(names, certificate.issuer()),
        element(SEQUENCE, &validity),
        name(names, certificate.subject()),
        element(SEQUENCE, &key),
    ]
    .concat();
    let hosts = alternative_names(names, &certificate);
    if !hosts.is_empty() {
        let value = element(OCTET_STRING, &element(SEQUENCE, &hosts));
        let extension = element(SEQUENCE, &[ALTERNATIVE_NAMES.to_vec(), value].concat());
        content.extend(element(EXTENSIONS, &element(SEQUENCE, &extension)));
    }
    let signed = [element(SEQUENCE, &content), algorithm, bits(&[0; 64])].concat();
    let replaced = element(SEQUENCE, &signed);
    names.replace_thumbprint(hexadecimal(&Sha1::digest(der)), hexadecimal(&Sha1::digest(&replaced)));
    Some(replaced)
}

fn name(names: &mut Names, name: &X509Name<'_>) -> Vec<u8> {
    let attributes: Vec<_> = name.iter_attributes().collect();
    let is_component = |oid: &[u8]| oid == DOMAIN_COMPONENT;
    // The domain's labels stand in reverse.
    let mut labels: Vec<&str> = attributes
        .iter()
        .filter(|attribute| is_component(attribute.attr_type().as_bytes()))
        .filter_map(|attribute| attribute.as_str().ok())
        .collect();
    labels.reverse();
    let host = if labels.is_empty() { String::new() } else { names.host(&labels.join(".")) };
    let mut components = host.rsplit('.');
    let mut content = Vec::new();
    for attribute in attributes {
        let oid = attribute.attr_type().as_bytes();
        let value = if is_component(oid) {
            components.next().unwrap_or_default().to_owned()
        } else {
            text::value(names, attribute.as_str().unwrap_or_default(), Hint::Any)
        };
        let pair = [element(OBJECT_ID, oid), element(UTF8_STRING, value.as_bytes())].concat();
        content.extend(element(SET, &element(SEQUENCE, &pair)));
    }
    element(SEQUENCE, &content)
}

fn alternative_names(names: &mut Names, certificate: &X509Certificate<'_>) -> Vec<u8> {
    let extension = certificate.subject_alternative_name().ok().flatten();
    let hosts: Vec<&str> = extension
        .iter()
        .flat_map(|extension| &extension.value.general_names)
        .filter_map(|name| match name {
            GeneralName::DNSName(host) => Some(*host),
            _ => None,
        })
        .collect();
    hosts
        .iter()
        .flat_map(|host| element(DNS_NAME, text::value(names, host, Hint::Domain).as_bytes()))
        .collect()
}

fn time(time: ASN1Time) -> Vec<u8> {
    let date = time.to_datetime();
    let (year, month, day) = (date.year(), u8::from(date.month()), date.day());
    let rest = format!("{month:02}{day:02}{:02}{:02}{:02}Z", date.hour(), date.minute(), date.second());
    if (1950..2050).contains(&year) {
        element(UTC_TIME, format!("{:02}{rest}", year % 100).as_bytes())
    } else {
        element(GENERALIZED_TIME, format!("{year:04}{rest}").as_bytes())
    }
}

fn bits(content: &[u8]) -> Vec<u8> {
    element(BIT_STRING, &[&[0], content].concat())
}

/// The bytes that the digits stand for.
pub(super) fn bytes(digits: &str) -> Vec<u8> {
    let padded = if digits.len() % 2 == 1 { format!("0{digits}") } else { digits.to_owned() };
    let pairs = padded.as_bytes().chunks(2).filter_map(|pair| std::str::from_utf8(pair).ok());
    pairs.filter_map(|pair| u8::from_str_radix(pair, 16).ok()).collect()
}

fn element(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let skipped = length.iter().take_while(|&&byte| byte == 0).count();
    let significant = length.get(skipped..).unwrap_or_default();
    let mut encoded = vec![tag];
    match significant {
        [] => encoded.push(0),
        [short] if *short < 0x80 => encoded.push(*short),
        long => {
            encoded.push(0x80 | u8::try_from(long.len()).unwrap_or(0));
            encoded.extend(long);
        }
    }
    encoded.extend(content);
    encoded
}

pub(super) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02X}");
        text
    })
}
