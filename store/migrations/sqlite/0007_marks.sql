-- +goose Up
-- A wait that a person marked as needing no answer is counted apart. The mark belongs to the
-- row that opens the wait; who gave it, and when, is kept beside.
ALTER TABLE interactions ADD COLUMN mark TEXT NOT NULL DEFAULT '';
ALTER TABLE interactions ADD COLUMN marked_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE waits ADD COLUMN mark TEXT NOT NULL DEFAULT '';
ALTER TABLE wait_hours ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wait_days ADD COLUMN marked INTEGER NOT NULL DEFAULT 0;

CREATE TABLE wait_marks (
  app_id TEXT NOT NULL,
  event_key TEXT NOT NULL,
  mark TEXT NOT NULL,
  name TEXT NOT NULL,
  marked_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, event_key)
) STRICT, WITHOUT ROWID;
