-- +goose Up
-- The office seconds of an answer and whether a wait was the first of its session stand in the index
-- too: medians on either clock, of all waits and of first ones, are read from it alone.
DROP INDEX waits_window;
CREATE INDEX waits_window ON waits (app_id, channel, rolled, open_at, id, answer_at, bot_at, left_at, topic, staff, assignee, mark,
  first_wait, office_rt);

-- Until when each account's problems were looked for window by window, from when on where its log is
-- older, by which rules, and how much the log held then.
CREATE TABLE diagnosed (
  app_id TEXT NOT NULL,
  through INTEGER NOT NULL,
  began INTEGER NOT NULL,
  rule_version TEXT NOT NULL,
  waits INTEGER NOT NULL,
  articles INTEGER NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;
