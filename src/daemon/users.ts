/** Owns who is who on this machine, as far as commands ask. */

import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { type UserInfo, userInfo } from "node:os";
import type { User } from "../model/job.ts";

export interface Users {
  /** The user with that uid; a made-up name where the machine knows none. */
  withUid(uid: number): Promise<User>;
  /** By name or uid; null for somebody this machine doesn't know. */
  named(nameOrUid: string): User | null;
}

/**
 * Users as the machine's files have them; directory services are asked for callers only, once each.
 * `ownHome` is the home directory of the daemon's own user where it isn't to be the machine's, as in a container.
 */
export function createUsers(ownHome?: string): Users {
  const known = new Map<number, User>();
  const remember = (found: User): User => {
    const user = ownHome && found.uid === process.getuid?.() ? { ...found, home: ownHome } : found;
    known.set(user.uid, user);
    return user;
  };
  const find = (nameOrUid: string): User | null =>
    [...known.values()].find((user) => isNamed(user, nameOrUid)) ?? fromFile(nameOrUid);
  return {
    named: find,
    async withUid(uid) {
      const found = known.get(uid) ?? fromFile(String(uid)) ?? (await fromService(uid)) ?? fromSystem(uid);
      return remember(found);
    },
  };
}

function isNamed({ name, uid }: User, nameOrUid: string): boolean {
  return name === nameOrUid || String(uid) === nameOrUid;
}

function fromFile(nameOrUid: string): User | null {
  for (const line of textOf("/etc/passwd").split("\n")) {
    const user = readEntry(line);
    if (user && isNamed(user, nameOrUid)) return user;
  }
  return null;
}

function fromService(uid: number): Promise<User | null> {
  return new Promise((resolve) => {
    execFile("getent", ["passwd", String(uid)], { timeout: 5_000 }, (error, text) => {
      resolve(error ? null : readEntry(text.split("\n", 1)[0] ?? ""));
    });
  });
}

/** What Node knows of the user it runs as; anybody else is but a number. */
function fromSystem(uid: number): User {
  const own = ownInfo();
  const gid = own?.gid ?? uid;
  const mine = own?.uid === uid ? own : null;
  return {
    name: mine?.username ?? String(uid),
    uid,
    gid,
    group: groupName(gid),
    home: mine?.homedir ?? "/",
    shell: mine?.shell ?? "/bin/sh",
  };
}

function ownInfo(): UserInfo<string> | null {
  try {
    return userInfo();
  } catch {
    // A container's user often has no entry anywhere.
    return null;
  }
}

/** A line of passwd(5). */
function readEntry(line: string): User | null {
  const [name, , uid, gid, , home, shell] = line.split(":");
  if (!name || uid === undefined || gid === undefined) return null;
  return {
    name,
    uid: Number(uid),
    gid: Number(gid),
    group: groupName(Number(gid)),
    home: home || "/",
    shell: shell || "/bin/sh",
  };
}

function groupName(gid: number): string {
  const line = textOf("/etc/group")
    .split("\n")
    .find((each) => each.split(":")[2] === String(gid));
  return line?.split(":")[0] ?? String(gid);
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // A machine without the file has its users elsewhere.
    return "";
  }
}
