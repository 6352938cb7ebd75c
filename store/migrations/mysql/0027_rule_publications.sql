-- +goose NO TRANSACTION
-- +goose Up
-- Publishing that is planned: which editions of which rules, when, and what became of it.
CREATE TABLE IF NOT EXISTS rule_publications (
  id BIGINT NOT NULL,
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  at BIGINT NOT NULL,
  state VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL CHECK (state IN ('waiting', 'done', 'failed', 'cancelled')),
  rules MEDIUMTEXT NOT NULL,
  planned_by TEXT NOT NULL,
  planned_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL,
  version BIGINT NOT NULL,
  reason VARCHAR(1024) NOT NULL,
  PRIMARY KEY (id),
  KEY rule_publications_due (state, at),
  KEY rule_publications_app (app_id, id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
