-- +goose NO TRANSACTION
-- +goose Up
-- How often each rule answered on a day, counted from the log behind the answers.
CREATE TABLE IF NOT EXISTS rule_days (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rule_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  hits BIGINT NOT NULL,
  last_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, rule_id, day),
  KEY rule_days_day (app_id, day)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
-- Up to which row of the log they were counted, and on what day.
CREATE TABLE IF NOT EXISTS rule_days_upto (
  one BIGINT NOT NULL,
  row_id BIGINT NOT NULL,
  day BIGINT NOT NULL,
  PRIMARY KEY (one)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
