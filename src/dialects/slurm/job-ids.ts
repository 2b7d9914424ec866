/** Owns job ids as Slurm's commands take them: `5`, `5_3`, `5_[1-3,7]`, `5.batch`. */

import { attempt } from "../../language/codec.ts";
import { type Indices, indicesOf } from "../../model/indices.ts";
import { arrays } from "./arrays.ts";

/** One id: a job or an element's own id, which elements, and perhaps a step. */
export interface WantedJob {
  readonly text: string;
  readonly id: number;
  readonly indices: Indices | null;
  readonly step: string | null;
}

/** Reads one id strictly; null if it is none. */
export function readJobId(text: string): WantedJob | null {
  const [, id = "", single, list, step = null] =
    /^([0-9]+)(?:_(?:([0-9]*)|\[([^\]]*)\]))?(?:\.([0-9]+))?$/.exec(text) ?? [];
  if (Number(id) === 0) return null;
  if (list === undefined) return { text, id: Number(id), indices: oneIndex(single), step };
  const read = attempt(arrays, list);
  return "value" in read && read.value.ranges
    ? { text, id: Number(id), indices: indicesOf(read.value.ranges), step }
    : null;
}

/** Reads ids separated by commas as squeue does: what follows the number may be anything. Gives the first bad one. */
export function readListedIds(text: string): { readonly ids: readonly WantedJob[]; readonly bad: string | null } {
  const words = splitIds(text).filter((word) => word !== "");
  const ids = words.map((word) => {
    const [, id = "", rest = ""] = /^ *([0-9]+)(.*)$/s.exec(word) ?? [];
    const strict = readJobId(word.trim());
    return strict ?? { text: word, id: Number(id), indices: rest.startsWith("_") ? [] : null, step: null };
  });
  return { ids, bad: ids.find(({ id }) => id === 0)?.text ?? null };
}

/** Ids separated by commas, each as it was written; `id` is null where a word is none. */
export function readEachId(text: string): readonly { readonly text: string; readonly id: WantedJob | null }[] {
  return splitIds(text).map((word) => ({ text: word, id: readJobId(word) }));
}

/** Words between commas that are not in brackets. */
function splitIds(text: string): readonly string[] {
  return text.match(/(?:\[[^\]]*\]|[^,[])+|\[/g) ?? [];
}

// scancel takes `5_` for the whole job.
function oneIndex(digits: string | undefined): Indices | null {
  return digits === undefined || digits === "" ? null : [[Number(digits), Number(digits)]];
}
