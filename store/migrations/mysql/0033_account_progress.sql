-- +goose NO TRANSACTION
-- +goose Up
-- What was done with a new account and leaves no other trace: the doctor's last look at it, and the last
-- sentence that was tried on its rules.
CREATE TABLE IF NOT EXISTS account_progress (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  step VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (step IN ('check', 'try')),
  at BIGINT NOT NULL,
  detail MEDIUMTEXT NOT NULL,
  PRIMARY KEY (app_id, step)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
