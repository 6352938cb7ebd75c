-- +goose Up
-- How often each rule answered on a day, counted from the log behind the answers.
CREATE TABLE rule_days (
  app_id TEXT NOT NULL,
  rule_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  hits INTEGER NOT NULL,
  last_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, rule_id, day)
) STRICT, WITHOUT ROWID;
CREATE INDEX rule_days_day ON rule_days (app_id, day);
-- Up to which row of the log they were counted, and on what day.
CREATE TABLE rule_days_upto (
  one INTEGER NOT NULL,
  row_id INTEGER NOT NULL,
  day INTEGER NOT NULL,
  PRIMARY KEY (one)
) STRICT;
