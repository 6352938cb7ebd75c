-- +goose NO TRANSACTION
-- +goose Up
-- Changes of dialogues are numbered by the database in the order in which they are committed,
-- so that another instance misses none, whatever the clocks say.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'dialogues'
  AND column_name = 'seq') = 0, 'ALTER TABLE dialogues ADD COLUMN seq BIGINT NOT NULL DEFAULT 0, DROP KEY dialogues_updated,
  ADD KEY dialogues_seq (seq)', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;

CREATE TABLE IF NOT EXISTS dialogue_sequence (
  id BIGINT NOT NULL,
  last BIGINT NOT NULL,
  PRIMARY KEY (id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;

INSERT INTO dialogue_sequence (id, last) VALUES (1, 0) ON DUPLICATE KEY UPDATE last = last;
