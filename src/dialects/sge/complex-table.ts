/** Owns how the table of resources is read back (`qconf -Mc`), and what of it is new, changed or gone. */

import type { Definition } from "../../model/amendment.ts";
import type { ClusterDescription, ComplexDescription } from "../../model/cluster.ts";
import { RefusedError } from "../../model/errors.ts";
import { complexRows, types } from "./configuration-objects.ts";
import { Unreadable } from "./object-reading.ts";

/** A line about what was done, and the amendment that does it. */
export interface ComplexChange {
  readonly line: string;
  readonly amendment: Definition;
}

/** What the text changes. `who` is `user@host`. Throws Unreadable, RefusedError. */
export function complexChanges(text: string, cluster: ClusterDescription, who: string): readonly ComplexChange[] {
  const before = new Map(complexRows(cluster).map((cells) => [cells[0] ?? "", cells]));
  const after = text
    .split("\n")
    .filter((line) => line.trim() !== "" && !line.startsWith("#"))
    .map((line) => line.trim().split(/\s+/));
  const rows = after.map(read);
  refuseDoubles(rows);
  const changed = rows.flatMap((row, at): readonly ComplexChange[] => {
    const old = before.get(row.name);
    if (old?.join(" ").toUpperCase() === after[at]?.join(" ").toUpperCase()) return [];
    const deed = old ? `modified "${row.name}" in` : `added "${row.name}" to`;
    return [{ line: `${who} ${deed} complex entry list`, amendment: definition(row.name, row) }];
  });
  const gone = [...before.keys()].filter((name) => !rows.some((row) => row.name === name));
  return [...changed, ...gone.map((name) => removal(name, cluster, who))];
}

function definition(name: string, row: ComplexDescription | null): Definition {
  return { kind: "complex", name, change: { definition: row } };
}

function removal(name: string, cluster: ClusterDescription, who: string): ComplexChange {
  const { complexes = [], hostCapacities = [], queues } = cluster;
  if (!complexes.some((row) => row.name === name))
    throw new RefusedError(`denied: built-in complex attribute "${name}" can't be removed`, 1);
  const host = hostCapacities.find(({ values }) => values.some((value) => value.name === name));
  const queue = queues.find(({ capacities }) => capacities?.some((value) => value.name === name));
  const place = host ? `host "${host.name}"` : queue ? `queue "${queue.name}"` : null;
  if (place !== null) throw new RefusedError(`denied: Complex attribute "${name}" is still referenced in ${place}.`, 1);
  return { line: `${who} removed "${name}" from complex list`, amendment: definition(name, null) };
}

function refuseDoubles(rows: readonly ComplexDescription[]): void {
  const seen = new Set<string>();
  for (const { name, shortcut } of rows) {
    if (seen.has(name) || seen.has(shortcut))
      throw new RefusedError(`complex with name ${name} or shortcut ${shortcut} already exists`, 1);
    seen.add(name).add(shortcut);
  }
}

const kinds = ["integer", "double", "memory", "time", "string", "boolean", "host"] as const;
const relations = ["==", "!=", ">=", "<=", "<", ">", "EXCL"];

function read(cells: readonly string[]): ComplexDescription {
  const [name = "", shortcut = "", type = "", comparison = "", requestable = "", consumable = "", usual, urgency] =
    cells;
  const kind = kinds.find((each) => types[each] === type.toUpperCase());
  if (!kind) throw new Unreadable([`unknown complex attribute type "${type}"`]);
  const strange =
    !relations.includes(comparison) || !isOneOf(requestable, "YES NO FORCED") || !isOneOf(consumable, "YES NO JOB");
  if (strange) throw new Unreadable([`"${cells.join(" ")}" is no line of a complex`]);
  if (usual === undefined || urgency === undefined) throw new RefusedError("Complex urgency definition is missing", 1);
  const counted = !isOneOf(consumable, "NO");
  refuseUncountable({ name, kind, type, comparison, counted });
  return {
    ...{ name, shortcut, kind, comparison, usual, urgency, consumable: counted, perJob: isOneOf(consumable, "JOB") },
    requestable: isOneOf(requestable, "FORCED") ? "forced" : isOneOf(requestable, "YES"),
  };
}

function refuseUncountable(row: {
  name: string;
  kind: string;
  type: string;
  comparison: string;
  counted: boolean;
}): void {
  if (!row.counted) return;
  const complaints = [
    ...(["string", "host"].includes(row.kind)
      ? [`Complex "${row.name}" of type "${row.type}" cannot be a consumable`]
      : []),
    ...(row.comparison === "<=" || row.comparison === "EXCL"
      ? []
      : [`Consumable "${row.name}" can have only <= as an relational operator`]),
  ];
  if (complaints.length > 0) throw new RefusedError(complaints.join("\n"), 1);
}

function isOneOf(value: string, words: string): boolean {
  return words
    .split(" ")
    .some((word) => word === value.toUpperCase() || (word[0] === value.toUpperCase() && word !== "FORCED"));
}
