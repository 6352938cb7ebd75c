-- +goose Up
-- What citizens ask of people: see package desk. open_key is the citizen's uid while the
-- conversation is open, so that a citizen has one; source_key is the message that asked for it.
-- Times are UTC microseconds, 0 = not yet. Nothing here opens, stops or closes a wait.
CREATE TABLE conversations (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  uid TEXT NOT NULL,
  open_key TEXT,
  source_key TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('queued', 'assigned', 'answered', 'closed', 'expired')),
  reason TEXT NOT NULL,
  topic TEXT NOT NULL,
  assignee TEXT NOT NULL,
  queued_at INTEGER NOT NULL,
  promised_at INTEGER NOT NULL,
  assigned_at INTEGER NOT NULL,
  last_in_at INTEGER NOT NULL,
  last_in_key TEXT NOT NULL,
  last_text TEXT NOT NULL,
  owed_at INTEGER NOT NULL,
  answered_at INTEGER NOT NULL,
  closed_at INTEGER NOT NULL,
  close_code TEXT NOT NULL,
  close_text TEXT NOT NULL,
  version INTEGER NOT NULL,
  changed_at INTEGER NOT NULL,
  PRIMARY KEY (id),
  UNIQUE (open_key),
  UNIQUE (app_id, source_key)
) STRICT;
CREATE INDEX conversations_box ON conversations (app_id, state, last_in_at);
CREATE INDEX conversations_assignee ON conversations (assignee, state);
CREATE INDEX conversations_citizen ON conversations (uid, queued_at);
CREATE INDEX conversations_changed ON conversations (changed_at);

CREATE TABLE conversation_notes (
  id INTEGER NOT NULL,
  conversation INTEGER NOT NULL,
  author TEXT NOT NULL,
  text BLOB NOT NULL,
  masked TEXT NOT NULL,
  at INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX conversation_notes_of ON conversation_notes (conversation, id);

