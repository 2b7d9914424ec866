/** Owns a real sshd on loopback, with keys and configuration of its own in a temporary directory; its lines can be cut. */

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";

export interface SshServer {
  /** As `--over` takes it. */
  readonly over: string;
  /** Words for ssh. */
  readonly options: readonly string[];
  /** Words for ssh with which these names are machines of their own, all of them this one. */
  named(names: readonly string[]): readonly string[];
  /** Ends every connection that there is, as a rebooting login node does, and lets nobody in for so many milliseconds, or until then. */
  cut(away: number | Promise<void>): Promise<void>;
  stop(): Promise<void>;
}

export const sshd = "/usr/sbin/sshd";

/** Whether there is one to be started. */
export function hasSshd(): boolean {
  return existsSync(sshd);
}

/** Starts one for the user that runs this. */
export async function startSshServer(): Promise<SshServer> {
  const base = mkdtempSync(join(tmpdir(), "hn-sshd-"));
  const port = await freePort();
  const file = (name: string) => join(base, name);
  for (const name of ["host", "user"]) await execa("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", file(name)]);
  writeFileSync(file("authorized"), readFileSync(file("user.pub")), { mode: 0o600 });
  const key = readFileSync(file("host.pub"), "utf8");
  writeFileSync(file("known"), `[127.0.0.1]:${port} ${key}127.0.0.1 ${key}`);
  writeFileSync(file("config"), configText({ port, base }));
  if (userInfo().uid === 0) mkdirSync("/run/sshd", { recursive: true, mode: 0o755 });
  let daemon = await listening(file("config"), port);
  const cut = async (away: number | Promise<void>): Promise<void> => {
    const family = daemon.pid === undefined ? [] : [daemon.pid, ...descendants(daemon.pid)];
    // The listener first, so that nobody comes in again while the others go.
    for (const pid of family.filter((each) => isSshd(each))) tryKill(pid);
    await (typeof away === "number" ? sleep(away) : away);
    daemon = await listening(file("config"), port);
  };
  return {
    over: `ssh:${userInfo().username}@127.0.0.1:${port}`,
    options: [
      ...["-F", "none", "-i", file("user"), "-o", `UserKnownHostsFile=${file("known")}`],
      ...["-o", "IdentitiesOnly=yes", "-o", "LogLevel=ERROR"],
    ],
    named(names) {
      const hosts = names.map((name, at) => hostText(base, { name, port, address: `127.0.0.${at + 1}` }));
      writeFileSync(file("named"), hosts.join(""));
      return ["-F", file("named")];
    },
    cut,
    async stop() {
      for (const pid of daemon.pid === undefined ? [] : [daemon.pid, ...descendants(daemon.pid)]) tryKill(pid);
      rmSync(base, { recursive: true, force: true });
    },
  };
}

function configText({ port, base }: { readonly port: number; readonly base: string }): string {
  return [
    `Port ${port}`,
    // All of 127.0.0.0/8 is this machine, and nobody else reaches it.
    ...[1, 2, 3].map((last) => `ListenAddress 127.0.0.${last}`),
    `HostKey ${base}/host`,
    `AuthorizedKeysFile ${base}/authorized`,
    "PermitRootLogin yes",
    "PasswordAuthentication no",
    "KbdInteractiveAuthentication no",
    "UsePAM no",
    "StrictModes no",
    "PidFile none",
    "MaxStartups 200",
    "MaxSessions 200",
    "PrintMotd no",
  ]
    .join("\n")
    .concat("\n");
}

interface Name {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

function hostText(base: string, { name, address, port }: Name): string {
  return [
    `Host ${name}`,
    ...[`HostName ${address}`, `Port ${port}`, `User ${userInfo().username}`, `IdentityFile ${base}/user`],
    ...[`UserKnownHostsFile ${base}/known`, "HostKeyAlias 127.0.0.1", "IdentitiesOnly yes", "LogLevel ERROR"],
  ]
    .join("\n  ")
    .concat("\n");
}

async function listening(config: string, port: number): Promise<ChildProcess> {
  const daemon = spawn(sshd, ["-D", "-e", "-f", config], { stdio: ["ignore", "ignore", "ignore"] });
  for (let tries = 0; tries < 200; tries++) {
    if (await answers(port)) return daemon;
    await sleep(50);
  }
  throw new Error("sshd does not listen");
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}

/** Children, theirs, and so on; of processes that were started here only. */
function descendants(pid: number): readonly number[] {
  const all = readdirSync("/proc")
    .filter((name) => /^[0-9]+$/.test(name))
    .map(Number);
  const children = all.filter((each) => parentOf(each) === pid);
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function parentOf(pid: number): number {
  try {
    return Number(/^PPid:\t([0-9]+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return -1;
  }
}

function isSshd(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/comm`, "utf8").startsWith("sshd");
  } catch {
    return false;
  }
}

function tryKill(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch {
    // It has gone by itself.
  }
}
