/** Owns `#PBS` and `#BSUB` lines as sbatch reads them: few options, some of them without effect. */

import { parse as parseResources } from "#grammar/resources.js";
import { text } from "../../language/codec.ts";
import { type Draft, type Effect, ignored, option } from "../../language/option.ts";
import { type OptionTable, optionTable } from "../../language/table.ts";
import { sbatchOptions } from "./options.ts";

const noEffect = "sbatch itself does nothing with it";

/** The effect of sbatch's option of this name. */
function as(name: string): Effect {
  const found = sbatchOptions.long(name);
  if (!found) throw new Error(`sbatch has no option ${name}`);
  return found.row.effect;
}

/** The option's effect with a text of our own. */
function translated(name: string, translate: (value: string) => string): Effect {
  const effect = as(name);
  return { ...effect, takes: "value", apply: ([value = ""], draft) => effect.apply([translate(value)], draft) };
}

/** `abe` in sbatch's words. */
const mailWords = (value: string) =>
  ["b:BEGIN", "e:END", "a:FAIL"]
    .filter((pair) => value.includes(pair.charAt(0)))
    .map((pair) => pair.slice(2))
    .join(",") || "NONE";

/** Names in a resource list, and the sbatch option each becomes. Other names are passed over. */
const resourceOptions: Readonly<Record<string, string>> = {
  walltime: "time",
  cput: "time",
  mem: "mem",
  ncpus: "mincpus",
  mpiprocs: "ntasks-per-node",
  nice: "nice",
  file: "tmp",
  proc: "constraint",
};

const gpuOption = "gres";

/** `-l`: resources, node statements and chunks, one after the other. */
const resources: Effect = {
  ...ignored(noEffect),
  standing: { kind: "honoured" },
  fields: [
    "wallTime",
    "memoryPerNode",
    "cpusPerNode",
    "ranks",
    "ranksPerNode",
    "nodes",
    "nodeList",
    "nice",
    "temporaryDisk",
  ],
  apply: ([value = ""], draft) =>
    parseResources(value, { startRule: "Requests" }).reduce<Draft>(
      (sum, { name, value: amount }) => joined(sum, resource(name, amount, sum)),
      { spec: {}, asks: draft.asks },
    ),
};

function joined(sum: Draft, change: Partial<Draft>): Draft {
  return { spec: { ...sum.spec, ...change.spec }, asks: { ...sum.asks, ...change.asks } };
}

function resource(name: string, value: string, draft: Draft): Partial<Draft> {
  if (name === "nodes") return nodeStatement(value, draft);
  if (name === "select") return chunks(value, draft);
  if (name === "naccelerators") return as(gpuOption).apply([`gpu:${value}`], draft);
  const known = resourceOptions[name];
  return known ? as(known).apply([known === "mem" || known === "tmp" ? pbsSize(value) : value], draft) : {};
}

/** PBS writes bytes as `b`; sbatch takes the bare number for megabytes. */
const pbsSize = (value: string) => value.replace(/^([0-9]+)b$/i, "$1");

// nodes=2:ppn=4:gpus=1 counts, nodes=a+b names; tasks are nodes times ppn.
function nodeStatement(value: string, draft: Draft): Partial<Draft> {
  const parts = parseResources(value, { startRule: "Chunks" });
  const names = parts.flatMap((chunk) => chunk.parts.filter((part) => part.value === null).map((part) => part.name));
  const ppn = amount(parts[0]?.parts, "ppn");
  const gpus = amount(parts[0]?.parts, "gpus");
  const count = names.length > 0 ? names.length : parts.reduce((sum, chunk) => sum + chunk.count, 0);
  const words: (readonly [string, string])[] = [
    names.length > 0 ? ["nodelist", names.join(",")] : ["nodes", String(count)],
    ...(ppn ? [["ntasks", String(count * ppn)] as const] : []),
    ...(gpus ? [["gpus-per-node", String(gpus)] as const] : []),
  ];
  return words.reduce<Draft>((sum, [name, text]) => joined(sum, as(name).apply([text], sum)), {
    spec: {},
    asks: draft.asks,
  });
}

function amount(parts: readonly { readonly name: string; readonly value: string | null }[] = [], name: string): number {
  return Number(parts.find((part) => part.name === name)?.value ?? 0);
}

