-- +goose NO TRANSACTION
-- +goose Up
-- The signature over the head of the audit chain, without which whoever can write to the
-- database could cut entries off at the end and set the head back.
SET @step = IF((SELECT COUNT(*) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'audit_head'
  AND column_name = 'mac') = 0, 'ALTER TABLE audit_head ADD COLUMN mac VARCHAR(64) CHARACTER SET ascii COLLATE ascii_bin NOT NULL DEFAULT ''''', 'DO 0');
PREPARE step FROM @step;
EXECUTE step;
DEALLOCATE PREPARE step;
