/** Owns what sinfo prints: its formats, which nodes share a line, and the order of lines. */

import { type Cell, tableLines } from "../../language/column.ts";
import type { ClusterDescription, Queue } from "../../model/cluster.ts";
import { UsageError } from "../../model/errors.ts";
import type { MachineUse } from "../../model/machine-use.ts";
import { type Format, letterFormat, nameFormat } from "./formats.ts";
import { clockLine } from "./moments.ts";
import { type NodeState, type NodeUse, nodeState } from "./node-use.ts";
import { partitionsOf } from "./partitions.ts";
import { type NodeLine, sinfoColumns, sinfoLetters, sinfoNames } from "./sinfo-columns.ts";
import type { SinfoRequest } from "./sinfo-request.ts";

/** The formats of options; `#` is as wide as the longest name. */
const formats = {
  plain: "%#P %.5a %.10l %.6D %.6t %N",
  summary: "%#P %.5a %.10l %.16F %N",
  long: "%#P %.5a %.10l %.10s %.4r %.8h %.10g %.6D %.11T %N",
  nodes: "%#N %.6D %.#P %6t",
  longNodes: "%#N %.6D %.#P %.11T %4c %.8z %.6m %.8d %.6w %.8f %20E",
  reasons: "%20E %9u %19H %N",
  longReasons: "%20E %12U %19H %6t %N",
};

/** The listing and the complaints about its format. */
export function sinfoText(
  request: SinfoRequest,
  world: {
    readonly cluster: ClusterDescription;
    readonly uses: readonly NodeUse[];
    readonly machine: MachineUse;
    readonly now: number;
  },
): { readonly out: string; readonly err: string } {
  const format = formatOf(request, world.cluster);
  const lines = sorted(request, linesOf(request, format.cells, world));
  const layout = { heading: !request.flag("noHeader"), before: format.before };
  const dated = !request.flag("noHeader") && (request.flag("long") || request.every > 0);
  return {
    out: (dated ? clockLine(world.now) : "") + [...tableLines(format.cells, lines, layout)].join(""),
    err: format.unknown.map((name) => complaint(request, name)).join(""),
  };
}

function complaint(request: SinfoRequest, name: string): string {
  return request.text("names") === null
    ? `Invalid node format specification: ${name}\n`
    : `sinfo: error: Invalid job format specification: ${name}\n`;
}

function formatOf(request: SinfoRequest, cluster: ClusterDescription): Format<NodeLine> {
  const asked = { letters: request.text("letters"), names: request.text("names") };
  if (asked.names !== null && asked.letters !== null)
    throw new UsageError("-O (--Format) is incompatible with -o (--format)", 1);
  if (asked.names !== null) return nameFormat(asked.names, sinfoNames);
  const text = asked.letters ?? widened(formats[usualFormat(request)], cluster);
  return letterFormat(text, sinfoLetters);
}

function usualFormat({ flag }: SinfoRequest): keyof typeof formats {
  if (flag("summary")) return "summary";
  if (flag("reasons")) return flag("long") ? "longReasons" : "reasons";
  if (flag("byNode")) return flag("long") ? "longNodes" : "nodes";
  return flag("long") ? "long" : "plain";
}

const leastWidths = { P: 9, N: 9 } as const;

function widened(format: string, cluster: ClusterDescription): string {
  const width = (names: readonly string[], least: number) => Math.max(least, ...names.map(({ length }) => length));
  const partitions = partitionsOf(cluster).map(({ name, isDefault }) => name + (isDefault ? "*" : ""));
  const nodes = cluster.nodes.map(({ name }) => name);
  return format
    .replaceAll(/%(\.?)#P/g, `%$1${width(partitions, leastWidths.P)}P`)
    .replaceAll("%#N", `%${width(nodes, leastWidths.N)}N`);
}

interface Part {
  readonly queue: Queue;
  readonly use: NodeUse | null;
}

/** Pairs of partition and node, those together that differ in no column that keeps them apart. */
function linesOf(
  request: SinfoRequest,
  cells: readonly Cell<NodeLine>[],
  world: Pick<NodeLine, "cluster" | "uses" | "machine">,
): readonly NodeLine[] {
  const { cluster, machine } = world;
  const kinds = request.flag("exact") ? ["partition", "state", "amount"] : ["partition", "state"];
  const apart = sinfoColumns.filter(
    ({ kind, letter, name }) =>
      kinds.includes(kind) && cells.some(({ column }) => column.ask === letter || column.ask === name),
  );
  const groups = new Map<string, NodeLine>();
  for (const { queue, use } of partsOf(request, partitionsOf(cluster), world.uses)) {
    const line: NodeLine = { queue, uses: use ? [use] : [], cluster, machine };
    const own = request.flag("byNode") ? `${queue.name} ${use?.node.name}` : "";
    const key = JSON.stringify([own, ...apart.map(({ value }) => value(line))]);
    const known = groups.get(key);
    // A node that is in several partitions counts once.
    const uses = new Map([...(known?.uses ?? []), ...line.uses].map((each) => [each.node.name, each]));
    groups.set(key, { ...(known ?? line), uses: [...uses.values()] });
  }
  return [...groups.values()];
}

function partsOf(request: SinfoRequest, queues: readonly Queue[], uses: readonly NodeUse[]): readonly Part[] {
  const silent = request.flag("dead") ? uses.filter(({ node }) => node.mark?.isSilent) : uses;
  const wanted = silent.filter((use) => isWanted(request, use));
  const shown = queues.filter(({ name }) => request.partitions?.includes(name) ?? true);
  if (request.flag("byNode")) return wanted.flatMap((use) => shown.map((queue) => ({ queue, use })));
  return shown.flatMap((queue): readonly Part[] =>
    wanted.length > 0 || request.flag("reasons") ? wanted.map((use) => ({ queue, use })) : [{ queue, use: null }],
  );
}

function isWanted({ nodes, states, flag }: SinfoRequest, use: NodeUse): boolean {
  if (flag("reasons") && !use.node.mark) return false;
  if (nodes !== null && !nodes.includes(use.node.name)) return false;
  return states === null || states.some((all) => all.every((state) => isIn(nodeState(use), state)));
}

function isIn({ long, base, flags }: NodeState, state: string): boolean {
  const isSilent = flags.includes("not_responding");
  if (isSilent && (state === base || state === "no_respond")) return true;
  return state === long || flags.some((flag) => flag === state);
}

function sorted({ sort }: SinfoRequest, lines: readonly NodeLine[]): readonly NodeLine[] {
  return [...lines].sort((a, b) => {
    for (const { letter, down } of sort) {
      const value = sinfoColumns.find((row) => row.letter === letter)?.value;
      const difference = value ? compare(value(a), value(b)) : 0;
      if (difference !== 0) return down ? -difference : difference;
    }
    return 0;
  });
}

function compare(a: string | number, b: string | number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
