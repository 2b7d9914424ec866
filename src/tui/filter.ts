/** Owns what the filter line means: words that must all be there, `user:ada`, `/expression/`, and `!` for not. */

import type { WatchedJob } from "../model/watch.ts";
import { standingOf } from "./listed.ts";
import { stateWord, vocabularies } from "./words.ts";

export type Matches = (job: WatchedJob) => boolean;

const fields: Readonly<Record<string, (job: WatchedJob) => string>> = {
  name: ({ head }) => head.name,
  user: ({ head }) => head.user.name,
  queue: ({ head }) => head.queue,
  account: ({ head }) => head.account,
  id: ({ head }) => String(head.id),
  state: stateTexts,
};

/** What the line means; while an expression is not yet whole, it stands for its letters. */
export function readFilter(line: string): Matches {
  const tests = words(line).map(testOf);
  return (job) => tests.every((test) => test(job));
}

function words(line: string): readonly string[] {
  return line.match(/!?(?:\w+:)?\/(?:[^/\\]|\\.)*\/i?|\S+/g) ?? [];
}

function testOf(word: string): Matches {
  if (word.startsWith("!") && word.length > 1) {
    const test = testOf(word.slice(1));
    return (job) => !test(job);
  }
  const [, name = "", value = ""] = /^(\w+):(.+)$/.exec(word) ?? [];
  const field = fields[name];
  if (field) {
    const test = textTest(value);
    return (job) => test(field(job));
  }
  const test = textTest(word);
  return (job) => Object.values(fields).some((value) => test(value(job)));
}

function textTest(word: string): (text: string) => boolean {
  const [, source, flags] = /^\/(.+)\/(i?)$/.exec(word) ?? [];
  if (source !== undefined) {
    const expression = expressionOf(source, flags ?? "");
    if (expression) return (text) => expression.test(text);
  }
  const letters = word.toLowerCase();
  return (text) => text.toLowerCase().includes(letters);
}

function expressionOf(source: string, flags: string): RegExp | null {
  try {
    return new RegExp(source, flags);
  } catch {
    return null;
  }
}

/** The state in everybody's words: PENDING, qw, waiting. */
function stateTexts(job: WatchedJob): string {
  const row = { job, part: job.part, whole: true };
  return [standingOf(job), ...vocabularies.map((words) => stateWord(row, words))].join(" ");
}
