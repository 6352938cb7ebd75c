-- +goose Up
-- What people said of rises of asks: how grave, and which post or mass answer met them. Rows are added only.
CREATE TABLE surge_marks (
  app_id TEXT NOT NULL,
  topic TEXT NOT NULL,
  began_at INTEGER NOT NULL,
  major INTEGER NOT NULL,
  answered_at INTEGER NOT NULL,
  answer TEXT NOT NULL,
  by_name TEXT NOT NULL,
  marked_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, topic, began_at, marked_at)
) STRICT, WITHOUT ROWID;
