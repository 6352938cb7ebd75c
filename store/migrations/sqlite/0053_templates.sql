-- +goose Up
-- Texts that people at the desk send often. owner "" = for all of the account, else for one operator
-- alone; proposed waits for a second person.
CREATE TABLE templates (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  text TEXT NOT NULL,
  proposed TEXT NOT NULL,
  reason TEXT NOT NULL,
  author TEXT NOT NULL,
  version INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (app_id, owner, name)
) STRICT;
