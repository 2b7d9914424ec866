/** Owns what `scontrol update NodeName=…` says, key by key: the mark of a node and its features. */

import type { Standing } from "../../language/option.ts";
import type { Node, NodeMark } from "../../model/cluster.ts";
import { UsageError } from "../../model/errors.ts";

/** What becomes of a node. */
export type NodeChange = Partial<Pick<Node, "mark" | "features">>;

/** Who changes it, and when (epoch ms). */
export interface By {
  readonly by: NodeMark["by"];
  readonly now: number;
}

/** A key for nodes: its names, and how short they may be. */
export interface NodeKey {
  readonly names: readonly string[];
  readonly help: string;
  readonly standing: Standing;
}

const honoured = (names: string, help: string): NodeKey => ({
  ...{ names: names.split(" "), help, standing: { kind: "honoured" } },
});
const refused = (names: string, why: string): NodeKey => ({
  ...{ names: names.split(" "), help: "not changed here", standing: { kind: "refused", why } },
});
const machine = "the nodes share this machine as it is";

/** The keys, in the order of the manual. */
export const nodeKeys: readonly NodeKey[] = [
  refused("ActiveFeatures", "features are active as long as they are available: say AvailableFeatures"),
  honoured("AvailableFeatures Features", "what jobs may ask the node for by name; empty for nothing"),
  refused("Comment", "there is one text: Reason"),
  refused("CpuBind", machine),
  refused("Extra", "there is one text: Reason"),
  refused("Gres", `${machine}; the config has a key for GPUs`),
  refused("NodeAddr", machine),
  refused("NodeHostname", machine),
  honoured("Reason", "why nothing is to be started on the node"),
  refused("ResumeAfter", "nodes are resumed by whoever took them down"),
  honoured("State", "DRAIN: start nothing more; DOWN: also end what runs; RESUME, UNDRAIN, IDLE: start again"),
  refused("Weight", machine),
];

type Marking = "drain" | "down" | "clear" | "refused";

/** The states that may be said, and how many characters of each are enough. */
const states: readonly { readonly word: string; readonly marking: Marking }[] = [
  { word: "noresp", marking: "refused" },
  { word: "drain", marking: "drain" },
  { word: "fail", marking: "refused" },
  { word: "future", marking: "refused" },
  { word: "resume", marking: "clear" },
  { word: "power_down", marking: "refused" },
  { word: "power_up", marking: "refused" },
  { word: "undrain", marking: "clear" },
  { word: "down", marking: "down" },
  { word: "idle", marking: "clear" },
];

/** What the keys come to for a node that has this mark. Throws UsageError, worded as scontrol does. */
export function nodeChangeOf(
  said: readonly (readonly [key: string, value: string])[],
  { mark: before }: Pick<Node, "mark">,
  { by, now }: By,
): NodeChange {
  const values = new Map(said.map(([key, value]) => [rowOf(key, value).names[0], { key, value }] as const));
  if (values.size === 0) throw new UsageError("No changes specified", 1);
  const features = values.get("AvailableFeatures")?.value;
  const change: NodeChange = features === undefined ? {} : { features: features.split(",").filter(Boolean) };
  const asked = values.get("State");
  const reason = values.get("Reason")?.value;
  if (asked === undefined && reason === undefined) return change;
  const marking = asked ? markingOf(asked.key, asked.value) : (before?.state ?? null);
  if (marking === null) throw new UsageError("Reason is kept of a node that is drained or down: say State=, too", 1);
  if (marking === "clear") return { ...change, mark: null };
  if (!reason) throw new UsageError("You must specify a reason when DOWNING or DRAINING a node. Request denied", 1);
  return { ...change, mark: { state: marking, reason, by, at: now } };
}

function rowOf(key: string, value: string): NodeKey {
  const lower = key.toLowerCase();
  const row = nodeKeys.find(({ names }) =>
    names.some((name) => name.toLowerCase() === lower || (lower.length >= 3 && name.toLowerCase().startsWith(lower))),
  );
  if (!row) throw new UsageError(`Update of this parameter is not supported: ${key}=${value}\nRequest aborted`, 1);
  if (row.standing.kind === "refused") throw new UsageError(`${key} is not changed here: ${row.standing.why}`, 1);
  return row;
}

function markingOf(key: string, value: string): Exclude<Marking, "refused"> {
  const lower = value.toLowerCase();
  const state = states.find(({ word }) => word.startsWith(lower) && lower.length >= 3);
  if (!state) {
    const valid = "Valid states are: NoResp DRAIN FAIL FUTURE RESUME POWER_DOWN POWER_UP UNDRAIN";
    const text = `Invalid input: ${key}=${value}\nRequest aborted\n${valid}`;
    throw new UsageError(`${text}\nNot all states are valid given a node's prior state`, 1);
  }
  if (state.marking === "refused")
    throw new UsageError(`${value} is no state that nodes have here: say DRAIN, DOWN or RESUME`, 1);
  return state.marking;
}
