-- +goose NO TRANSACTION
-- +goose Up
-- The number that is reserved for the case that a citizen tells in a dialogue, named by the key of the
-- message with which it began.
CREATE TABLE IF NOT EXISTS case_numbers (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  dialogue VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  number VARCHAR(128) NOT NULL,
  reserved_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, uid),
  KEY case_numbers_reserved (reserved_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
