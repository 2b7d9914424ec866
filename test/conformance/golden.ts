/** Owns the shape of a golden file in memory, and the reading of Slurm's format. */

import { withTables } from "./tables.ts";

export interface Content {
  readonly name: string;
  readonly text: string;
}

/** A command of the recording and everything it said; or a file that was made. */
export type Step =
  | {
      readonly kind: "file";
      readonly name: string;
      readonly text: string;
      readonly mode: number;
      readonly printf: boolean;
    }
  | { readonly kind: "content"; readonly contents: readonly Content[] }
  /** The recorder waited, looked at the job and cancelled it. */
  | { readonly kind: "then"; readonly job: number; readonly over: boolean }
  | ({ readonly kind: "command" } & Recorded);

export interface Recorded {
  /** Null is the ordinary user. */
  readonly user: string | null;
  /** Null is the work directory. */
  readonly directory: string | null;
  readonly command: string;
  readonly stdin: string;
  /** What was typed on a terminal; null where there was none. */
  readonly typed: readonly string[] | null;
  readonly out: string;
  readonly err: string;
  readonly exit: string;
}

const label =
  /^--- (?:(file|content) (.+)|(as) (\S+)|(exit) (.+)|(cmd|stdin|stdout|stderr)|(fields of|compared with|took) .*|(then): (job \d+ is: \w+.*))$/;

interface Block {
  readonly kind: string;
  readonly value: string;
  readonly lines: string[];
}

/** The steps of one of Slurm's files. */
export function readSlurm(text: string): readonly Step[] {
  const blocks: Block[] = [];
  for (const line of withTables(text).split("\n")) {
    const found = label.exec(line);
    if (!found) blocks.at(-1)?.lines.push(line);
    else {
      const kind = found[1] ?? found[3] ?? found[5] ?? found[7] ?? found[9] ?? "other";
      blocks.push({ kind, value: found[2] ?? found[4] ?? found[6] ?? found[10] ?? "", lines: [] });
    }
  }
  return stepsOf(blocks);
}

function stepsOf(blocks: readonly Block[]): readonly Step[] {
  const steps: Step[] = [];
  let open: Map<string, string> = new Map();
  for (const block of blocks) {
    if (block.kind === "file") steps.push(fileOf(block));
    else if (block.kind === "content")
      steps.push({ kind: "content", contents: [{ name: block.value, text: ended(lastBlock(block.lines)) }] });
    else if (block.kind === "then") steps.push(thenOf(block.value));
    else if (block.kind === "exit") {
      steps.push(commandOf(open, block.value));
      open = new Map();
    } else if (block.kind === "as") open.set("as", block.value);
    else if (block.kind !== "other") open.set(block.kind, streamOf(block.lines));
  }
  return steps;
}

function thenOf(value: string): Step {
  const [, id, state] = /^job (\d+) is: (\w+)/.exec(value) ?? [];
  return { kind: "then", job: Number(id), over: state === "COMPLETED" };
}

function commandOf(open: ReadonlyMap<string, string>, exit: string): Step {
  const text = (kind: string): string => open.get(kind) ?? "";
  return {
    kind: "command",
    ...{ user: open.get("as") ?? null, directory: null, command: text("cmd").replace(/\n$/, "") },
    ...{ stdin: text("stdin"), typed: null, out: text("stdout"), err: text("stderr"), exit },
  };
}

function fileOf({ value, lines }: Block): Step {
  const printf = /^(\S+) is printf %b '(.*)$/s.exec(value);
  const mode = 0o644;
  if (!printf) return { kind: "file", name: value, text: `${lastBlock(lines)}\n`, mode, printf: false };
  const quoted = [printf[2] ?? "", ...lines].join("\n");
  const text = quoted.slice(0, quoted.lastIndexOf("'")).replaceAll("'\\''", "'");
  return { kind: "file", name: printf[1] ?? "", text, mode, printf: true };
}

/** Without the empty line and the remarks that may follow. */
function lastBlock(lines: readonly string[]): string {
  return lines.join("\n").replace(/(\n+# [^\n]*)*\n*$/, "");
}

/** What came out of a stream, empty lines at its end too. */
function streamOf(lines: readonly string[]): string {
  const text = lines.join("\n");
  return text.endsWith(unended) || lines.length === 0 ? ended(text) : `${text}\n`;
}

const unended = "\n(no newline at end)";

/** The text as it was: files say where its last line had no end. */
function ended(text: string): string {
  const cut = text.replace(/\n$/, "");
  if (cut.endsWith(unended)) return cut.slice(0, -unended.length);
  return cut === "" ? "" : `${cut}\n`;
}
