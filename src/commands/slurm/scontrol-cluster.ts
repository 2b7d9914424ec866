/** Owns `scontrol update` of nodes and partitions, which operators change for good. */

import { expandHosts } from "../../dialects/slurm/hostlists.ts";
import { nodeChangeOf } from "../../dialects/slurm/node-changes.ts";
import { partitionChangeOf } from "../../dialects/slurm/partition-changes.ts";
import { isOperator, partitionsOf } from "../../dialects/slurm/partitions.ts";
import type { KeyValue } from "../../dialects/slurm/update-request.ts";
import type { Context, Reply } from "../../language/context.ts";

/** `NodeName=…`: all of them or none. Throws UsageError. */
export function updateNodes(context: Context, names: string, said: readonly KeyValue[]): Reply {
  const { verbs, user, clock } = context;
  const by = { by: { name: user.name, uid: user.uid }, now: clock.now() };
  const { nodes } = verbs.description;
  const asked = /^all$/i.test(names) ? nodes.map(({ name }) => name) : (expandHosts(names) ?? [names]);
  const changes = asked.map((name) => ({
    name,
    known: nodes.some((node) => node.name === name),
    change: nodeChangeOf(said, nodes.find((node) => node.name === name) ?? {}, by),
  }));
  if (!mayChange(context)) return failed("Invalid user id");
  if (!changes.every(({ known }) => known)) return failed("Invalid node name specified");
  for (const { name, change } of changes) verbs.amend({ kind: "node", name, change }, user.uid);
  return {};
}

/** `PartitionName=…`. Throws UsageError. */
export function updatePartition(context: Context, name: string, said: readonly KeyValue[]): Reply {
  const { verbs, user } = context;
  const change = partitionChangeOf(said);
  if (!mayChange(context)) return failed("Invalid user id");
  const partitions = partitionsOf(verbs.description);
  const partition = partitions.find((each) => each.name === name);
  if (!partition) return failed("Invalid partition name specified");
  const amend = (queue: string, what: typeof change) =>
    verbs.amend({ kind: "queue", name: queue, change: what }, user.uid);
  if (change.isDefault)
    for (const other of partitions.filter((each) => each !== partition && each.isDefault))
      amend(other.name, { isDefault: false });
  amend(name, { isDefault: partition.isDefault, ...change });
  return {};
}

function mayChange({ user, verbs }: Context): boolean {
  return isOperator(user.uid, verbs.description);
}

function failed(reason: string): Reply {
  return { err: `slurm_update error: ${reason}\n`, code: 1 };
}
