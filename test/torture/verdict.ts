/** Owns the judgement over one round: what was acknowledged against what the accounting and the jobs themselves say. */

import type { Asked, Condition, Line, Row } from "./ledger.ts";

/** What was done to the machine that excuses something. */
export interface Violence {
  /** When a runner was killed (epoch ns): what ran then is a failure of the node. */
  readonly runnerKilledAt: readonly bigint[];
  /** When the power was cut; null if it never was. What began right before may be forgotten, and begins again. */
  readonly powerCutAt: bigint | null;
}

/** Everything that is known after a round. */
export interface Evidence extends Violence {
  readonly asked: readonly Asked[];
  /** By tag. */
  readonly lines: ReadonlyMap<string, readonly Line[]>;
  readonly rows: readonly Row[];
}

/** Sentences on what is wrong; none where every promise was kept. */
export function faults(evidence: Evidence): readonly string[] {
  const byName = new Map<string, Row[]>();
  for (const row of evidence.rows) byName.set(row.name, [...(byName.get(row.name) ?? []), row]);
  return evidence.asked.flatMap((asked) => [
    ...existence(asked, byName.get(asked.tag) ?? []),
    ...elementsOf(asked).flatMap((index) => element({ evidence, asked, index, byName })),
  ]);
}

function elementsOf({ indices }: Asked): readonly (number | null)[] {
  return indices ?? [null];
}

function existence(asked: Asked, rows: readonly Row[]): readonly string[] {
  const ids = [...new Set(rows.map(({ id }) => id))];
  if (asked.id === null)
    return ids.length > 1 ? [`${asked.tag} was submitted once and exists as ${ids.join(" and ")}`] : [];
  if (ids.length !== 1 || ids[0] !== asked.id)
    return [`${asked.tag} was acknowledged as ${asked.id} and exists as ${ids.join(" and ") || "nothing"}`];
  const expected = elementsOf(asked).length;
  return rows.length === expected ? [] : [`${asked.tag} has ${expected} elements, the accounting ${rows.length}`];
}

interface Case {
  readonly evidence: Evidence;
  readonly asked: Asked;
  readonly index: number | null;
  readonly byName: ReadonlyMap<string, readonly Row[]>;
}

function element({ evidence, asked, index, byName }: Case): readonly string[] {
  const row = byName.get(asked.tag)?.find((each) => each.index === index);
  const lines = (evidence.lines.get(asked.tag) ?? []).filter((line) => line.index === index);
  const begins = lines.filter(({ what }) => what === "begin").length - forgotten(evidence.powerCutAt, lines);
  const name = `${asked.tag}${index === null ? "" : `[${index}]`}`;
  if (begins > 1) return [`${name} ran ${begins} times`];
  if (!row) return begins > 0 ? [`${name} ran and is in no accounting`] : [];
  const met = meets({ evidence, asked, index, byName });
  return [
    ...stateFaults({ asked, row, lines, killedAt: evidence.runnerKilledAt, met }),
    ...(begins > 0 ? orderFaults(evidence, asked, lines) : []),
    ...(begins > 0 && met === false ? ["ran although its dependency was not met"] : []),
  ].map((fault) => `${name} (${row.id}, ${row.state} ${row.code}, to exit ${asked.code}) ${fault}`);
}

interface Seen {
  readonly asked: Asked;
  readonly row: Row;
  /** The element's own. */
  readonly lines: readonly Line[];
  readonly killedAt: readonly bigint[];
  readonly met: boolean | null;
}

function stateFaults({ asked, row, lines, killedAt, met }: Seen): readonly string[] {
  const wanted = asked.code === 0 ? "COMPLETED" : "FAILED";
  switch (row.state) {
    case "COMPLETED":
    case "FAILED":
      if (lines.length < 2) return ["is accounted for and did not run to its end"];
      return row.state === wanted && row.code === asked.code ? [] : ["has another exit status than its script"];
    case "CANCELLED":
      return asked.cancelTried || met === false ? [] : ["was cancelled by nobody"];
    case "NODE_FAIL":
      return killedAt.some((at) => fellWith(lines, at)) ? [] : ["is a failure of the node, which did not fail then"];
    default:
      return ["has not come to an end"];
  }
}

/** Between what a script did and the record of it there may be this much (ns). */
const recordingNs = 1_000_000_000n;

/** How many of the element's beginnings the disk did not hear of any more: its first one at most. */
function forgotten(cutAt: bigint | null, lines: readonly Line[]): number {
  const [first, again] = lines.filter(({ what }) => what === "begin");
  return cutAt !== null && first && again && first.at + recordingNs > cutAt ? 1 : 0;
}

/** Whether the element may have been running when its runner was killed. */
function fellWith(lines: readonly Line[], at: bigint): boolean {
  const end = lines.find(({ what }) => what === "end")?.at;
  return end === undefined || end + recordingNs > at;
}

/** Whether the element's dependency was met by its parent's end; null where there is none, or nothing is known of it. */
function meets({ asked, byName }: Case): boolean | null {
  if (asked.parent === null) return null;
  const rows = byName.get(asked.parent.tag) ?? [];
  return rows.length === 0 ? null : conditions[asked.parent.condition](rows);
}

const conditions: Readonly<Record<Condition, (rows: readonly Row[]) => boolean>> = {
  any: () => true,
  ok: (rows) => rows.every(({ state }) => state === "COMPLETED"),
  notOk: (rows) => rows.some(({ state }) => state !== "COMPLETED"),
};

/** What depends on another job begins after that one's last line. */
function orderFaults({ lines }: Evidence, { parent }: Asked, own: readonly Line[]): readonly string[] {
  const first = own[0]?.at;
  const before = parent && (lines.get(parent.tag) ?? []);
  if (!before || first === undefined) return [];
  return before.some(({ at }) => at > first) ? [`began before ${parent.tag} was over`] : [];
}
