#!/usr/bin/env node
// Runs the callback benchmark on the real binary, with a private MariaDB beside SQLite where
// one is installed. Arguments are handed on: node scripts/bench-callbacks.mjs -rounds 5
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startMariaDB } from "./mariadb.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wenzheng-bench-"));
const database = fs.existsSync("/usr/sbin/mariadbd") ? await startMariaDB(folder) : null;
const args = database ? ["-mysql", database.dsn] : [];
const run = spawnSync("bin/bench", ["-bin", "bin/wenzheng", ...args, ...process.argv.slice(2)], { stdio: "inherit" });
if (database) await database.stop();
fs.rmSync(folder, { recursive: true, force: true });
process.exitCode = run.status ?? 1;
