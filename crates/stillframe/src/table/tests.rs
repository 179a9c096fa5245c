use super::*;

fn print(width: Option<usize>) -> String {
    let columns = vec![
        Column::number("slot", 3),
        Column::text("salts", 17).dispensable(2),
        Column::text("CRC", 8).dispensable(1),
        Column::text("reason", 26),
    ];
    let table = Table::new(columns, width);
    let mut out = Vec::new();
    let plain = Style::new();
    table.heading(&mut out).unwrap();
    let cells = [
        "7",
        "5711f4a3/0f1e2d3c",
        "1713aad1",
        "checksum mismatch, chained",
    ];
    table.row(&cells, plain, plain, &mut out).unwrap();
    anstream::adapter::strip_str(&String::from_utf8(out).unwrap()).to_string()
}

#[test]
fn columns_are_left_out_and_said_to_be() {
    assert_eq!(
        print(None),
        "  slot  salts              CRC       reason\n     7  5711f4a3/0f1e2d3c  1713aad1  checksum mismatch, chained\n"
    );
    assert_eq!(print(Some(63)), print(None));
    assert_eq!(
        print(Some(60)),
        "  slot  salts              CRC       reason\n     7  5711f4a3/0f1e2d3c  1713aad1  checksum mismatch,\n                                     chained\n"
    );
    assert_eq!(
        print(Some(50)),
        "  no room in 50 columns for salts: --format json\n  has it\n  slot  CRC       reason\n     7  1713aad1  checksum mismatch, chained\n"
    );
    let numbers = Table::new(vec![Column::number("page", 6)], Some(60));
    let mut out = Vec::new();
    let plain = Style::new();
    numbers.row(&["7"], plain, plain, &mut out).unwrap();
    assert_eq!(out, b"       7\n");
    assert_eq!(
        print(Some(30)),
        "  no room in 30 columns for\n  salts, CRC: --format json\n  has it\n  slot  reason\n     7  checksum mismatch,\n        chained\n"
    );
}

fn names(width: Option<usize>) -> String {
    let name = "a_table_with_quite_a_long_name_that_people_do_have";
    let columns = vec![
        Column::name("whose", name.len()),
        Column::number("pages", 6),
        Column::number("share", 6).dispensable(1),
    ];
    let table = Table::new(columns, width);
    let mut out = Vec::new();
    let plain = Style::new();
    table
        .row(&[name, "12", "5 %"], plain, plain, &mut out)
        .unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn names_are_shortened_before_columns_are_left_out_and_behind() {
    assert_eq!(
        names(None),
        "  a_table_with_quite_a_long_name_that_people_do_have      12     5 %\n"
    );
    assert_eq!(names(Some(68)), names(None));
    assert_eq!(
        names(Some(67)),
        "  a_table_with_quite_a_lon…name_that_people_do_have      12     5 %\n"
    );
    assert_eq!(
        names(Some(48)),
        "  a_table_with_qu…people_do_have      12     5 %\n"
    );
    assert_eq!(
        names(Some(47)),
        "  a_table_with_qu…people_do_have      12\n"
    );
    assert_eq!(names(Some(20)), "  a_tab…have      12\n");
    assert_eq!(names(Some(5)), "  a_ta…ave      12\n");
}

#[test]
fn words_are_broken_only_where_they_may_be() {
    let print = |column: Column| {
        let table = Table::new(vec![Column::number("n", 1), column], Some(25));
        let mut out = Vec::new();
        let plain = Style::new();
        let value = "x'000102030405060708090a0b0c0d', 14";
        table.row(&["1", value], plain, plain, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    };
    assert_eq!(
        print(Column::text("is", 60)),
        "  1  x'000102030405060708090a0b0c0d',\n     14\n"
    );
    assert_eq!(
        print(Column::text("is", 60).breakable()),
        "  1  x'000102030405060708\n     090a0b0c0d',\n     14\n"
    );
}
