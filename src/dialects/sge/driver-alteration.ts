/** Owns what of a job a real Grid Engine can still be told to change: qalter takes qsub's options, all of a kind together. */

import type { Driver } from "../../language/driver.ts";
import { changedOptions, type OptionWords, optionWords } from "../../language/option-words.ts";

/** Options that qalter does not take, or that it takes and does nothing about. */
const untaken: readonly string[] = ["-b", "-t", "-tc", "-now", "-sync", "-S", "-V", "-shell", "-cwd", "-clear", "-C"];

/** What says that an option is no longer said; of others it can't be said. */
const none: ReadonlyMap<string, readonly string[]> = new Map([
  ["-l", [""]],
  ["-p", ["0"]],
  ["-m", ["n"]],
  ["-R", ["n"]],
  ["-j", ["n"]],
  ["-notify", []],
]);

/** Which of the requests are soft is said between them. */
const requests: readonly string[] = ["-l", "-q"];
const between: readonly string[] = ["-soft", "-hard"];
/** Holds are told by commands of their own. */
const apart: readonly string[] = ["-h"];

export const alteration: Driver["alteration"] = ({ before, after, begin }) => {
  const changed = new Set([...changedOptions(before, after)].filter((name) => !apart.includes(name)));
  const refused = [...changed].find((name) => untaken.includes(name));
  if (refused !== undefined) return { cannot: refused };
  if (between.some((name) => changed.has(name))) for (const name of requests) changed.add(name);
  const withRequests = requests.some((name) => changed.has(name));
  const are = optionWords(after).filter(({ name }) => changed.has(name) || (withRequests && between.includes(name)));
  const gone = [...changed].filter((name) => !between.includes(name) && !are.some((one) => one.name === name));
  const wasSaid = new Set(optionWords(before).map(({ name }) => name));
  const taken = gone.filter((name) => wasSaid.has(name)).map((name) => ({ name, values: none.get(name) }));
  const lasting = taken.find(({ values }) => values === undefined);
  if (lasting) return { cannot: `without ${lasting.name}` };
  const time: readonly OptionWords[] = begin === null ? [] : [{ name: "-a", values: [timeWord(begin.at)] }];
  return { words: [...are, ...taken, ...time].flatMap(({ name, values = [] }) => [name, ...values]) };
};

/** `CCYYMMDDhhmm.SS` in UTC, which is the command's time zone. */
function timeWord(at: number): string {
  const digits = new Date(at).toISOString().replaceAll(/\D/g, "");
  return `${digits.slice(0, 12)}.${digits.slice(12, 14)}`;
}
