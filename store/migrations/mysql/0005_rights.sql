-- +goose NO TRANSACTION
-- +goose Up
-- What WeChat lets an account do, as last found out by asking.
CREATE TABLE IF NOT EXISTS account_rights (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(8) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  err_code BIGINT NOT NULL,
  checked_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
