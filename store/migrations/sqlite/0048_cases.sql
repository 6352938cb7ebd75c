-- +goose Up
-- What the desk knows of a case beside what the figures need: see package cases. state is '' in cases
-- that came as figures alone. Times are UTC microseconds, 0 = not yet; due is what counts now, 0 = nothing.
ALTER TABLE cases ADD COLUMN state TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN source TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN source_key TEXT;
ALTER TABLE cases ADD COLUMN uid TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN conversation INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN kind TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN district TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN unit TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN handler TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN place TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN photos TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN phone BLOB;
ALTER TABLE cases ADD COLUMN public INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN complex INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN accepted_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN due_accept_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN due_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN extended_to INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN due INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN returns INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN urges INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN pending TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN author TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN extend_days INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN extend_by TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN extend_reason TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN extend_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN draft BLOB;
ALTER TABLE cases ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
CREATE UNIQUE INDEX cases_source ON cases (app_id, source_key);
CREATE INDEX cases_due ON cases (app_id, due);
CREATE INDEX cases_citizen ON cases (uid, opened_at);
CREATE INDEX cases_conversation ON cases (conversation);
CREATE INDEX cases_changed ON cases (changed_at);

-- What happened to a case, in order; rows are only ever added.
CREATE TABLE case_events (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  number TEXT NOT NULL,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  actor TEXT NOT NULL,
  unit TEXT NOT NULL,
  days INTEGER NOT NULL,
  state TEXT NOT NULL,
  text BLOB NOT NULL,
  masked TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX case_events_of ON case_events (app_id, number, id);

-- The last serial of each account and day.
CREATE TABLE case_serials (
  app_id TEXT NOT NULL,
  day INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (app_id, day)
) STRICT, WITHOUT ROWID;
