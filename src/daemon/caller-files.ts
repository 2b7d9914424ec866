/** Owns how files are read and written on a caller's behalf: seen from its directory, with its standard input and descriptors. */

import { randomBytes } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { chmod, copyFile, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { FileRead, Files } from "../language/context.ts";
import { errnoOf } from "../model/errors.ts";
import { encodeText } from "../relay/bytes.ts";

/** Who reads. */
export interface Caller {
  readonly cwd: string;
  /** Process id of the relay. */
  readonly pid: number;
  readonly readInput: () => Promise<Uint8Array>;
  readonly umask: number;
}

export function callerFiles(caller: Caller): Files {
  const absolute = (path: string): string => resolve(caller.cwd, path);
  return {
    async read(path): Promise<FileRead> {
      const descriptor = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)?.[1];
      if (path === "/dev/stdin" || descriptor === "0") return { bytes: await caller.readInput() };
      return readBytes(descriptor === undefined ? absolute(path) : `/proc/${caller.pid}/fd/${descriptor}`);
    },
    async write(path, bytes) {
      try {
        const isNew = statOf(absolute(path)) === undefined;
        await writeFile(encodeText(absolute(path)), bytes);
        // The daemon's own umask is narrower than the caller's.
        if (isNew) await chmod(encodeText(absolute(path)), 0o666 & ~caller.umask);
        return null;
      } catch (error) {
        return errnoOf(error) || "EIO";
      }
    },
    async temporary(bytes) {
      const path = join(tmpdir(), `pid-${caller.pid}-${randomBytes(3).toString("hex")}`);
      await writeFile(path, bytes, { flag: "wx", mode: 0o600 });
      return path;
    },
    remove: (path) => rm(encodeText(absolute(path)), { force: true }),
    async copy(from, to, keepTimes) {
      try {
        const [source, target] = [encodeText(absolute(from)), encodeText(absolute(to))];
        const { mode, atimeMs, mtimeMs } = await stat(source);
        await copyFile(source, target);
        await chmod(target, mode & 0o777);
        if (keepTimes) await utimes(target, Math.floor(atimeMs / 1000), Math.floor(mtimeMs / 1000));
        return null;
      } catch (error) {
        return errnoOf(error) || "EIO";
      }
    },
    kind(path) {
      const facts = statOf(absolute(path));
      if (!facts) return "missing";
      return facts.isFile() ? "file" : facts.isDirectory() ? "directory" : "other";
    },
    size: (path) => Number(statOf(absolute(path))?.size ?? 0),
    resolve(path) {
      try {
        return realpathSync.native(absolute(path));
      } catch {
        return absolute(path);
      }
    },
  };
}

/** Largest file that is read in one go, which is a script's size: that takes less than asking for it piece by piece. */
const smallBytes = 1024 * 1024;

async function readBytes(path: string): Promise<FileRead> {
  try {
    const facts = statOf(path);
    // What is not there is refused at once, too: a caller may look in several places.
    const small = facts === undefined || (facts.isFile() && facts.size <= smallBytes);
    return { bytes: small ? readFileSync(encodeText(path)) : await readFile(encodeText(path)) };
  } catch (error) {
    return { errno: errnoOf(error) || "EIO" };
  }
}

/** What can't be looked at counts as not there. */
function statOf(path: string): ReturnType<typeof statSync> {
  try {
    return statSync(encodeText(path), { throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
