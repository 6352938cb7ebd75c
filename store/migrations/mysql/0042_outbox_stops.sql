-- +goose NO TRANSACTION
-- +goose Up
-- Accounts whose quota of calls is used up: nothing of theirs is sent before until.
CREATE TABLE IF NOT EXISTS outbox_stops (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  until BIGINT NOT NULL,
  errcode BIGINT NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
