-- +goose Up
-- All that one of several instances does for all is under a lease of this table: fetching of
-- access tokens, which had a lease in their own table, and the jobs that run by themselves.
CREATE TABLE leases (
  name TEXT NOT NULL,
  holder TEXT NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (name)
) STRICT, WITHOUT ROWID;
ALTER TABLE tokens DROP COLUMN lease_holder;
ALTER TABLE tokens DROP COLUMN lease_until;
