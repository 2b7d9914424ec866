/** Owns the reading of Grid Engine's golden files. */

import type { Step } from "./golden.ts";

const opening = /^=== (?:(\(.*?\)) )?(?:\((in \S+)\) )?\$ (.*)$/;
const section = /^--- (stdin|stdout|stderr|terminal output|exit)( .*)?$/;

/** The steps of one of Grid Engine's files. */
export function readSge(text: string): readonly Step[] {
  const parts = text.replace(/\n$/, "").split(/\n\n(?==== (?:\(|\$|file |note: |content of ))/);
  return parts.slice(1).flatMap((part) => stepOf(part.split("\n")));
}

function stepOf(lines: readonly string[]): readonly Step[] {
  const [first = "", ...rest] = lines;
  const file = /^=== file (.+?)(?: \(mode ([0-7]+)\))?$/.exec(first);
  if (file) {
    const mode = Number.parseInt(file[2] ?? "644", 8);
    return [{ kind: "file", name: file[1] ?? "", text: `${rest.join("\n")}\n`, mode, printf: false }];
  }
  const content = /^=== content of (.*)$/.exec(first);
  if (content) return [{ kind: "content", contents: [{ name: content[1] ?? "", text: contentOf(rest) }] }];
  const command = opening.exec(first);
  return command ? [commandOf(command, rest)] : [];
}

function contentOf(lines: readonly string[]): string {
  if (lines.join() === "(empty)") return "";
  if (lines.join() === "(no such file)") return "(does not exist)\n";
  return whole(lines);
}

function commandOf(opened: RegExpExecArray, rest: readonly string[]): Step {
  const words = [opened[3] ?? ""];
  const found = new Map<string, string[]>();
  let into = words;
  let exit = "";
  for (const line of rest) {
    const label = section.exec(line);
    if (label?.[1] === "exit") exit = (label[2] ?? "").trim();
    else if (label) {
      into = [];
      found.set(label[1] ?? "", into);
    } else into.push(line);
  }
  const text = (name: string): string => whole(found.get(name) ?? []);
  const place = /in (\S+)/.exec(`${opened[1] ?? ""} ${opened[2] ?? ""}`)?.[1]?.replace(/\)$/, "");
  return {
    kind: "command",
    user: /^\(as (\w+)/.exec(opened[1] ?? "")?.[1] ?? null,
    directory: place ?? null,
    command: words.join("\n").replace(/^-u (\w+) /, "unset $1; "),
    ...{ stdin: text("stdin"), typed: typedOf(opened[1] ?? "") },
    ...{ out: text("stdout") || text("terminal output"), err: text("stderr"), exit },
  };
}

/** What was typed, as the recorder wrote it: quoted, with \n and \x03. */
function typedOf(remark: string): readonly string[] | null {
  const [, texts] = /^\(on a terminal; typed: (.*)\)$/.exec(remark) ?? [];
  if (texts === undefined) return null;
  const quoted = texts.match(/'[^']*'/g) ?? [];
  return quoted.map((text) => text.slice(1, -1).replaceAll("\\n", "\n").replaceAll("\\x03", "\x03"));
}

function whole(lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return lines.at(-1)?.startsWith("\\ no newline at end of")
    ? lines.slice(0, -1).join("\n")
    : lines.map((line) => `${line}\n`).join("");
}
