-- +goose Up
ALTER TABLE waits ADD COLUMN texts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE waits ADD COLUMN served_texts INTEGER NOT NULL DEFAULT 0;
ALTER TABLE waits ADD COLUMN age_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE waits ADD COLUMN aged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE waits ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;
CREATE INDEX waits_age ON waits (aged, age_at) WHERE age_at > 0;

ALTER TABLE wait_hours ADD COLUMN queries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wait_hours ADD COLUMN served INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wait_hours ADD COLUMN aged INTEGER NOT NULL DEFAULT 0;
ALTER TABLE wait_hours ADD COLUMN repeated INTEGER NOT NULL DEFAULT 0;

ALTER TABLE measure_state ADD COLUMN aged_until INTEGER NOT NULL DEFAULT 0;

CREATE TABLE clicks (
  app_id TEXT NOT NULL,
  event_key TEXT NOT NULL,
  channel TEXT NOT NULL,
  at INTEGER NOT NULL,
  topic TEXT NOT NULL,
  served INTEGER NOT NULL,
  PRIMARY KEY (event_key, app_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX clicks_time ON clicks (app_id, channel, at);

CREATE TABLE unfollows (
  app_id TEXT NOT NULL,
  at INTEGER NOT NULL,
  event_key TEXT NOT NULL,
  PRIMARY KEY (app_id, at, event_key)
) STRICT, WITHOUT ROWID;

INSERT INTO unfollows (app_id, at, event_key) SELECT app_id, at / 1000000, event_key FROM interactions
  WHERE kind = 'unsubscribe' AND probe = 0;

-- What is new of the waits and clicks of an older log comes from its rows, with the next sweep.
UPDATE measure_state SET version = version + 1 WHERE id = 1;
DELETE FROM remeasure;
INSERT INTO remeasure (app_id, version) SELECT '', version FROM measure_state WHERE id = 1 AND EXISTS (SELECT 1 FROM interactions);