// select=2:ncpus=4:mpiprocs=2:mem=2gb: processors are shared out among the tasks.
function chunks(value: string, draft: Draft): Partial<Draft> {
  const [chunk] = parseResources(value, { startRule: "Chunks" });
  if (!chunk) return {};
  const ncpus = amount(chunk.parts, "ncpus");
  const mpiprocs = amount(chunk.parts, "mpiprocs");
  const memory = chunk.parts.find((part) => part.name === "mem")?.value;
  const words: (readonly [string, string])[] = [
    ["nodes", String(chunk.count)],
    ...(ncpus ? [["mincpus", String(ncpus)] as const] : []),
    ...(mpiprocs ? [["ntasks-per-node", String(mpiprocs)] as const] : []),
    ...(ncpus && mpiprocs ? [["cpus-per-task", String(Math.max(1, Math.floor(ncpus / mpiprocs)))] as const] : []),
    ...(memory ? [["mem", pbsSize(memory)] as const] : []),
  ];
  return words.reduce<Draft>((sum, [name, text]) => joined(sum, as(name).apply([text], sum)), {
    spec: {},
    asks: draft.asks,
  });
}

/** `-W`: only a dependency means something. */
const attributes: Effect = {
  ...ignored(noEffect),
  standing: { kind: "honoured" },
  fields: ["dependency"],
  apply: ([value = ""], draft) =>
    value.startsWith("depend=") ? as("dependency").apply([value.slice("depend=".length)], draft) : {},
};

/** What sbatch reads in `#PBS` lines. */
export const pbsOptions: OptionTable = optionTable("getopt", [
  option(" -a", as("begin"), { help: "begin time" }),
  option(" -A", as("account"), { help: "account" }),
  option(" -c", ignored(noEffect, text), { help: "checkpoint interval" }),
  option(" -C", ignored(noEffect, text), { help: "directive prefix" }),
  option(" -e", as("error"), { help: "standard error" }),
  option(" -h", as("hold"), { help: "on hold" }),
  option(" -I", ignored(noEffect, undefined, "nothing"), { help: "interactive" }),
  option(" -j", ignored("sbatch joins the streams anyway", text), { help: "streams joined" }),
  option(" -J", as("array"), { help: "array" }),
  option(" -k", ignored(noEffect, text), { help: "streams kept" }),
  option(" -l", resources, { help: "resources" }),
  option(" -m", translated("mail-type", mailWords), { help: "mail" }),
  option(" -M", as("mail-user"), { help: "mail users" }),
  option(" -N", as("job-name"), { help: "name" }),
  option(" -o", as("output"), { help: "standard output" }),
  option(" -p", as("nice"), { help: "sbatch takes the priority for a nice value" }),
  option(" -q", as("partition"), { help: "queue" }),
  option(" -r", ignored(noEffect, text), { help: "rerunnable" }),
  option(" -S", ignored(noEffect, text), { help: "shell" }),
  option(" -t", as("array"), { help: "array (Torque)" }),
  option(" -u", ignored(noEffect, text), { help: "users" }),
  option(" -v", as("export"), { help: "variables" }),
  option(" -V", ignored("sbatch exports everything anyway", undefined, "nothing"), { help: "environment" }),
  option(" -W", attributes, { help: "attributes" }),
  option(" -z", ignored(noEffect, undefined, "nothing"), { help: "silent" }),
]);

/** The second number of `2,4` is the one sbatch takes. */
const lastNumber = (value: string) => value.split(",").at(-1) ?? value;

/** Memory is in kilobytes unless a unit follows. */
const kilobytes = (value: string) => (/^[0-9]+$/.test(value) ? `${value}K` : value);

/** What sbatch reads in `#BSUB` lines. */
export const bsubOptions: OptionTable = optionTable("getopt", [
  option("cwd -c", as("chdir"), { help: "working directory" }),
  option("error_file -e", as("error"), { help: "standard error" }),
  option("job_name -J", as("job-name"), { help: "name; brackets are part of it" }),
  option("hostname -m", as("nodelist"), { help: "nodes" }),
  option("memory_limit -M", translated("mem-per-cpu", kilobytes), { help: "memory for each processor" }),
  option(" -n", translated("ntasks", lastNumber), { help: "tasks" }),
  option("output_file -o", as("output"), { help: "standard output" }),
  option("queue_name -q", as("partition"), { help: "queue" }),
  option("time -W", as("time"), { help: "time limit" }),
  option("exclusive -x", { ...as("exclusive"), takes: "nothing" }, { help: "whole nodes" }),
]);
