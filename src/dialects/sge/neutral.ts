/** Owns what Grid Engine's own words are in those that all families share. */

import {
  type EnvironmentKind,
  type Neutral,
  neutralExport,
  type Part,
  type SiteWords,
} from "../../language/neutral.ts";
import type { Dependency } from "../../model/dependency.ts";
import type { JobSpec, Request } from "../../model/spec.ts";
import { bytesOf } from "./complexes.ts";
import { neutralPattern } from "./file-patterns.ts";

type Piece = Pick<Neutral, "notes"> & { readonly spec: Partial<JobSpec> };

/** A spec in neutral words. */
export function neutralOf(spec: JobSpec, site: SiteWords): Neutral {
  const pieces = [
    environmentPiece(spec, site),
    requestsPiece(spec, site),
    streamsPiece(spec),
    { spec: plainFields(spec), notes: [] },
  ];
  return {
    spec: Object.assign({ ...spec }, ...pieces.map((piece) => piece.spec)),
    notes: pieces.flatMap(({ notes }) => notes),
  };
}

const events: Readonly<Record<string, string>> = { b: "BEGIN", e: "END", a: "FAIL", s: "SUSPENDED" };

function plainFields(spec: JobSpec): Partial<JobSpec> {
  return {
    account: spec.accountString ?? spec.account,
    accountString: null,
    nice: spec.priority === null ? spec.nice : 0 - spec.priority,
    priority: null,
    mailEvents:
      spec.mailEvents &&
      ["b", "e", "a", "s"].filter((letter) => spec.mailEvents?.includes(letter)).map((letter) => events[letter] ?? ""),
    dependency: joined(spec.dependency, spec.dependencyPerElement),
    dependencyPerElement: null,
    export: spec.export && neutralExport(spec.export),
  };
}

function joined(one: Dependency | null, other: Dependency | null): Dependency | null {
  if (one === null || other === null) return one ?? other;
  return { need: "all", conditions: [...one.conditions, ...other.conditions] };
}

/** What a parallel environment is by its name, where nobody said. */
export function kindOfEnvironment(name: string, site: SiteWords): { kind: EnvironmentKind; isGuess: boolean } {
  const said = site.environments[name];
  if (said !== undefined) return { kind: said, isGuess: false };
  if (/smp|shm|shared|thread|omp|openmp|serial|local|single|multicore|1node|onenode/i.test(name))
    return { kind: "threads", isGuess: false };
  return { kind: "ranks", isGuess: !/mpi|orte|make|round|fill|distributed/i.test(name) };
}

function environmentPiece({ parallelEnvironment: asked }: JobSpec, site: SiteWords): Piece {
  if (asked === null) return { spec: {}, notes: [] };
  const { kind, isGuess } = kindOfEnvironment(asked.name, site);
  const slots = Math.max(1, Math.min(...asked.slots.map(({ first }) => first)));
  const range = asked.slots.some(({ first, last }) => first !== last) || asked.slots.length > 1;
  const hows = [
    ...(range ? [`any of several slot numbers would have done: ${slots} is the least`] : []),
    ...(isGuess ? [`${asked.name} is taken for an MPI environment; --pe ${asked.name}=threads says otherwise`] : []),
  ];
  const spec: Partial<JobSpec> =
    kind === "threads"
      ? { cpusPerRank: slots }
      : kind === "ranks"
        ? { ranks: slots }
        : { nodes: { least: Math.ceil(slots / kind), most: null }, ranksPerNode: kind };
  const parts = Object.keys(spec) as Part[];
  return { spec: { ...spec, parallelEnvironment: null }, notes: hows.map((how) => ({ parts, how })) };
}

const memoryNames = ["h_vmem", "m_mem_free", "mem_free", "mem", "rmem", "virtual_free", "vf", "s_vmem"];
const gpuNames = ["gpu", "gpus", "ngpus", "cuda"];

function requestsPiece({ requests }: JobSpec, site: SiteWords): Piece {
  const hard = (requests ?? []).filter(({ soft }) => !soft);
  const memory = named(hard, [site.memory, ...memoryNames]).filter(({ value }) => (bytesOf(value) ?? 0) > 0);
  const gpus = named(hard, [site.gpus, ...gpuNames]).filter(({ value }) => /^[0-9]+$/.test(value));
  const hosts = hard.filter(({ name }) => name === "hostname" || name === "h");
  const host = hosts.filter(({ value }) => /^[\w.-]+$/.test(value));
  const others = hosts.filter(({ value }) => /^![\w.-]+(&![\w.-]+)*$/.test(value));
  const exclusive = hard.filter(({ name, value }) => /^excl(usive)?$/.test(name) && /^(true|1)$/i.test(value));
  const time = hard.filter(({ name }) => name === "h_rt" || name === "s_rt");
  const told = new Set<Request>([...memory, ...gpus, ...host, ...others, ...exclusive, ...time]);
  const left = (requests ?? []).filter((request) => !told.has(request));
  const [first] = memory;
  const bytes = first === undefined ? null : bytesOf(first.value);
  return {
    spec: {
      requests: left.length ? left : null,
      ...(bytes !== null && Number.isFinite(bytes) ? { memoryPerCpu: Math.ceil(bytes) } : {}),
      ...(gpus[0] ? { gpus: [{ name: "gpu", type: null, count: Number(gpus[0].value) }] } : {}),
      ...(host[0] ? { nodeList: [host[0].value] } : {}),
      ...(others[0] ? { excludedNodes: others[0].value.split("&").map((name) => name.slice(1)) } : {}),
      ...(exclusive.length ? { exclusive: "node" } : {}),
    },
    notes: [
      ...(memory.length > 1
        ? [{ parts: ["memoryPerCpu" as const], how: `${first?.name} counts, not ${memory[1]?.name}` }]
        : []),
    ],
  };
}

// In the order of the names, so that the first one counts.
function named(requests: readonly Request[], names: readonly string[]): readonly Request[] {
  return [...new Set(names)].flatMap((name) => requests.filter((request) => request.name === name));
}

function streamsPiece(spec: JobSpec): Piece {
  const isArray = spec.array !== null;
  const [out] = (spec.stdout ?? []).map((path) => neutralPattern(path, "o", isArray));
  const [err] = (spec.stderr ?? []).map((path) => neutralPattern(path, "e", isArray));
  const [input] = (spec.stdin === null ? [] : [spec.stdin]).map((path) => neutralPattern(path, "o", isArray));
  const note = (part: Part, how: string | null | undefined) => (how ? [{ parts: [part], how }] : []);
  return {
    spec: {
      stdout: out ? [out.path] : null,
      stderr: err && spec.joinStreams !== true ? [err.path] : null,
      stdin: input?.path ?? null,
    },
    notes: [...note("stdout", out?.how), ...note("stderr", err?.how)],
  };
}
