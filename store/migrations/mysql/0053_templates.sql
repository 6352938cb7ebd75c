-- +goose NO TRANSACTION
-- +goose Up
-- Texts that people at the desk send often. owner "" = for all of the account, else for one operator
-- alone; proposed waits for a second person.
CREATE TABLE IF NOT EXISTS templates (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  owner VARCHAR(128) NOT NULL,
  name VARCHAR(128) NOT NULL,
  text TEXT NOT NULL,
  proposed TEXT NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  author VARCHAR(128) NOT NULL,
  version BIGINT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY templates_name (app_id, owner, name)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
