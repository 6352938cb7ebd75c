-- +goose Up
-- Settings of an account that hold from a day on; '' = always.
CREATE TABLE account_settings (
  app_id TEXT NOT NULL,
  name TEXT NOT NULL,
  valid_from TEXT NOT NULL,
  value TEXT NOT NULL,
  PRIMARY KEY (app_id, name, valid_from)
) STRICT, WITHOUT ROWID;
INSERT INTO account_settings (app_id, name, valid_from, value)
  SELECT app_id, 'office_hours', '', office_hours FROM accounts WHERE office_hours <> '';
ALTER TABLE accounts DROP COLUMN office_hours;

-- year is that of the notice that rules the day, 0 = ruled by hand, which wins.
CREATE TABLE calendar_day (
  day TEXT NOT NULL,
  year INTEGER NOT NULL,
  name TEXT NOT NULL,
  work INTEGER NOT NULL,
  PRIMARY KEY (day, year)
) STRICT, WITHOUT ROWID;
INSERT INTO calendar_day (day, year, name, work) SELECT day, 0, name, work FROM calendar_days;
DROP TABLE calendar_days;

-- Only waits that were open in this time, in Unix seconds, are to be remeasured.
ALTER TABLE remeasure ADD COLUMN since_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE remeasure ADD COLUMN until_at INTEGER NOT NULL DEFAULT 9223372036854775807;
