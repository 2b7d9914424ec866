/** Owns PBS's `-l`: named resources, Torque's nodes statement and PBS Pro's select statement. */

import { parse as parseDuration } from "#grammar/durations.js";
import { parse as parseQuantity } from "#grammar/quantities.js";
import { type Chunk, parse as parseResources } from "#grammar/resources.js";
import { codec, ValueError } from "../../language/codec.ts";
import { assigns, type Effect } from "../../language/option.ts";
import type { JobSpec } from "../../model/spec.ts";

type Change = Partial<JobSpec>;

const clock = codec("time", (value) => parseDuration(value, { startRule: "Clock" }), String);
const size = codec("size", (value) => parseQuantity(value, { startRule: "Suffixed" }), String);
const count = codec("number", (value) => parseQuantity(value, { startRule: "Count" }), String);
const chunks = codec(
  "chunk list",
  (value) => parseResources(value, { startRule: "Chunks" }),
  () => null,
);

/** What each name means; one row per name. Others are kept as named requests. */
const meanings: Readonly<Record<string, (value: string) => Change>> = {
  walltime: (value) => ({ wallTime: clock.read(value) }),
  min_walltime: (value) => ({ minimumWallTime: clock.read(value) }),
  cput: (value) => ({ requests: [{ name: "cput", value: String(clock.read(value)), soft: false }] }),
  mem: (value) => ({ memoryPerNode: size.read(value) }),
  pmem: (value) => ({ memoryPerCpu: size.read(value) }),
  vmem: (value) => ({ requests: [{ name: "vmem", value: String(size.read(value)), soft: false }] }),
  ncpus: (value) => ({ cpusPerRank: count.read(value) }),
  ngpus: (value) => ({ gpusPerNode: gpus(count.read(value)) }),
  procs: (value) => ({ ranks: count.read(value) }),
  mppwidth: (value) => ({ ranks: count.read(value) }),
  mppnppn: (value) => ({ ranksPerNode: count.read(value) }),
  mppdepth: (value) => ({ cpusPerRank: count.read(value) }),
  nodes: (value) => nodes(chunks.read(value)),
  select: (value) => select(chunks.read(value)),
  place: (value) => (value.split(":").some((word) => word.startsWith("excl")) ? { exclusive: "node" } : {}),
};

/** `-l name=value,…`: each name by its meaning; several lines add up. */
export const resources: Effect = assigns({
  takes: "value",
  fields: [
    "wallTime",
    "minimumWallTime",
    "memoryPerNode",
    "memoryPerCpu",
    "cpusPerRank",
    "gpusPerNode",
    "ranks",
    "ranksPerNode",
    "nodes",
    "nodeList",
    "exclusive",
    "requests",
    "features",
  ],
  apply: ([value = ""], { spec }) =>
    Object.assign({}, ...parts(value).map(changeOf), {
      requests: [...(spec.requests ?? []), ...parts(value).flatMap((part) => changeOf(part).requests ?? [])],
    }),
  write: writeResources,
});

function changeOf({ name, value }: { readonly name: string; readonly value: string }): Change {
  return meanings[name]?.(value) ?? { requests: [{ name, value, soft: false }] };
}

// Commas separate resources, but also hosts within a value; a part without `=` that no name fits belongs to what came before.
function parts(value: string): readonly { readonly name: string; readonly value: string }[] {
  const found: { name: string; value: string }[] = [];
  for (const part of value
    .split(",")
    .map((text) => text.trim())
    .filter(Boolean)) {
    const at = part.indexOf("=");
    if (at === 0)
      throw new ValueError("a resource has no name", { kind: "resource list", column: value.indexOf(part) + 1 });
    found.push(
      at < 0
        ? { name: part, value: "TRUE" }
        : { name: part.slice(0, at), value: part.slice(at + 1).replace(/^"(.*)"$/, "$1") },
    );
  }
  if (found.length === 0) throw new ValueError("expected name=value", { kind: "resource list", column: 1 });
  return found;
}

const gpus = (number: number) => [{ name: "gpu", type: null, count: number }];

