-- +goose NO TRANSACTION
-- +goose Up
-- What citizens ask of people: see package desk. open_key is the citizen's uid while the
-- conversation is open, so that a citizen has one; source_key is the message that asked for it.
-- Times are UTC microseconds, 0 = not yet. Nothing here opens, stops or closes a wait.
CREATE TABLE IF NOT EXISTS conversations (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  uid VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  open_key VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin,
  source_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (state IN ('queued', 'assigned', 'answered', 'closed', 'expired')),
  reason VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  topic VARCHAR(128) NOT NULL,
  assignee VARCHAR(128) NOT NULL,
  queued_at BIGINT NOT NULL,
  promised_at BIGINT NOT NULL,
  assigned_at BIGINT NOT NULL,
  last_in_at BIGINT NOT NULL,
  last_in_key VARCHAR(128) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  last_text VARCHAR(512) NOT NULL,
  owed_at BIGINT NOT NULL,
  answered_at BIGINT NOT NULL,
  closed_at BIGINT NOT NULL,
  close_code VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  close_text VARCHAR(512) NOT NULL,
  version BIGINT NOT NULL,
  changed_at BIGINT NOT NULL,
  PRIMARY KEY (id),
  UNIQUE KEY open_key (open_key),
  UNIQUE KEY source_key (app_id, source_key),
  KEY conversations_box (app_id, state, last_in_at),
  KEY conversations_assignee (assignee, state),
  KEY conversations_citizen (uid, queued_at),
  KEY conversations_changed (changed_at)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS conversation_notes (
  id BIGINT NOT NULL,
  conversation BIGINT NOT NULL,
  author VARCHAR(128) NOT NULL,
  text MEDIUMBLOB NOT NULL,
  masked TEXT NOT NULL,
  at BIGINT NOT NULL,
  PRIMARY KEY (id),
  KEY conversation_notes_of (conversation, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

