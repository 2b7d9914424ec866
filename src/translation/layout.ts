/** Owns how a translated script is put together: directives where they stood, what is added behind them, all else as it was. */

import { firstCommand, type ShellLine, shellLines } from "../language/shell.ts";
import { directiveText } from "../language/writing.ts";
import { type Entry, entry } from "./account.ts";
import { type BodyContext, bodyLine } from "./body.ts";
import type { Family } from "./families.ts";
import type { Interpreter } from "./interpreters.ts";
import type { Phrased } from "./phrases.ts";

/** The words of the target, by the line whose options they say, and what became of each option. */
export interface Placed {
  readonly words: ReadonlyMap<number, readonly string[]>;
  /** Words that no line said, one option each. */
  readonly added: readonly (readonly string[])[];
  readonly entries: readonly Entry[];
}

interface Layout extends Placed {
  readonly from: Family;
  readonly to: Family;
  readonly phrases: Phrased;
  readonly interpreter: Interpreter;
  /** What runs the script; empty if nobody says. */
  readonly shell: string;
}

/** What a line of the script becomes. */
interface Row {
  readonly texts: readonly string[];
  readonly entries: readonly Entry[];
}

/** The script with everything in its place. Bytes that are no directive or variable stay what they are. */
export function laidOut(text: string, layout: Layout): { script: string; account: readonly Entry[] } {
  const [mark = ""] = /^(\uFEFF|\u00EF\u00BB\u00BF)?/.exec(text) ?? [];
  const body = text.slice(mark.length);
  const lines = shellLines(body);
  const ends = [...body.matchAll(/\r?\n/g)].map(([end]) => end);
  const command = firstCommand(body);
  const context = bodyContext(body, layout);
  const rows = lines.map((line) => rowOf(line, { layout, command, context }));
  const top = topRow(body, { layout, command, context });
  const anchor = anchorOf(lines, { layout, command });
  const texts = rows.map((row, at) => (at + 1 === anchor ? [...row.texts, ...top.texts] : row.texts));
  const all = anchor === 0 ? [[...top.texts, ...(texts[0] ?? [])], ...texts.slice(1)] : texts;
  const entries = [
    ...layout.interpreter.entries,
    ...layout.entries,
    ...top.entries,
    ...rows.flatMap((row) => row.entries),
  ];
  return { script: mark + joined(all, ends), account: sorted(entries) };
}

function joined(texts: readonly (readonly string[])[], ends: readonly string[]): string {
  const usual = ends[0] ?? "\n";
  return texts
    .map((some, at) =>
      some.map((text, within) => text + (within < some.length - 1 ? (ends[at] ?? usual) : (ends[at] ?? ""))).join(""),
    )
    .join("");
}

function sorted(entries: readonly Entry[]): readonly Entry[] {
  const place = ({ line }: Entry) => line ?? Number.MAX_SAFE_INTEGER;
  return [...entries].sort((one, other) => place(one) - place(other) || (one.column ?? 0) - (other.column ?? 0));
}

interface Script {
  readonly layout: Layout;
  /** Number of the first line with a command. */
  readonly command: number;
  readonly context: BodyContext;
}

function rowOf(line: ShellLine, script: Script): Row {
  const { layout, context } = script;
  const { firstLine } = layout.interpreter;
  if (line.number === 1 && line.text.startsWith("#!")) return { texts: [firstLine ?? line.text], entries: [] };
  const row = isDirective(line, script)
    ? directiveRow(line, script)
    : isForeign(line, script)
      ? foreignRow(line, layout)
      : { ...bodyRow(line, context) };
  return line.number === 1 && firstLine !== null ? { ...row, texts: [firstLine, ...row.texts] } : row;
}

function bodyRow(line: ShellLine, context: BodyContext): Row {
  const { text, entries } = bodyLine(line, context);
  return { texts: [text], entries };
}

function isDirective(
  { text, number, inDocument }: ShellLine,
  { layout: { from }, command }: Pick<Script, "layout" | "command">,
): boolean {
  return from.reads.test(text) && (from.untilCommand ? number < command : !inDocument || text.startsWith(from.prefix));
}

// Lines that the target would read, though they were nothing where the script comes from.
function isForeign({ text, number }: ShellLine, { layout: { to }, command }: Script): boolean {
  return to.reads.test(text) && (!to.untilCommand || number < command);
}

