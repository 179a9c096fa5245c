use super::*;

fn disk(sql: &str) -> Disk {
    let recording = record(&Disk::default(), Device::default(), || {
        open("app.db").unwrap().execute_batch(sql).unwrap();
    });
    recording.after
}

fn rows(disk: &Disk) -> (i64, Disk) {
    let mut rows = 0;
    let recording = record(disk, Device::default(), || {
        let database = open("app.db").unwrap();
        let count = "SELECT count(*) FROM sqlite_schema WHERE name = 'log'";
        if database.query_row(count, [], |row| row.get(0)) == Ok(1) {
            let ask = "SELECT count(*) FROM log WHERE text <> ''";
            rows = database.query_row(ask, [], |row| row.get(0)).unwrap();
        }
    });
    (rows, recording.after)
}

const LOG: &str = "CREATE TABLE log (text); WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n LIMIT 100)
    INSERT INTO log SELECT hex(randomblob(100)) FROM n;";

/// At whatever moment a transaction is killed, all of it is there afterwards, or nothing.
#[test]
fn a_killed_transaction_is_there_or_not() {
    let before = disk(LOG);
    let recording = record(&before, Device::default(), || {
        let database = open("app.db").unwrap();
        let spill = "PRAGMA cache_size=5; BEGIN; UPDATE log SET text = ''; DELETE FROM log WHERE rowid > 90; COMMIT";
        database.execute_batch(spill).unwrap();
    });
    let (mut rolled_back, mut done) = (0, 0);
    let mut with_segments = 0;
    for moment in recording.moments() {
        let journal = moment.files.get("app.db-journal");
        let magic = [0xd9, 0xd5, 0x05, 0xf9, 0x20, 0xa1, 0x63, 0xd7];
        let headers = journal.map_or(0, |journal| {
            journal
                .chunks(512)
                .filter(|sector| sector.starts_with(&magic))
                .count()
        });
        with_segments += u32::from(headers > 1);
        match rows(&moment) {
            (100, after) => {
                rolled_back += 1;
                assert_eq!(after.files["app.db"], before.files["app.db"]);
            }
            (0, _) => done += 1,
            (rows, _) => panic!("{rows} rows"),
        }
    }
    assert_eq!(recording.moments().last().unwrap(), recording.after);
    assert!(rolled_back > 20 && done > 0 && with_segments > 0);
}

/// The sectors of a device are those of the journal.
#[test]
fn a_journal_has_the_sectors_of_the_device() {
    let before = disk(LOG);
    for (is_powersafe, expected) in [(true, 512), (false, 8192)] {
        let device = Device {
            sector: 8192,
            is_powersafe,
        };
        let recording = record(&before, device, || {
            let database = open("app.db").unwrap();
            database.execute_batch("UPDATE log SET text = ''").unwrap();
        });
        let sector = recording.moments().find_map(|moment| {
            let journal = moment.files.get("app.db-journal")?;
            Some(u32::from_be_bytes(journal.get(20..24)?.try_into().unwrap()))
        });
        assert_eq!(sector, Some(expected));
    }
}
