-- +goose Up
-- The menus of accounts, version by version: one may be on its way (draft, review, approved), one is
-- what was published last.
CREATE TABLE menu_versions (
  app_id TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'review', 'approved', 'published', 'replaced', 'discarded')),
  spec TEXT NOT NULL,
  author TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  reason TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  published_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, version)
) STRICT, WITHOUT ROWID;
