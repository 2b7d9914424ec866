/**
 * Owns the way to the runner of one plain machine: what the machine is, what has to be put there first, and the stream
 * through which it is spoken to.
 */

import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Duplex } from "node:stream";
import { readIndices } from "../model/indices.ts";
import type { MachineUse } from "../model/machine-use.ts";
import { type JobRecord, readLines } from "../runner/records.ts";
import type { Backend, BackendEvents } from "./backend.ts";
import { type Part, repliesIn, scriptOf, shellWord } from "./dialogue.ts";
import { type HostBuild, nodeWorks } from "./host-build.ts";
import { readUse, useText } from "./host-use.ts";
import { tellRecords } from "./processes.ts";
import { type Orders, openClient } from "./runner-client.ts";
import type { Opened, Transport } from "./transports.ts";

/** Where a runner is to be, and how it is reached. */
export interface HostPlace {
  readonly transport: Transport;
  readonly build: HostBuild;
  /** Names the runner's directory there: no two states of headnode, and no two nodes, have the same. */
  readonly id: string;
  /** headnode's directory there; empty: in the home of the login. */
  readonly directory: string;
  /** Said before anything else there. */
  readonly variables: Readonly<Record<string, string>>;
  /** The socket of the daemon here, to which commands of jobs there are led. */
  readonly socket: string;
}

/** What a machine turned out to be. */
export interface HostFacts {
  readonly hostName: string;
  readonly arch: string;
  /** Processors that may be used there. */
  readonly allowed: readonly number[];
  /** Bytes. */
  readonly memory: number;
  /** The directory of the runner there, and of the programs. */
  readonly own: string;
  readonly build: string;
  readonly kind: "c" | "node";
  /** How busy it was when it was looked at. */
  readonly use: MachineUse;
}

/** A runner there that is spoken to. */
export interface HostLink {
  readonly facts: HostFacts;
  readonly orders: Orders;
  readonly running: Backend["running"];
}

/** So long may a machine take for an answer, and for compiling, in milliseconds. */
const patienceMs = 30_000;
const buildMs = 300_000;

/** Reaches the runner there; `events` has heard of every end that was not acknowledged when it resolves. Throws why not. */
export async function linkHost(place: HostPlace, facts: HostFacts, events: BackendEvents): Promise<HostLink> {
  const lead = `${facts.own}/s.${randomBytes(4).toString("hex")}`;
  const opened = place.transport.open(openScript(place, facts, lead), { there: lead, here: place.socket });
  const patience = setTimeout(() => opened.stream.destroy(), patienceMs);
  try {
    return await speak(opened, facts, events);
  } catch (error) {
    opened.stream.destroy();
    throw error;
  } finally {
    clearTimeout(patience);
  }
}

async function speak(opened: Opened, facts: HostFacts, events: BackendEvents): Promise<HostLink> {
  const records = await recordsFrom(opened);
  const client = openClient(opened.stream, events, watchedOnly);
  if ((await client.listed) === undefined)
    throw new Error(opened.complaint() || "the connection broke as soon as it was there");
  const known = client.reported();
  tellRecords(
    records.filter(({ key }) => !known.has(key)),
    events,
  );
  return { facts, orders: client.orders, running: client.running };
}

const watchedOnly = { groups: "", said: "by watching the processes" };

/** What is there; what is missing is put there first. Throws why that is not known. */
export async function lookAt(place: HostPlace): Promise<HostFacts> {
  const found = await ask(place, ["hn_run hn_look"], patienceMs);
  if (found.kind !== "none") return readFacts(found);
  return readFacts(await ask(place, [`${place.build.script()}hn_run hn_install`, "hn_run hn_look"], buildMs));
}

type Said = Readonly<Record<string, string>>;

async function ask(place: HostPlace, parts: readonly Part[], timeoutMs: number): Promise<Said> {
  const ran = await place.transport.run(scriptOf([placeText(place), ...parts]), timeoutMs);
  if (ran.kind === "unreachable") throw new Error(ran.why);
  const replies = repliesIn(ran.out);
  if (replies === null) throw new Error(ran.err.trim().split("\n").at(-1) || `sh ended with ${ran.code}`);
  const failed = replies.find(({ code }) => code !== 0);
  if (failed)
    throw new Error(failed.err.trim().split("\n").slice(-3).join("; ") || `a command ended with ${failed.code}`);
  const lines = (replies.at(-1)?.out ?? "").split("\n").map((line) => line.split(/=(.*)/s));
  return Object.fromEntries(lines.map(([name = "", value = ""]) => [name, value]));
}

function readFacts(said: Said): HostFacts {
  const { host = "", arch = "", cpus = "", memory = "0", own = "", build = "", kind } = said;
  const allowed = readIndices(cpus).flatMap(([first, last]) =>
    Array.from({ length: last - first + 1 }, (_, at) => first + at),
  );
  return {
    ...{ hostName: host, arch, allowed, memory: Number(memory) * 1024, own, build },
    ...{ kind: kind === "node" ? "node" : "c", use: readUse(said) },
  };
}

