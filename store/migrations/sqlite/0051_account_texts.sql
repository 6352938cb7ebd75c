-- +goose Up
-- What accounts say beside their rules, and their lists of words, version by version: one of each may be
-- on its way (draft, review), one holds. What holds is a setting of the account as well.
CREATE TABLE account_texts (
  app_id TEXT NOT NULL,
  name TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('draft', 'review', 'published', 'replaced', 'discarded')),
  body TEXT NOT NULL,
  author TEXT NOT NULL,
  reviewer TEXT NOT NULL,
  reason TEXT NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, name, version)
) STRICT, WITHOUT ROWID;
