"""What follows from the ledger: pure functions, frames in, frames and numbers out."""
