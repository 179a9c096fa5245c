/// Is told how far long work has come.
pub trait Progress: Sync {
    /// `bytes` more were done.
    fn advance(&self, bytes: u64);

    /// There are `bytes` more to do than was to be seen from the lengths of the files.
    fn expect(&self, _bytes: u64) {}
}

/// Nobody is told.
impl Progress for () {
    fn advance(&self, _bytes: u64) {}
}
