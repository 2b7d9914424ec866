// Ends the daemon that loads it at its N-th write to the store, before or after the write is done. Loaded by `--import`.
//
// CRASH_AT is N; even numbers end it before the write, odd ones after. CRASH_ONCE is a file that the one that is to end
// takes away first, so that the daemon started next lives; CRASH_SIGN is one that it leaves behind.

import { rmSync, writeFileSync } from "node:fs";

if (process.argv[1]?.endsWith("daemon/daemon.cjs")) {
  try {
    rmSync(process.env.CRASH_ONCE);
    await arm(Number(process.env.CRASH_AT));
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
}

async function arm(at) {
  const { default: Database } = await import("better-sqlite3");
  const statements = Object.getPrototypeOf(new Database(":memory:").prepare("SELECT 1"));
  const { run } = statements;
  let writes = 0;
  const end = () => {
    writeFileSync(process.env.CRASH_SIGN, "");
    process.kill(process.pid, "SIGKILL");
  };
  statements.run = function (...parameters) {
    writes += 1;
    if (writes === Math.ceil(at / 2) && at % 2 === 0) end();
    const result = run.apply(this, parameters);
    if (writes === Math.ceil(at / 2)) end();
    return result;
  };
}
