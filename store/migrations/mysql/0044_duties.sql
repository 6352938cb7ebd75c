-- +goose NO TRANSACTION
-- +goose Up
-- Who is on duty when, as the office planned it. Days are inclusive, "" = without end; weekdays are
-- digits, 1 = Monday; hours as 09:00-12:00,13:30-17:30; topics by |, "" = all.
CREATE TABLE IF NOT EXISTS duties (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  operator VARCHAR(128) NOT NULL,
  day_from VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  day_to VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  weekdays VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  hours VARCHAR(255) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  topics VARCHAR(512) NOT NULL,
  PRIMARY KEY (id),
  KEY duties_of (app_id, operator)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

-- Who is at the desk now, and what they look at: a heartbeat, not a record.
CREATE TABLE IF NOT EXISTS presence (
  operator VARCHAR(128) NOT NULL,
  state VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (state IN ('online', 'busy', 'away')),
  seen_at BIGINT NOT NULL,
  viewing BIGINT NOT NULL,
  typing BIGINT NOT NULL,
  viewed_at BIGINT NOT NULL,
  PRIMARY KEY (operator)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS desk_drafts (
  operator VARCHAR(128) NOT NULL,
  conversation BIGINT NOT NULL,
  kind VARCHAR(16) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (kind IN ('reply', 'note')),
  text MEDIUMBLOB NOT NULL,
  version BIGINT NOT NULL,
  saved_at BIGINT NOT NULL,
  PRIMARY KEY (operator, conversation, kind)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

CREATE TABLE IF NOT EXISTS conversation_seen (
  operator VARCHAR(128) NOT NULL,
  conversation BIGINT NOT NULL,
  seen_at BIGINT NOT NULL,
  PRIMARY KEY (operator, conversation)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
