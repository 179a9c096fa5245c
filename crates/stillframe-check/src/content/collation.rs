use std::cmp::Ordering;

use stillframe_database::TextEncoding;
use stillframe_schema::Collation;

/// Compares text in the encoding of a database. How an application's own collation compares is not known: such text is
/// compared by its bytes.
pub(super) fn compare_text(
    left: &[u8],
    right: &[u8],
    collation: &Collation,
    encoding: TextEncoding,
) -> Ordering {
    match collation {
        Collation::Binary | Collation::Other(_) => left.cmp(right),
        Collation::NoCase => no_case(&encoding.utf8(left), &encoding.utf8(right)),
        Collation::RTrim => {
            let (left, right) = (encoding.utf8(left), encoding.utf8(right));
            trimmed(&left).cmp(trimmed(&right))
        }
    }
}

/// SQLite stops at a NUL, and then the longer text is the larger (`nocaseCollatingFunc` in `main.c`).
fn no_case(left: &[u8], right: &[u8]) -> Ordering {
    for (left, right) in left.iter().zip(right) {
        let (left, right) = (left.to_ascii_lowercase(), right.to_ascii_lowercase());
        if left != right {
            return left.cmp(&right);
        }
        if left == 0 {
            break;
        }
    }
    left.len().cmp(&right.len())
}

fn trimmed(text: &[u8]) -> &[u8] {
    let end = text.iter().rposition(|&byte| byte != b' ');
    let end = end.map_or(0, |last| last + 1);
    text.get(..end).unwrap_or_default()
}
