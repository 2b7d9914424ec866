/** Owns --cpu-bind and --mem-bind: nothing is bound here, but tasks see what was asked for, as Slurm tells it. */

import { type Codec, ValueError } from "../../language/codec.ts";

/** What was asked, in the pieces that its variables are made of. */
export interface Binding {
  readonly said: string;
  readonly verbose: boolean;
  /** Memory of other nodes is only second choice. */
  readonly prefer: boolean;
  /** `none`, `rank`, `map_cpu:`; empty where only the loudness was said. */
  readonly type: string;
  readonly list: string;
}

/** `--cpu-bind` */
export const cpuBinding = binding("cpu", {
  plain: /^(none|rank|rank_ldom)$/,
  // Slurm 22.05 tells the name twice where parts of the machine are bound to; a nested srun reads that again.
  parts: /^(socket|core|thread|ldom)s?(?:\1s)?$/,
  lists: /^(map|mask)_(cpu|ldom):/,
});

/** `--mem-bind` */
export const memoryBinding = binding("mem", {
  plain: /^(none|rank|local|sort|nosort)$/,
  parts: /^$/,
  lists: /^(map|mask)_mem:/,
});

interface Words {
  readonly plain: RegExp;
  readonly parts: RegExp;
  readonly lists: RegExp;
}

function binding(which: "cpu" | "mem", words: Words): Codec<Binding> {
  return { kind: `${which} binding words`, read: (text) => readBinding(text, words), write: ({ said }) => said };

  function readBinding(said: string, { plain, parts, lists }: Words): Binding {
    let found: Binding = { said, verbose: false, prefer: false, type: "", list: "" };
    // A list has commas of its own.
    for (const word of said.split(/,(?=[a-z])/i)) {
      const name = word.toLowerCase().replace(/^no$/, "none");
      if (/^(q|quiet|help|)$/.test(name)) continue;
      if (/^(v|verbose)$/.test(name)) found = { ...found, verbose: true, list: which === "cpu" ? word : "" };
      else if (which === "mem" && /^p(refer)?$/.test(name)) found = { ...found, prefer: true };
      else if (plain.test(name)) found = { ...found, type: name, list: "" };
      else if (parts.test(name)) found = { ...found, ...partOf(parts.exec(name)?.[1] ?? "") };
      else if (lists.test(name)) found = { ...found, ...listOf(name) };
      else throw new ValueError(word, { kind: `${which} binding words`, column: 1 });
    }
    return found;
  }
}

function partOf(name: string): Pick<Binding, "type" | "list"> {
  return { type: `${name}s`, list: `${name}s` };
}

function listOf(word: string): Pick<Binding, "type" | "list"> {
  const at = word.indexOf(":") + 1;
  return { type: word.slice(0, at), list: word.slice(at).replace(/\b0x/g, "") };
}

/** The values of `SLURM_CPU_BIND` and its kind: as a whole, and by what follows the underscore. */
export function bindingValues(
  of: Binding | undefined,
): Readonly<Record<"" | "LIST" | "PREFER" | "TYPE" | "VERBOSE", string | null>> {
  if (of === undefined || (of.type === "" && !of.verbose))
    return { "": null, LIST: null, PREFER: null, TYPE: null, VERBOSE: null };
  const loud = of.verbose ? "verbose" : "quiet";
  const way = of.type === "" ? [] : [of.type + of.list];
  const whole = [loud, ...(of.prefer ? ["prefer"] : []), ...way].join(",");
  return { "": whole, LIST: of.list, PREFER: of.prefer ? "prefer" : null, TYPE: of.type, VERBOSE: loud };
}
