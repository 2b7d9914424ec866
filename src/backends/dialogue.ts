/** Owns how command lines become one shell script for a place, and how the replies are found in what it printed. */

import { type Line, type LineReply, loginName } from "../language/driver.ts";
import { encodeText } from "../relay/bytes.ts";

/** A piece of a script: text, or the bytes of a file. */
export type Part = string | Uint8Array;

/** One text for `sh`: it is read whole before anything of it is done, and ends with a line that proves it was done. */
export function scriptOf(parts: readonly Part[]): Uint8Array {
  return Buffer.concat([before, ...parts.flatMap((part) => [bytesOf(part), newline]), after]);
}

function bytesOf(part: Part): Uint8Array {
  return typeof part === "string" ? encodeText(part) : part;
}

const done = "headnode-was-here";
const newline = Buffer.from("\n");
const before = Buffer.from(`hn_main() {
hn_t=$(mktemp -d) || return 97
trap 'rm -rf "$hn_t"' EXIT
hn_tell() { printf '%s %s %s\\n' "$1" "$(wc -c <"$2")" "$(wc -c <"$3")"; cat "$2" "$3"; }
hn_run() { "$@" >"$hn_t/o" 2>"$hn_t/e" </dev/null; hn_tell $? "$hn_t/o" "$hn_t/e"; }
`);
const after = Buffer.from(`echo ${done}
}
hn_main
`);

/** A line as a part of a script; it tells one reply. */
export function partOf({ argv, variables = {} }: Line): string {
  return [
    "hn_run",
    "env",
    ...assignments(variables),
    ...argv.map((word) => (word === loginName ? '"$(id -un)"' : shellWord(word))),
  ].join(" ");
}

/** Assignments as words. */
export function assignments(variables: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(variables).map(([name, value]) => shellWord(`${name}=${value}`));
}

/** The replies in order; null where what was printed is not whole. */
export function repliesIn(printed: Buffer): readonly LineReply[] | null {
  const replies: LineReply[] = [];
  for (let at = 0; at < printed.length; ) {
    const end = printed.indexOf("\n", at);
    const head = printed.toString("latin1", at, end === -1 ? undefined : end);
    if (head === done) return replies;
    const [, code, out, err] = /^([0-9]+) +([0-9]+) +([0-9]+)$/.exec(head) ?? [];
    // A login may have said something first.
    if (code === undefined && replies.length > 0) return null;
    if (end === -1) return null;
    at = end + 1;
    if (code === undefined) continue;
    const text = (from: number, length: number) => printed.toString("utf8", from, from + length);
    replies.push({ code: Number(code), out: text(at, Number(out)), err: text(at + Number(out), Number(err)) });
    at += Number(out) + Number(err);
  }
  return null;
}

/** A word as the shell takes it for itself. */
export function shellWord(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