function foreignRow({ text, number }: ShellLine, { to }: Layout): Row {
  const now = `#${text}`;
  return {
    texts: [now],
    entries: [entry({ line: number, fate: "changed", was: text, now, why: `${to.title} would have read it` })],
  };
}

// What is lost stays as a comment; what is said elsewhere, or holds by itself, goes.
function directiveRow(line: ShellLine, { layout, command }: Script): Row {
  const words = layout.words.get(line.number) ?? [];
  const isMoved = layout.to.untilCommand && line.number >= command;
  if (words.length > 0 && !isMoved)
    return { texts: [directive(words, layout.to) + commentOf(line.text, layout.from)], entries: [] };
  const isLost = layout.entries.some(({ line: at, fate }) => at === line.number && fate === "lost");
  return { texts: isLost ? [`#${line.text}`] : [], entries: [] };
}

function directive(words: readonly string[], { prefix, style }: Family): string {
  return `${prefix} ${directiveText(words, style) ?? words.join(" ")}`;
}

/** The blanks and the comment behind a directive's words. */
function commentOf(text: string, { prefix, style }: Family): string {
  let quote = "";
  for (let at = prefix.length; at < text.length; at++) {
    const character = text[at] ?? "";
    if (character === "\\" && style === "CutAtHashEscaped") at++;
    else if (quote !== "") quote = character === quote ? "" : quote;
    else if (character === "'" || character === '"') quote = character;
    else if (character === "#" && (style !== "CutAtHashWord" || /[ \t]/.test(text[at - 1] ?? " ")))
      return (/[ \t]*$/.exec(text.slice(0, at))?.[0] || " ") + text.slice(at);
  }
  return "";
}

// Behind the last directive that counts, or behind the first line.
function anchorOf(lines: readonly ShellLine[], { layout, command }: Pick<Script, "layout" | "command">): number {
  const directives = lines.filter((line) => line.number < command && isDirective(line, { layout, command }));
  const first = lines[0]?.text.startsWith("#!") || layout.interpreter.firstLine !== null ? 1 : 0;
  return directives.at(-1)?.number ?? first;
}

function topRow(body: string, { layout, command, context }: Script): Row {
  const late = [...layout.words].filter(
    ([line, words]) => layout.to.untilCommand && line >= command && words.length > 0,
  );
  const directives = [...layout.added, ...late.map(([, words]) => words)].map((words) => directive(words, layout.to));
  const change = directoryChange(body, layout, context);
  return { texts: [...directives, ...(change?.texts ?? [])], entries: change?.entries ?? [] };
}

// PBS starts jobs in the home directory, and has no option to say otherwise.
function directoryChange(body: string, { to, phrases: { directory } }: Layout, { shell }: BodyContext): Row | null {
  if (to.name !== "pbs" || directory === null || directory === "~") return null;
  if (directory === "." && /^\s*cd\s+"?\$\{?(PBS_O_WORKDIR|SLURM_SUBMIT_DIR|SGE_O_WORKDIR)\b/m.test(body)) return null;
  const now = directory === "." ? 'cd "$PBS_O_WORKDIR"' : `cd '${directory.replaceAll("'", "'\\''")}'`;
  const why = "PBS starts jobs in the home directory";
  if (shell === "other") return { texts: [], entries: [entry({ fate: "lost", was: "working directory", why })] };
  return { texts: [now], entries: [entry({ fate: "added", was: "", now, why })] };
}

function bodyContext(body: string, { from, to, phrases, shell }: Layout): BodyContext {
  const name = shell === "" ? "sh" : shell;
  const kind = /(^|[/ ])t?csh\b/.test(name) ? "csh" : /(^|[/ ])(ba|da|k|z)?sh\b/.test(name) ? "bourne" : "other";
  const assigned = [
    ...body.matchAll(
      /(?:^|[;&|]|\b(?:export|local|declare|set|setenv|for|read)\b)[ \t]*([A-Za-z_]\w*)(?:=|[ \t]+(?:in|=)\b)/gm,
    ),
  ];
  return {
    ...{ from, to, shell: kind, own: new Set(assigned.map(([, own]) => own ?? "")) },
    facts: { from: from.name, to: to.name, neutral: phrases.neutral, renumbering: phrases.plan.renumbering },
  };
}
