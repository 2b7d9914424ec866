/** Owns a script's commands in translation: variables are changed where the shell expands them, and all else is reported. */

import type { ShellLine } from "../language/shell.ts";
import { type Entry, entry } from "./account.ts";
import type { JobFacts } from "./counterpart.ts";
import { replacement, spanOf } from "./expansions.ts";
import type { Family } from "./families.ts";
import { counterpartOf } from "./variables.ts";

/** What a line of commands becomes, and what is to be said of it. */
export interface BodyLine {
  readonly text: string;
  readonly entries: readonly Entry[];
}

/** Who translates to whom, and in which shell. */
export interface BodyContext {
  readonly from: Family;
  readonly to: Family;
  readonly facts: JobFacts;
  readonly shell: "bourne" | "csh" | "other";
  /** Variables that the script sets itself. */
  readonly own: ReadonlySet<string>;
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Translates a line that is no directive. */
export function bodyLine(line: ShellLine, context: BodyContext): BodyLine {
  const expanded = context.shell === "other" ? "" : line.inDocument && line.documentExpands ? line.text : line.expanded;
  const edits: Edit[] = [];
  const entries: Entry[] = [];
  for (const found of line.text.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g)) {
    const [name] = found;
    if (!context.from.variables.test(name) && !isPlainVariable(name, found.index, expanded)) continue;
    const one = translated(name, found.index, { line, expanded, context });
    if (one === null || edits.some(({ end }) => end > found.index)) continue;
    if (one.edit) edits.push(one.edit);
    entries.push(one.entry);
  }
  return { text: applied(line.text, edits), entries: [...entries, ...commandEntries(line, context)] };
}

// NCPUS and the like may be anybody's: they count only where they are expanded.
function isPlainVariable(name: string, at: number, expanded: string): boolean {
  return /^(NCPUS|SLURMD_NODENAME)$/.test(name) && /\$\{?$/.test(expanded.slice(0, at));
}

interface Place {
  readonly line: ShellLine;
  readonly expanded: string;
  readonly context: BodyContext;
}

function translated(
  name: string,
  at: number,
  { line, expanded, context }: Place,
): { edit: Edit | null; entry: Entry } | null {
  const { from, to, facts, own } = context;
  if (own.has(name) && !isPseudoOrOwn(name, from)) return null;
  const place = { line: line.number, column: at + 1, was: name };
  if (expanded.slice(at, at + name.length) !== name) {
    if (!isPseudoOrOwn(name, from)) return null;
    const isComment = !line.inDocument && context.shell !== "other" && isInComment(line, at);
    return {
      edit: null,
      entry: entry({ ...place, fate: "left", now: name, why: whyLeft(line, context, isComment), isLoss: !isComment }),
    };
  }
  const syntax = spanOf(expanded, at, name);
  const counterpart = counterpartOf(name, facts);
  if (syntax === null) {
    // A word that only looks like a variable, as in an assignment or printenv.
    if (counterpart === null || !isPseudoOrOwn(name, from)) return null;
    const isAssigned =
      counterpart.kind === "variable" &&
      /(^|[\s;&|])$/.test(expanded.slice(0, at)) &&
      expanded[at + name.length] === "=";
    if (isAssigned)
      return {
        edit: { start: at, end: at + name.length, text: counterpart.name },
        entry: entry({ ...place, fate: "changed", now: counterpart.name }),
      };
    return { edit: null, entry: entry({ ...place, fate: "left", now: name, why: "not expanded here" }) };
  }
  const was = line.text.slice(syntax.start, syntax.end);
  if (counterpart === null || counterpart.kind === "none")
    return {
      edit: null,
      entry: entry({ ...place, was, fate: "lost", now: was, why: `${to.title} jobs have no such variable` }),
    };
  const text = replacement(syntax, counterpart, context.shell);
  if (text === null)
    return {
      edit: null,
      entry: entry({
        ...place,
        was,
        fate: "lost",
        now: was,
        why: "the number is another one there, and this form cannot say so",
      }),
    };
  if (text === was) return null;
  const how = counterpart.how ?? undefinedHow(name, line);
  const fate = how === null ? "changed" : "approximated";
  // What stands behind a name may hold others.
  const nameOnly = counterpart.kind === "variable" && syntax.behind !== "";
  const edit = nameOnly ? { start: at, end: at + name.length, text: counterpart.name } : { ...syntax, text };
  return { edit, entry: entry({ ...place, was, now: text, fate, why: how }) };
}

function isPseudoOrOwn(name: string, { variables }: Family): boolean {
  return variables.test(name) && !/^(JOB_ID|JOB_NAME|QUEUE|TASK_ID)$/.test(name);
}

function undefinedHow(name: string, { text }: ShellLine): string | null {
  return name === "SGE_TASK_ID" && /\bundefined\b/.test(text)
    ? "outside of arrays it is not set, rather than undefined"
    : null;
}

function isInComment({ text, code }: ShellLine, at: number): boolean {
  return at >= code.length && text[code.length] === "#";
}

function whyLeft({ inDocument }: ShellLine, { shell, to }: BodyContext, isComment: boolean): string {
  if (isComment) return "a comment";
  if (shell === "other") return `the script is no shell's: the name is another one in ${to.title}`;
  return inDocument ? "in a here-document that the shell does not expand" : "quoted: the shell does not expand it here";
}

// Where a command may begin.
const before = /(^|[;&|(`{]|\$\(|\b(then|do|else|time|exec|if|while|until|!))\s*$/;

function commandEntries(
  { code, number, inDocument, continues }: ShellLine,
  { from, to, shell }: BodyContext,
): readonly Entry[] {
  if (inDocument || continues || shell === "other") return [];
  return [...code.matchAll(/(?<![\w./$"'=-])[a-z]+(?![\w./=-])/g)]
    .filter((found) => from.commands.includes(found[0]) && before.test(code.slice(0, found.index)))
    .map((found) => {
      const why = to.commands.includes(found[0])
        ? `${to.title}'s ${found[0]} has other options`
        : `${to.title} has no such command`;
      return entry({ line: number, column: found.index + 1, fate: "left", was: found[0], now: found[0], why });
    });
}

function applied(text: string, edits: readonly Edit[]): string {
  return [...edits]
    .reverse()
    .reduce((now, { start, end, text: put }) => now.slice(0, start) + put + now.slice(end), text);
}
