-- +goose NO TRANSACTION
-- +goose Up
-- Groups of unanswered questions that somebody has decided to leave, and how large they were then.
CREATE TABLE IF NOT EXISTS gap_ignores (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  gap_key VARCHAR(255) NOT NULL,
  questions BIGINT NOT NULL,
  by_name VARCHAR(128) NOT NULL,
  reason VARCHAR(200) NOT NULL,
  at BIGINT NOT NULL,
  until BIGINT NOT NULL,
  PRIMARY KEY (app_id, gap_key)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
