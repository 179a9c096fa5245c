use super::*;

#[test]
fn an_empty_database_is_sound_and_loses_its_wal() {
    let oracle = Oracle::new();
    let mut wal = crate::naive::Writer::new(512, (1, 2), 0);
    wal.frame(1, &[0; 512], 1);
    let wal = wal.into_bytes();
    let judgement = oracle.judge(&[], None);
    assert_eq!((judgement.outcome, judgement.wal_index), (Ok(()), None));
    assert!(!oracle.keeps_wal(&[], &wal));
    assert!(oracle.keeps_wal(&[7; 512], &wal));
}

#[test]
fn hostile_bytes_are_refused_with_a_code() {
    let oracle = Oracle::new();
    let refusal = oracle
        .judge(&[7; 1024], Some(&[9; 100]))
        .outcome
        .unwrap_err();
    assert_eq!((refusal.code, refusal.extended), (26, 26));
    assert_eq!(oracle.content(&[7; 1024], None).unwrap_err().code, 26);
}
