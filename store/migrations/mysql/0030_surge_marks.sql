-- +goose NO TRANSACTION
-- +goose Up
-- What people said of rises of asks: how grave, and which post or mass answer met them. Rows are added only.
CREATE TABLE IF NOT EXISTS surge_marks (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  topic VARCHAR(128) NOT NULL,
  began_at BIGINT NOT NULL,
  major TINYINT NOT NULL,
  answered_at BIGINT NOT NULL,
  answer VARCHAR(200) NOT NULL,
  by_name VARCHAR(128) NOT NULL,
  marked_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, topic, began_at, marked_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
