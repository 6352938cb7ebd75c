-- +goose Up
-- Changes of dialogues are numbered by the database in the order in which they are committed,
-- so that another instance misses none, whatever the clocks say.
ALTER TABLE dialogues ADD COLUMN seq INTEGER NOT NULL DEFAULT 0;
DROP INDEX dialogues_updated;
CREATE INDEX dialogues_seq ON dialogues (seq);
CREATE TABLE dialogue_sequence (
  id INTEGER NOT NULL,
  last INTEGER NOT NULL,
  PRIMARY KEY (id)
) STRICT, WITHOUT ROWID;
INSERT INTO dialogue_sequence (id, last) VALUES (1, 0);
