-- +goose Up
-- Accounts whose quota of calls is used up: nothing of theirs is sent before until.
CREATE TABLE outbox_stops (
  app_id TEXT NOT NULL,
  until INTEGER NOT NULL,
  errcode INTEGER NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;
