-- +goose Up
-- Where alarms of an account go. address and secret are sealed.
CREATE TABLE alarm_channels (
  id TEXT NOT NULL,
  app_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  address BLOB NOT NULL,
  secret BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (app_id, name)
) STRICT;

-- What an account wants to be told, as JSON; no row: the usual.
CREATE TABLE alarm_choices (
  app_id TEXT NOT NULL,
  choice TEXT NOT NULL,
  PRIMARY KEY (app_id)
) STRICT, WITHOUT ROWID;

-- What stands, or stood and not everybody was told that it is over. app_id '' = the whole service.
-- source '' = found by whichever instance looks, else the instance that is concerned. version
-- rises with every change: two that change it at once are told apart.
CREATE TABLE alarms (
  app_id TEXT NOT NULL,
  name TEXT NOT NULL,
  source TEXT NOT NULL,
  version INTEGER NOT NULL,
  state TEXT NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (app_id, name, source)
) STRICT, WITHOUT ROWID;

-- What was sent, or given up.
CREATE TABLE alarm_sends (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  channel_id TEXT NOT NULL,
  channel TEXT NOT NULL,
  name TEXT NOT NULL,
  kind TEXT NOT NULL,
  title TEXT NOT NULL,
  outcome TEXT NOT NULL,
  detail TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX alarm_sends_by_account ON alarm_sends (app_id, at);
