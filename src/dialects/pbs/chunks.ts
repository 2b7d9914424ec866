/** Owns how PBS Pro says what a job needs: as chunks. */

import { type Loss, type Saying, saying } from "../../language/neutral.ts";
import type { Counted, FieldName, JobSpec } from "../../model/spec.ts";

/** What a chunk says. */
export const chunkFields: readonly FieldName[] = [
  "nodes",
  "nodeList",
  "ranks",
  "ranksPerNode",
  "cpusPerNode",
  "cpusPerRank",
  "cpusPerGpu",
  "memoryPerNode",
  "memoryPerCpu",
  "memoryPerGpu",
  "gpus",
  "gpusPerNode",
  "gpusPerRank",
];

const count = (things: readonly Counted[] | null) => (things ?? []).reduce((sum, thing) => sum + thing.count, 0);

/** A chunk is a node's share; tasks that may be anywhere are a chunk each. */
export function sayChunks(spec: JobSpec): readonly (Saying | Loss)[] {
  const parts = chunkFields.filter((field) => spec[field] !== null);
  const perNode = spec.memoryPerNode !== null || count(spec.gpusPerNode) > 0 || count(spec.gpus) > 0;
  const spread = spec.ranks !== null && spec.ranksPerNode !== null ? Math.ceil(spec.ranks / spec.ranksPerNode) : null;
  const hosts = spec.nodeList?.length ?? 0;
  const free = spec.nodes === null && spec.ranks !== null && spread === null && hosts === 0;
  const asked = free && !perNode ? (spec.ranks ?? 1) : (spec.nodes?.least ?? spread ?? hosts);
  const chunks = Math.max(1, asked);
  const ranks = spec.ranksPerNode ?? Math.ceil((spec.ranks ?? chunks) / chunks);
  const gpus = Math.max(count(spec.gpusPerNode), Math.ceil(count(spec.gpus) / chunks), count(spec.gpusPerRank) * ranks);
  const cpus = Math.max(ranks * (spec.cpusPerRank ?? 1), spec.cpusPerNode ?? 0, (spec.cpusPerGpu ?? 0) * gpus);
  const memory =
    spec.memoryPerNode ?? (spec.memoryPerCpu === null ? (spec.memoryPerGpu ?? 0) * gpus : spec.memoryPerCpu * cpus);
  const hows = [
    ...(free && perNode && (spec.ranks ?? 1) > 1 ? ["all tasks on one node, whose memory or GPUs were asked for"] : []),
    ...(spec.nodes?.most && spec.nodes.most > spec.nodes.least
      ? [`${spec.nodes.least} nodes, not up to ${spec.nodes.most}`]
      : []),
    ...(typesOf(spec).length ? [`the GPU's type ${typesOf(spec)[0]} is not said: it is a resource of the site`] : []),
    ...(spec.memoryPerNode === 0 ? ["all the memory of a node is not said: ask for the whole node"] : []),
    ...(spec.ranks !== null && ranks * chunks !== spec.ranks
      ? [`${ranks * chunks} tasks, so that chunks are alike; ${spec.ranks} were asked for`]
      : []),
  ];
  const piece: Partial<JobSpec> = {
    nodes: { least: chunks, most: null },
    ranksPerNode: ranks,
    cpusPerRank: cpus / ranks,
    memoryPerNode: memory || null,
    gpusPerNode: gpus ? [{ name: "gpu", type: null, count: gpus }] : null,
    nodeList: spec.nodeList,
  };
  return [saying(parts, piece, hows.join("; ") || null)];
}

function typesOf({ gpus, gpusPerNode, gpusPerRank }: JobSpec): readonly string[] {
  return [...(gpus ?? []), ...(gpusPerNode ?? []), ...(gpusPerRank ?? [])].flatMap(({ type }) => type ?? []);
}
