// Starts the conformance run: main.ts, through the compiler that the tests use.

import { accessSync, constants } from "node:fs";
import { tmpdir } from "node:os";
import { runnerImport } from "vite";

/** The number of the user of Grid Engine's recordings. */
const recordedUser = 1001;

const main = new URL("main.ts", import.meta.url).pathname;
const args = process.argv.slice(2);
const { module } = await runnerImport(main, { logLevel: "error" });
if (process.getuid() === 0) becomeOrdinary();
process.exit(await module.main(args));

/** Goes on as an ordinary user, as the recordings were made: to root no file is closed. Root stays where the user can't read this. */
function becomeOrdinary() {
  process.setegid(recordedUser);
  process.seteuid(recordedUser);
  const readable = canRead(main);
  process.seteuid(0);
  process.setegid(0);
  if (!readable) return;
  process.setgroups([]);
  process.setgid(recordedUser);
  process.setuid(recordedUser);
  process.env.HOME = tmpdir();
}

function canRead(path) {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}
