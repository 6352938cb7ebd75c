-- +goose Up
-- Who is on duty when, as the office planned it. Days are inclusive, "" = without end; weekdays are
-- digits, 1 = Monday; hours as 09:00-12:00,13:30-17:30; topics by |, "" = all.
CREATE TABLE duties (
  id INTEGER NOT NULL,
  app_id TEXT NOT NULL,
  operator TEXT NOT NULL,
  day_from TEXT NOT NULL,
  day_to TEXT NOT NULL,
  weekdays TEXT NOT NULL,
  hours TEXT NOT NULL,
  topics TEXT NOT NULL,
  PRIMARY KEY (id)
) STRICT;
CREATE INDEX duties_of ON duties (app_id, operator);

-- Who is at the desk now, and what they look at: a heartbeat, not a record.
CREATE TABLE presence (
  operator TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('online', 'busy', 'away')),
  seen_at INTEGER NOT NULL,
  viewing INTEGER NOT NULL,
  typing INTEGER NOT NULL,
  viewed_at INTEGER NOT NULL,
  PRIMARY KEY (operator)
) STRICT;

CREATE TABLE desk_drafts (
  operator TEXT NOT NULL,
  conversation INTEGER NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN ('reply', 'note')),
  text BLOB NOT NULL,
  version INTEGER NOT NULL,
  saved_at INTEGER NOT NULL,
  PRIMARY KEY (operator, conversation, kind)
) STRICT;

CREATE TABLE conversation_seen (
  operator TEXT NOT NULL,
  conversation INTEGER NOT NULL,
  seen_at INTEGER NOT NULL,
  PRIMARY KEY (operator, conversation)
) STRICT;