function valueNamed(chunk: Chunk, name: string): string | null {
  return chunk.parts.find((part) => part.name === name)?.value ?? null;
}

// Torque: nodes=2:ppn=8:gpus=1+1:ppn=4:property, or names of hosts.
function nodes(all: readonly Chunk[]): Change {
  const [first] = all;
  if (!first) return {};
  const hosts = all.flatMap((chunk) => chunk.parts.filter((part) => part.value === null).map((part) => part.name));
  const ppn = valueNamed(first, "ppn");
  const gpusEach = valueNamed(first, "gpus");
  return {
    nodes: { least: all.reduce((sum, chunk) => sum + chunk.count, 0), most: null },
    ...(ppn === null ? {} : { ranksPerNode: count.read(ppn) }),
    ...(gpusEach === null ? {} : { gpusPerNode: gpus(count.read(gpusEach)) }),
    ...(hosts.length ? { features: hosts.join("&") } : {}),
  };
}

// PBS Pro: each chunk is a share of one host; the first chunk's shape stands for all, as one machine needs no more.
function select(all: readonly Chunk[]): Change {
  const [first] = all;
  if (!first) return {};
  const cpus = count.read(valueNamed(first, "ncpus") ?? "1");
  const ranks = Number(valueNamed(first, "mpiprocs") ?? 1);
  const memory = valueNamed(first, "mem");
  const gpusEach = valueNamed(first, "ngpus");
  const hosts = all.flatMap((chunk) => valueNamed(chunk, "host") ?? []);
  return {
    nodes: { least: all.reduce((sum, chunk) => sum + chunk.count, 0), most: null },
    ranksPerNode: ranks,
    cpusPerRank: Math.max(1, Math.floor(cpus / Math.max(1, ranks))),
    ...(memory === null ? {} : { memoryPerNode: size.read(memory) }),
    ...(gpusEach === null ? {} : { gpusPerNode: gpus(count.read(gpusEach)) }),
    ...(hosts.length ? { nodeList: hosts } : {}),
  };
}

// As PBS Pro has it: nodes are chunks, all alike or one for each host.
function writeResources(spec: JobSpec): readonly string[] | null {
  const said = [
    spec.nodes && `select=${chunkTexts(spec).join("+")}`,
    spec.exclusive && spec.exclusive !== "no" && "place=excl",
    spec.wallTime !== null && spec.wallTime !== Number.POSITIVE_INFINITY && `walltime=${clockText(spec.wallTime)}`,
    !spec.nodes && spec.memoryPerNode && `mem=${sizeText(spec.memoryPerNode)}`,
    ...(spec.requests ?? []).map(({ name, value }) => `${name}=${value}`),
  ].filter(Boolean);
  return said.length ? [said.join(",")] : null;
}

function chunkTexts(spec: JobSpec): readonly string[] {
  const ranks = spec.ranksPerNode ?? 1;
  const gpusEach = (spec.gpusPerNode ?? []).reduce((sum, { count: number }) => sum + number, 0);
  const shape = [
    `ncpus=${Math.ceil((spec.cpusPerRank ?? 1) * ranks)}`,
    ...(ranks > 1 ? [`mpiprocs=${ranks}`] : []),
    ...(spec.memoryPerNode ? [`mem=${sizeText(spec.memoryPerNode)}`] : []),
    ...(gpusEach ? [`ngpus=${gpusEach}`] : []),
  ].join(":");
  const hosts = spec.nodeList ?? [];
  if (hosts.length > 0) return hosts.map((host) => `1:${shape}:host=${host}`);
  return [`${spec.nodes?.least ?? 1}:${shape}`];
}

/** Bytes with the largest unit that loses nothing. */
function sizeText(bytes: number): string {
  const units = ["b", "kb", "mb", "gb"];
  let amount = Math.ceil(bytes);
  let unit = 0;
  for (; amount % 1024 === 0 && amount > 0 && unit < units.length - 1; unit++) amount /= 1024;
  return `${amount}${units[unit]}`;
}

function clockText(seconds: number): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
