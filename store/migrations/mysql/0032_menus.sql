-- +goose NO TRANSACTION
-- +goose Up
-- The menus of accounts, version by version: one may be on its way (draft, review, approved), one is
-- what was published last.
CREATE TABLE IF NOT EXISTS menu_versions (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  version BIGINT NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (state IN ('draft', 'review', 'approved', 'published', 'replaced', 'discarded')),
  spec MEDIUMTEXT NOT NULL,
  author VARCHAR(64) NOT NULL,
  reviewer VARCHAR(64) NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  changed_at BIGINT NOT NULL,
  published_at BIGINT NOT NULL,
  PRIMARY KEY (app_id, version)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
