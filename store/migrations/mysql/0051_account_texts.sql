-- +goose NO TRANSACTION
-- +goose Up
-- What accounts say beside their rules, and their lists of words, version by version: one of each may be
-- on its way (draft, review), one holds. What holds is a setting of the account as well.
CREATE TABLE IF NOT EXISTS account_texts (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  name VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (state IN ('draft', 'review', 'published', 'replaced', 'discarded')),
  body TEXT NOT NULL,
  author VARCHAR(64) NOT NULL,
  reviewer VARCHAR(64) NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, name, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
