/**
 * Owns the directories that jobs' files go to at a target which shares none: what was sent is written down there, so that it
 * alone is cleared up again; what the job wrote goes when it is here, and anything else stays.
 */

import type { LineReply } from "../language/driver.ts";
import { repliesIn, scriptOf, shellWord } from "./dialogue.ts";
import type { Copy, Transport } from "./transports.ts";

/** One job's directory there, and the one it stands for. */
export interface JobDirectory {
  readonly transport: Transport;
  readonly here: string;
  readonly there: string;
}

const patienceMs = 60_000;

/** Sends these paths (none: all) once; null, or why they are not there. */
export async function sendDirectory(directory: JobDirectory, only: Copy["only"]): Promise<string | null> {
  const { transport, here, there } = directory;
  const made = await run(transport, `mkdir -p ${shellWord(there)}`);
  if (made !== null) return made;
  const trouble = await transport.copy("there", { here, there, only });
  return (
    trouble ?? run(transport, `[ -e ${sentOf(there)} ] || { cd ${shellWord(there)} && ${listed} >${sentOf(there)}; }`)
  );
}

/** Why nothing comes back of a directory that somebody took away: to ask again is in vain. */
export const directoryGone = "its directory there is gone, and what it wrote with it";

/** Brings these paths (none: all) back; null, or why they are not here. */
export async function fetchDirectory(
  { transport, here, there }: JobDirectory,
  only: Copy["only"],
): Promise<string | null> {
  const isThere = await told(transport, `[ -d ${shellWord(there)} ]`);
  if (typeof isThere === "string") return isThere;
  return isThere.code === 0 ? transport.copy("back", { here, there, only }) : directoryGone;
}

/**
 * Clears up after a job that is over: what is here goes, then what was sent and is as it was; a file that is newer here, and
 * what nobody asked for, stays. Null, or why it was not done; to do it again is harmless.
 */
export async function clearDirectory(directory: JobDirectory, only: Copy["only"]): Promise<string | null> {
  const { transport, here, there } = directory;
  const isThere = await told(transport, `[ -d ${shellWord(there)} ]`);
  if (typeof isThere === "string") return isThere;
  if (isThere.code !== 0) return null;
  return (await transport.copy("back", { here, there, only, moves: true })) ?? run(transport, clearText(there));
}

// A change of any kind changes the time of the last change of a file's inode.
const listed = "find . -type f -printf '%s %T@ %C@ %p\\n' 2>/dev/null | LC_ALL=C sort";

function sentOf(there: string): string {
  return shellWord(`${there}.sent`);
}

function clearText(there: string): string {
  const unchanged = `${listed} | LC_ALL=C comm -12 - ${sentOf(there)}`;
  return [
    `if cd ${shellWord(there)}; then`,
    `if [ -s ${sentOf(there)} ]; then ${unchanged} | cut -d' ' -f4- | while IFS= read -r hn_f; do rm -f "$hn_f"; done; fi`,
    `cd / && find ${shellWord(there)} -depth -type d -empty -exec rmdir {} \\; 2>/dev/null; fi`,
    `rm -f ${sentOf(there)}`,
  ].join("\n");
}

async function run(transport: Transport, text: string): Promise<string | null> {
  const reply = await told(transport, text);
  if (typeof reply === "string") return reply;
  return reply.code === 0 ? null : reply.err.trim() || `sh ended with ${reply.code}`;
}

/** What a script of its own came to there; or why nobody knows. */
async function told(transport: Transport, text: string): Promise<LineReply | string> {
  const ran = await transport.run(scriptOf([`hn_run sh -c ${shellWord(text)}`]), patienceMs);
  if (ran.kind === "unreachable") return ran.why;
  return repliesIn(ran.out)?.[0] ?? (ran.err.trim() || "the connection broke");
}
