-- +goose NO TRANSACTION
-- +goose Up
-- Passwords that an operator had before, as they were hashed: none of the last ones is taken again.
CREATE TABLE IF NOT EXISTS old_passwords (
  operator_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  set_at BIGINT NOT NULL,
  password VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (operator_id, set_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
