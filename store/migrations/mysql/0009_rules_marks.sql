-- +goose NO TRANSACTION
-- +goose Up
-- A mark drawn anew by every change of an account's rules or emergency answers: after a
-- backup was restored version numbers come again, marks do not.
CREATE TABLE IF NOT EXISTS rules_marks (
  app_id VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  rules VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  pins VARCHAR(32) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
  PRIMARY KEY (app_id)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin;
