// One runner at a time has a directory. Two that were started at the same instant would else take the socket from each
// other, and jobs with it.

import { statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { errnoOf } from "../model/errors.ts";

/** Something to let go of at the end; the system does it however the process ends. */
export interface Only {
  release(): void;
}

/** Takes a directory for this process; null while another runner has it. */
export async function beTheOnlyOne(directory: string): Promise<Only | null> {
  const locks = await import("../store/lock.ts").catch(() => null);
  return locks ? locks.tryLock(join(directory, "runner.lock")) : tryName(directory);
}

/** On a machine to which only the runner was sent there is no SQLite; Linux has names that go with their process. */
function tryName(directory: string): Promise<Only | null> {
  const { dev, ino } = statSync(directory);
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error) => (errnoOf(error) === "EADDRINUSE" ? resolve(null) : reject(error)));
    server.listen(`\0headnode-runner-${process.getuid?.() ?? 0}-${dev}-${ino}`, () => {
      server.unref();
      resolve({ release: () => void server.close() });
    });
  });
}
