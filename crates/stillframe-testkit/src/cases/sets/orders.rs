//! A shop's orders: eight commits, and the sixth deletes what somebody wants back.

use crate::builder::{Plan, SetBuilder};
use crate::cases::{Case, material};

pub fn case() -> Case {
    let mut set = SetBuilder::new("orders", &Plan::with_page_size(512));
    set.sql(
        "CREATE TABLE orders(id INTEGER PRIMARY KEY, customer TEXT, item TEXT, cents INTEGER, state TEXT);
         CREATE INDEX orders_by_customer ON orders(customer);
         INSERT INTO orders(customer, item, cents, state) VALUES
            ('Ada', 'lamp', 4200, 'paid'), ('Blaise', 'desk', 18900, 'paid'), ('Carl', 'chair', 7450, 'open'),
            ('Emmy', 'shelf', 9900, 'paid'), ('Sofja', 'ink', 1250, 'open'), ('Leonhard', 'bridge', 70000, 'open');",
    );
    set.checkpoint("TRUNCATE");
    set.commit("INSERT INTO orders VALUES(7, 'Srinivasa', 'notebook', 1729, 'open')")
        .commit("UPDATE orders SET state = 'paid' WHERE id = 5")
        .commit("INSERT INTO orders VALUES(8, 'Ada', 'punched cards', 2400, 'open'), (9, 'Pierre', 'margin', 100, 'paid')")
        .commit("CREATE TABLE refunds(order_id INTEGER, cents INTEGER)")
        .commit("INSERT INTO refunds VALUES(2, 18900)")
        .commit("DELETE FROM orders WHERE state = 'open'")
        .commit("INSERT INTO orders VALUES(10, 'Evariste', 'candle', 120, 'paid')")
        .commit("UPDATE orders SET cents = 4100 WHERE id = 1");
    Case::good(
        "sets/orders",
        "A shop's orders in eight commits, of which the sixth deletes every open order.",
        "SQLite, copied while the connection was open",
        material::files(material::fixed(set.copy())),
    )
}
