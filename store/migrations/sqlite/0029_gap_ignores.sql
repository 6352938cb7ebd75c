-- +goose Up
-- Groups of unanswered questions that somebody has decided to leave, and how large they were then.
CREATE TABLE gap_ignores (
  app_id TEXT NOT NULL,
  gap_key TEXT NOT NULL,
  questions INTEGER NOT NULL,
  by_name TEXT NOT NULL,
  reason TEXT NOT NULL,
  at INTEGER NOT NULL,
  until INTEGER NOT NULL,
  PRIMARY KEY (app_id, gap_key)
) STRICT, WITHOUT ROWID;
