-- +goose Up
-- The number that is reserved for the case that a citizen tells in a dialogue, named by the key of the
-- message with which it began.
CREATE TABLE case_numbers (
  app_id TEXT NOT NULL,
  uid TEXT NOT NULL,
  dialogue TEXT NOT NULL,
  number TEXT NOT NULL,
  reserved_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, uid)
) STRICT, WITHOUT ROWID;
CREATE INDEX case_numbers_reserved ON case_numbers (reserved_at);
