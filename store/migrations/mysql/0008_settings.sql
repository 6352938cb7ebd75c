-- +goose NO TRANSACTION
-- +goose Up
-- Settings of an account that hold from a day on; '' = always.
CREATE TABLE IF NOT EXISTS account_settings (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  valid_from VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  value VARCHAR(4000) NOT NULL,
  PRIMARY KEY (app_id, name, valid_from)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- A step that broke off half-way is repeated.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'accounts'
  AND column_name = 'office_hours') = 1, 'INSERT IGNORE INTO account_settings (app_id, name, valid_from, value)
  SELECT app_id, ''office_hours'', '''', office_hours FROM accounts WHERE office_hours <> ''''', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'accounts'
  AND column_name = 'office_hours') = 1, 'ALTER TABLE accounts DROP COLUMN office_hours', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

-- year is that of the notice that rules the day, 0 = ruled by hand, which wins.
CREATE TABLE IF NOT EXISTS calendar_day (
  day VARCHAR(10) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  year BIGINT NOT NULL,
  name VARCHAR(128) NOT NULL,
  work TINYINT NOT NULL,
  PRIMARY KEY (day, year)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

SET @step = IF((SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'calendar_days') = 1,
  'INSERT IGNORE INTO calendar_day (day, year, name, work) SELECT day, 0, name, work FROM calendar_days', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
DROP TABLE IF EXISTS calendar_days;

-- Only waits that were open in this time, in Unix seconds, are to be remeasured.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'remeasure'
  AND column_name = 'until_at') = 0, 'ALTER TABLE remeasure ADD COLUMN since_at BIGINT NOT NULL DEFAULT 0,
  ADD COLUMN until_at BIGINT NOT NULL DEFAULT 9223372036854775807', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
