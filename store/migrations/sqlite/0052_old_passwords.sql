-- +goose Up
-- Passwords that an operator had before, as they were hashed: none of the last ones is taken again.
CREATE TABLE old_passwords (
  operator_id TEXT NOT NULL,
  set_at INTEGER NOT NULL,
  password TEXT NOT NULL,
  PRIMARY KEY (operator_id, set_at)
) STRICT;
