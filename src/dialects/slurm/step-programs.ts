/** Owns the files of srun --multi-prog: which task runs which words. */

import { RefusedError } from "../../model/errors.ts";

interface Line {
  /** Counts from 1. */
  readonly number: number;
  /** `0`, `1-2`, `0,3-5`; `*` is all that no line before names. */
  readonly tasks: string;
  readonly words: readonly string[];
}

interface Place {
  readonly file: string;
  /** Exit code of a refusal. */
  readonly code: number;
}

/** The words of each task. `%t` is the task, `%o` its place in the line's list. Throws RefusedError. */
export function programsOf(text: string, ranks: number, { file, code }: Place): readonly (readonly string[])[] {
  const programs = new Map<number, readonly string[]>();
  for (const line of linesOf(text)) {
    const invalid = (...why: readonly string[]) =>
      new RefusedError([...why, `Line ${line.number} of configuration file ${file} invalid`].join("\n"), code);
    const every = line.tasks === "*";
    const tasks = every ? Array.from({ length: ranks }, (_, rank) => rank) : tasksOf(line.tasks);
    if (tasks === null) throw invalid(`Invalid task range specification (${line.tasks})`);
    if (line.words.length === 0) throw invalid();
    for (const [offset, task] of tasks.entries()) {
      if (task >= ranks) throw invalid(`Invalid task id, ${Math.max(...tasks)} >= ntasks`);
      if (!programs.has(task))
        programs.set(
          task,
          line.words.map((word) => filled(word, task, offset)),
        );
      else if (!every) throw invalid(`Duplicate record for task ${task}`);
    }
  }
  return Array.from({ length: ranks }, (_, rank) => {
    const words = programs.get(rank);
    if (!words) throw new RefusedError(`Configuration file ${file} invalid, no record for task id ${rank}`, code);
    return words;
  });
}

function filled(word: string, task: number, offset: number): string {
  return word.replaceAll("%t", String(task)).replaceAll("%o", String(offset));
}

/** Lines that say something; a backslash at the end continues a line. */
function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  let begun: { number: number; text: string } | null = null;
  for (const [at, line] of text.split("\n").entries()) {
    const whole: string = (begun?.text ?? "") + line;
    const number: number = begun?.number ?? at + 1;
    if (whole.endsWith("\\")) {
      begun = { number, text: whole.slice(0, -1) };
      continue;
    }
    begun = null;
    const [, tasks = "", rest = ""] = /^(\S*)\s*(.*)$/s.exec(whole.replace(/#.*/, "").trim()) ?? [];
    if (tasks !== "") lines.push({ number, tasks, words: wordsOf(rest) });
  }
  return lines;
}

/** Only single quotes keep words together. */
function wordsOf(text: string): readonly string[] {
  const words = text.match(/(?:'[^']*'|[^\s'])+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'/g, "$1"));
}

function tasksOf(list: string): readonly number[] | null {
  const parts = list.split(",").map((part) => /^([0-9]+)(?:-([0-9]+))?$/.exec(part));
  if (parts.some((part) => part === null)) return null;
  return parts.flatMap((part) => {
    const [, first = "", last = first] = part ?? [];
    return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, at) => Number(first) + at);
  });
}
