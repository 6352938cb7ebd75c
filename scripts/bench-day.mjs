#!/usr/bin/env node
// Lives through a day of the desk at 100 times the usual speed, on a private MariaDB where one is installed, else on
// SQLite. Arguments are handed on: node scripts/bench-day.mjs -conversations 200 -speed 600
import { spawnSync } from "node:child_process";
import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { startMariaDB } from "./mariadb.mjs";

const folder = fs.mkdtempSync(path.join(os.tmpdir(), "wenzheng-day-"));
const database = fs.existsSync("/usr/sbin/mariadbd") ? await startMariaDB(folder) : null;
const run = spawnSync("bin/day", [...(database ? ["-mysql", database.dsn] : []), ...process.argv.slice(2)], { stdio: "inherit" });
if (database) await database.stop();
fs.rmSync(folder, { recursive: true, force: true });
process.exitCode = run.status ?? 1;
