//! Rules of the set as a whole.
