/** Owns qhost's listing: a line for each host, its resources, its queues and the jobs that run there. */

import { type Cell, type Column, padded, tableLines } from "../../language/column.ts";
import type { ClusterDescription, Node } from "../../model/cluster.ts";
import type { Listed } from "../../model/verbs.ts";
import { complexNamed } from "./complexes.ts";
import { architecture } from "./environment.ts";
import type { HostAsks } from "./host-options.ts";
import { type Line, linesOf } from "./lines.ts";
import { hostOffers, type Offer } from "./offers.ts";
import { isPattern, matches } from "./patterns.ts";
import { prioritiesAmong } from "./priorities.ts";
import { queuesShown } from "./queue-blocks.ts";
import { tasksText } from "./tasks.ts";
import { stampText } from "./times.ts";

/** What a listing is made from. */
export interface HostWorld {
  readonly listed: readonly Listed[];
  readonly cluster: ClusterDescription;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The listing, line by line. */
export function* hostLines(world: HostWorld, asks: HostAsks): Generator<string> {
  const cells = cellsOf(asks.plain === true);
  yield* tableLines(cells, [], { heading: true, before: "" });
  yield `${"-".repeat(cells.reduce((sum, { width, after }) => sum + width + after.length, 0))}\n`;
  // A host that is all hosts together has nothing of its own; a search for resources passes it over.
  if (!asks.requests) yield* tableLines(cells, [null], { heading: false, before: "" });
  const nodes = world.cluster.nodes.filter(({ name }) => !asks.hosts || asks.hosts.some((host) => isHost(host, name)));
  for (const node of nodes) {
    yield* tableLines(cells, [node], { heading: false, before: "" });
    yield* below({ ...world, node }, asks);
  }
}

/** Whether a name is this host's. */
export function isHost(asked: string, host: string): boolean {
  return asked === "localhost" || asked.toLowerCase() === host.toLowerCase();
}

/** A quantity as hosts show it: `23.5G`. */
export function amountText(amount: number, digits: number): string {
  const power = amount < 1024 ? 0 : Math.min(Math.floor(Math.log(amount) / Math.log(1024)), 4);
  return `${(amount / 1024 ** power).toFixed(digits)}${["", "K", "M", "G", "T"][power]}`;
}

interface HostView extends HostWorld {
  readonly node: Node;
}

/** A host's line; null is the one for all together. */
type Row = Node | null;

const column = (heading: string, width: number, value: (node: Node) => string): Column<Row> => ({
  ask: heading,
  heading,
  width,
  right: heading !== "HOSTNAME" && heading !== "ARCH",
  value: (node) => (node ? value(node) : "-"),
});

// How busy a host is, is not measured; nor is it known on how many sockets its processors are.
const unknown = () => "-";
const names = column("HOSTNAME", 23, ({ name }) => name);
const columns: readonly (Column<Row> & { readonly topology?: true })[] = [
  { ...names, value: (node) => node?.name ?? "global" },
  column("ARCH", 12, () => architecture("amd64")),
  column("NCPU", 4, ({ cpus }) => String(cpus)),
  { ...column("NSOC", 4, () => "1"), topology: true },
  { ...column("NCOR", 4, ({ cpus }) => String(cpus)), topology: true },
  { ...column("NTHR", 4, ({ cpus }) => String(cpus)), topology: true },
  column("LOAD", 5, unknown),
  column("MEMTOT", 7, ({ memory }) => amountText(memory, 1)),
  column("MEMUSE", 7, unknown),
  column("SWAPTO", 7, unknown),
  column("SWAPUS", 7, unknown),
];

function cellsOf(plain: boolean): readonly Cell<Row>[] {
  const shown = columns.filter(({ topology }) => !(plain && topology));
  return shown.map((one, at) => ({
    column: one,
    width: one.width,
    right: one.right,
    after: at === shown.length - 1 ? "" : " ",
  }));
}

function* below(view: HostView, asks: HostAsks): Generator<string> {
  if (asks.resources !== undefined) yield* resourceLines(view, asks.resources);
  const wanted = asks.users ?? (asks.jobs ? ["*"] : []);
  const all = linesOf(view.listed, view.now, view.cluster);
  const priorityOf = prioritiesAmong(all);
  const lines = all
    .filter(({ element }) => element !== null && element.state !== "ended" && element.node === view.node.name)
    .filter(({ job }) =>
      wanted.some((user) => (isPattern(user) ? matches(user, job.user.name) : user === job.user.name)),
    );
  const rows = (some: readonly Line[], queue: boolean) =>
    some.flatMap((line) => jobLines(line, priorityOf(line).total, queue));
  if (!asks.queues) {
    if (lines.length > 0) yield jobHeading;
    yield* rows(inQueueOrder(lines), true);
    return;
  }
  for (const { name, slots } of queuesShown(view.cluster, view.listed)) {
    const used = all.filter(({ element, job }) => element && element.state !== "ended" && job.queue === name);
    const count = used.reduce((sum, line) => sum + line.slots, 0);
    yield `   ${padded(name, 20, false)} BIP   ${`0/${count}/${slots}`.padEnd(14)}\n`;
    yield* rows(
      lines.filter(({ job }) => job.queue === name),
      false,
    );
  }
}

const jobHeading = `   job-ID  prior   name       user         state submit/start at     queue      master ja-task-ID \n   ${"-".repeat(94)}\n`;

function inQueueOrder(lines: readonly Line[]): readonly Line[] {
  return [...lines].sort((one, other) => (one.queue === other.queue ? 0 : one.queue < other.queue ? -1 : 1));
}

// One line for the master, one for each further slot.
function jobLines(line: Line, priority: number, withQueue: boolean): readonly string[] {
  const { job, state, at, tasks, slots } = line;
  const head = [
    String(job.id).padStart(7),
    priority.toFixed(5),
    padded(job.name, 10, false),
    padded(job.user.name, 12, false),
    padded(state, 5, false),
    stampText(at),
  ].join(" ");
  const tail = (role: string): string => {
    const task = tasks ? tasksText(tasks, 1) : "       ";
    return `${withQueue ? `${padded(line.queue, 10, false)} ` : ""}${role.padEnd(6)} ${task}\n`;
  };
  const slaves = Array.from({ length: Math.max(0, slots - 1) }, () => `${" ".repeat(4 + head.length)}${tail("SLAVE")}`);
  return [`   ${head} ${tail("MASTER")}`, ...slaves];
}

function* resourceLines({ cluster, listed, now, node }: HostView, wanted: string): Generator<string> {
  const running = linesOf(listed, now, cluster).filter(({ element }) => element && element.state !== "ended");
  const used = running.reduce((sum, { slots }) => sum + slots, 0);
  const memory = running.reduce((sum, { job }) => sum + job.need.memory, 0);
  const left = { slots: Math.max(0, node.cpus - used), memory: Math.max(0, node.memory - memory) };
  const asked = wanted
    .split(",")
    .filter(Boolean)
    .map((name) => complexNamed(name)?.name ?? name);
  const shown = hostOffers(cluster, left).filter(({ name }) => asked.length === 0 || asked.includes(name));
  for (const [at, offer] of shown.entries())
    yield `${at === 0 && asked.length > 0 ? "    Host Resource(s):      " : "   "}${offer.source}:${offer.name}=${offerText(offer)}\n`;
}

function offerText({ name, value }: Offer): string {
  if (typeof value === "string") return value;
  return complexNamed(name)?.kind === "memory" ? amountText(value, 3) : value.toFixed(6);
}
