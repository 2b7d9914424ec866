/**
 * Owns the player of transcripts: `$ command` and the exact reply, on a throw-away cluster.
 *
 *     now 2026-11-21 02:09:00     the clock at the start, local time (first line)
 *     ## words                    a comment
 *     > job.sh                    a file in the work directory; its lines follow, up to a line `<`
 *     $ qsub -cwd job.sh          a command: words with quotes, `NAME=value` in front, `< file` behind
 *     $ (bob) qstat               the same, by another user
 *     $ qsub -sync y job.sh &     does not wait; `$ wait` prints what it said
 *     text                        what it prints; `! text` on standard error, `? 2` its exit code if not 0
 *     + 10m                       moves the clock (s, m, h)
 *
 * The work directory is printed as WORK. With UPDATE_TRANSCRIPTS=1 the files are rewritten: read the difference.
 */

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect } from "vitest";
import { makeWorld, type RunOptions, type Said, type TestWorld, type WorldOptions } from "./cluster.ts";

/** Plays a transcript file and compares every reply. */
export async function playTranscript(path: string, options: WorldOptions): Promise<void> {
  const text = readFileSync(path, "utf8");
  const [, when = ""] = /^now (.*)/.exec(text) ?? [];
  const world = await makeWorld({ ...options, ...(when ? { now: new Date(when.replace(" ", "T")).getTime() } : {}) });
  try {
    const played = await play(world, text.split("\n"), options);
    if (process.env.UPDATE_TRANSCRIPTS) writeFileSync(path, played);
    else expect(played).toBe(text);
  } finally {
    await world.close();
  }
}

async function play(world: TestWorld, lines: readonly string[], options: WorldOptions): Promise<string> {
  const out: string[] = [];
  const waiting: Promise<Said>[] = [];
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at] ?? "";
    if (line.startsWith("> ")) {
      const end = lines.indexOf("<", at);
      writeFile(join(world.work, line.slice(2)), lines.slice(at + 1, end));
      out.push(...lines.slice(at, end + 1));
      at = end;
    } else if (line.startsWith("+ ")) {
      await world.advance(milliseconds(line.slice(2)));
      out.push(line);
    } else if (line.startsWith("$ ")) {
      out.push(line);
      if (line === "$ wait") out.push(...replyOf(world, await (waiting.shift() as Promise<Said>)));
      else if (line.endsWith(" &")) {
        waiting.push(run(world, line.slice(2, -2), options));
        // The command needs some turns to get as far as waiting.
        for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
        await world.settle();
      } else out.push(...replyOf(world, await run(world, line.slice(2), options)));
    } else if (/^(now |## )|^$/.test(line)) out.push(line);
    // Anything else is an expected reply, and is written anew.
  }
  return out.join("\n");
}

function writeFile(path: string, lines: readonly string[]): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
}

function run(world: TestWorld, line: string, { users = [] }: WorldOptions): Promise<Said> {
  const [, who, rest = ""] = /^(?:\((\w+)\) )?(.*)$/.exec(line) ?? [];
  const [, command = "", input] = /^(.*?)(?: < (\S+))?$/.exec(rest) ?? [];
  const { name, args, options } = commandOf(command.replaceAll("WORK", world.work));
  const user = users.find((each) => each.name === who);
  return world.run(name, args, {
    ...options,
    ...(user ? { user } : {}),
    ...(input === undefined ? {} : { stdin: readFileSync(join(world.work, input)) }),
  });
}

/** A command line taken apart: `NAME=value` words in front are its environment. */
export function commandOf(line: string): {
  readonly name: string;
  readonly args: readonly string[];
  readonly options: RunOptions;
} {
  const words = shellWords(line);
  const first = words.findIndex((word) => !/^[A-Za-z_][A-Za-z_0-9]*=/.test(word));
  const variables = words
    .slice(0, first)
    .map((word) => [word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)] as const);
  return { name: words[first] ?? "", args: words.slice(first + 1), options: { env: Object.fromEntries(variables) } };
}

/** Words as a shell has them, quotes and backslashes only. */
function shellWords(line: string): readonly string[] {
  const found = line.match(/(?:'[^']*'|"[^"]*"|\\.|[^\s'"\\])+/g) ?? [];
  return found.map((word) =>
    word.replace(/'([^']*)'|"([^"]*)"|\\(.)/g, (_, single, double, one) => single ?? double ?? one),
  );
}

function replyOf(world: TestWorld, { out, err, code }: Said): readonly string[] {
  const lines = (text: string) =>
    text === "" ? [] : text.replaceAll(world.work, "WORK").replace(/\n$/, "").split("\n");
  // An empty line of a reply is written as a dot, because an empty line ends nothing here.
  const shown = (line: string) => (line === "" ? "." : line);
  return [
    ...lines(out).map(shown),
    ...lines(err).map((line) => (line === "" ? "!" : `! ${line}`)),
    ...(code === 0 ? [] : [`? ${code}`]),
  ];
}

function milliseconds(text: string): number {
  const [, amount = "0", unit = "s"] = /^([0-9]+)([smh])$/.exec(text) ?? [];
  return Number(amount) * ({ s: 1000, m: 60_000, h: 3_600_000 }[unit] ?? 0);
}
