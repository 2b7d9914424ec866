/** Owns the socket at which commands arrive. */

import { rmSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { createRecollection } from "../language/told.ts";
import { UnreachableError } from "../model/errors.ts";
import { converse, type House } from "./conversation.ts";

export interface FrontDoor {
  /** Connections that are open. */
  count(): number;
  /** Lets nobody in any more; resolves when at most `leave` connections are left, or that many milliseconds are over. */
  shut(leave: number, patienceMs: number): Promise<void>;
  /** Resolves when the last connection is closed. */
  emptied(): Promise<void>;
}

/** Opens the door at that path; what lies there is of a daemon that is gone. `moved`: somebody came or went. */
export async function openFrontDoor(path: string, house: House, moved: () => void): Promise<FrontDoor> {
  const open = new Set<Socket>();
  const recollection = createRecollection();
  const server = createServer((socket) => {
    open.add(socket);
    moved();
    socket.on("close", () => {
      open.delete(socket);
      moved();
    });
    converse(house, socket, recollection);
  });
  rmSync(path, { force: true });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (cause) =>
      reject(new UnreachableError(`can't listen at ${path}: ${cause.message}`, { cause })),
    );
    server.listen(path, resolve);
  });
  return {
    count: () => open.size,
    async shut(leave, patienceMs) {
      server.close();
      rmSync(path, { force: true });
      await fewEnough(open, leave, patienceMs);
    },
    emptied: () => fewEnough(open, 0, 2_000),
  };
}

/** Resolves when there are at most so many, or after so many milliseconds. */
function fewEnough(open: ReadonlySet<Socket>, leave: number, patienceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patienceMs);
    const check = (): void => {
      if (open.size > leave) return;
      clearTimeout(timer);
      resolve();
    };
    for (const socket of open) socket.on("close", check);
    check();
  });
}
