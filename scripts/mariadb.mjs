// A private MariaDB in a folder of its own, for tests: started, killed and stopped by pid.
import { spawn, spawnSync } from "node:child_process";
import fs from "node:fs";
import net from "node:net";
import path from "node:path";

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const asRoot = process.getuid() === 0 ? ["--user=root"] : [];

export async function startMariaDB(dir) {
  fs.mkdirSync(dir, { recursive: true });
  // The folder of temporary tables is the server's own: a server that starts sweeps it.
  const common = ["--no-defaults", `--datadir=${path.join(dir, "data")}`, `--tmpdir=${dir}`, ...asRoot];
  const install = spawnSync("mariadb-install-db", [...common, "--auth-root-authentication-method=normal", "--skip-test-db"],
    { encoding: "utf8" });
  if (install.status !== 0) throw new Error(`mariadb-install-db: ${install.stderr}`);
  const port = await new Promise((done) => {
    const s = net.createServer().listen(0, "127.0.0.1", () => { const p = s.address().port; s.close(() => done(p)); });
  });
  const socket = path.join(dir, "sock");
  const out = fs.openSync(path.join(dir, "mariadbd.log"), "a");
  let server;
  const query = (sql) => spawnSync("mariadb", ["--no-defaults", `--socket=${socket}`, "-uroot", "-e", sql], { encoding: "utf8" });
  const start = async () => {
    server = spawn("/usr/sbin/mariadbd", [...common, `--socket=${socket}`, `--port=${port}`,
      "--bind-address=127.0.0.1", "--character-set-server=utf8mb4", "--collation-server=utf8mb4_bin",
      "--innodb-flush-log-at-trx-commit=1"], { stdio: ["ignore", out, out] });
    for (let i = 0; i < 300; i++) {
      if (query("SELECT 1").status === 0) return;
      await sleep(100);
    }
    throw new Error("mariadbd does not answer");
  };
  await start();
  const made = query("CREATE DATABASE wenzheng; CREATE USER w@'127.0.0.1' IDENTIFIED BY 'w'; GRANT ALL ON wenzheng.* TO w@'127.0.0.1'");
  if (made.status !== 0) throw new Error(`mariadb: ${made.stderr}`);
  return {
    dsn: `w:w@tcp(127.0.0.1:${port})/wenzheng`,
    start,
    kill: () => process.kill(server.pid, "SIGKILL"),
    stop: () => new Promise((done) => { server.once("exit", done); process.kill(server.pid, "SIGTERM"); }),
  };
}
