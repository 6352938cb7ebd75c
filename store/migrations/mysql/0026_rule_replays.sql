-- +goose NO TRANSACTION
-- +goose Up
-- Questions of citizens asked anew of rules on their way: how far it is, and what came of it. An instance
-- that works on one says so in touched_at.
CREATE TABLE IF NOT EXISTS rule_replays (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (state IN ('running', 'done', 'cancelled', 'failed')),
  rules MEDIUMTEXT NOT NULL,
  days BIGINT NOT NULL,
  asked_by VARCHAR(64) NOT NULL,
  asked_at BIGINT NOT NULL,
  touched_at BIGINT NOT NULL,
  done BIGINT NOT NULL,
  total BIGINT NOT NULL,
  result MEDIUMTEXT NOT NULL,
  PRIMARY KEY (id),
  KEY rule_replays_app (app_id, state, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