/** Where things are there, and functions that look and install. */
function placeText({ directory, variables, build, id }: HostPlace): string {
  const exports = Object.entries(variables).map(([name, value]) => `export ${name}=${shellWord(value)}\n`);
  const base = directory === "" ? `"\${XDG_DATA_HOME:-$HOME/.local/share}/headnode"` : shellWord(directory);
  return `${exports.join("")}umask 077
base=${base}
libc=$(getconf GNU_LIBC_VERSION 2>/dev/null | tr ' ' -)
builds=$base/${build.mark}-$(uname -s)-$(uname -m)\${libc:+-}$libc
own=$base/on/$(uname -n)/${id}
hn_look() {
build=$builds-c
if [ ! -f "$build/kind" ] && ${nodeWorks}; then build=$builds-node; fi
mkdir -p "$own/records" "$own/leave" || return 1
cpus=$(sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/self/status 2>/dev/null)
[ -n "$cpus" ] || cpus=0-$(($(getconf _NPROCESSORS_ONLN) - 1))
memory=$(sed -n 's/^MemTotal:[[:space:]]*\\([0-9]*\\).*/\\1/p' /proc/meminfo 2>/dev/null)
${useText}
printf '%s\\n' "host=$(uname -n)" "arch=$(uname -m)" "cpus=$cpus" "memory=\${memory:-0}" "own=$own" "build=$build" "kind=$(cat "$build/kind" 2>/dev/null || echo none)"
}
hn_install() {
(
new=$builds.$$
mkdir -p "$new" && cd "$new" || exit 1
( hn_build ) || { code=$?; rm -rf "$new"; exit $code; }
build=$builds-$(cat "$new/kind")
[ -d "$build" ] || mv "$new" "$build" 2>/dev/null
rm -rf "$new"
)
}`;
}

/** Tells the records that are there, and becomes the bridge to the runner. */
function openScript(place: HostPlace, { own, build, kind }: HostFacts, lead: string): Uint8Array {
  const [dir, programs] = [shellWord(own), shellWord(build)];
  const node = `node ${programs}/node/runner/bridge/main.js ${dir} "$(command -v node)" ${programs}/node/runner/main.js ${dir}`;
  const native = `${programs}/bridge ${dir} ${programs}/runner ${dir}`;
  const exports = Object.entries(place.variables).map(([name, value]) => `export ${name}=${shellWord(value)}\n`);
  return Buffer.from(`hn_open() {
${exports.join("")}umask 077
cd ${dir} || exit 1
if [ -S ${shellWord(lead)} ]; then mv -f ${shellWord(lead)} socket
elif [ -S ${shellWord(place.socket)} ]; then ln -f ${shellWord(place.socket)} socket 2>/dev/null; fi
echo headnode-records
for file in records/*; do
[ -f "$file" ] && printf '%s %s %s\\n' "\${file#records/}" "$(date -r "$file" +%s)" "$(wc -c <"$file")" && cat "$file"
done
echo headnode-runner
exec ${kind === "c" ? native : node}
}
hn_open
`);
}

/** What was said before the runner speaks; the stream is left where the runner begins. Throws where it broke off. */
async function recordsFrom({ stream, complaint }: Opened): Promise<readonly JobRecord[]> {
  let heard = Buffer.alloc(0);
  for (;;) {
    const read = readRecordTexts(heard);
    if (read !== null) {
      if (read.rest.length > 0) stream.unshift(read.rest);
      return read.records;
    }
    heard = Buffer.concat([heard, await nextOf(stream, complaint)]);
  }
}

async function nextOf(stream: Duplex, complaint: () => string): Promise<Buffer> {
  for (;;) {
    const chunk: Buffer | null = stream.read();
    if (chunk !== null) return chunk;
    if (stream.destroyed || stream.readableEnded) throw new Error(complaint() || "the connection broke");
    await Promise.race(["readable", "close", "end"].map((event) => once(stream, event).catch(() => undefined)));
  }
}

interface RecordTexts {
  readonly records: readonly JobRecord[];
  readonly rest: Buffer;
}

/** Null while something is missing. A login may have said something first. */
function readRecordTexts(heard: Buffer): RecordTexts | null {
  const begin = heard.indexOf("headnode-records\n");
  if (begin === -1) return null;
  const records: JobRecord[] = [];
  for (let at = begin + "headnode-records\n".length; ; ) {
    const end = heard.indexOf("\n", at);
    if (end === -1) return null;
    const line = heard.toString("latin1", at, end);
    at = end + 1;
    if (line === "headnode-runner") return { records, rest: heard.subarray(at) };
    const [key = "", seconds, size] = line.trim().split(/ +/);
    const text = heard.subarray(at, at + Number(size));
    if (text.length < Number(size)) return null;
    records.push({ key, touchedAt: Number(seconds) * 1000, ...readLines(key, text.toString("utf8")) });
    at += Number(size);
  }
}
