/** Owns how Grid Engine says what all families share. */

import {
  cannot,
  type Group,
  homeDefaults,
  type Loss,
  nearly,
  type Saying,
  same,
  sayExportApart,
  saying,
  sayMailBy,
  type Way,
  type Words,
} from "../../language/neutral.ts";
import type { Condition, Dependency } from "../../model/dependency.ts";
import type { FieldName, JobSpec } from "../../model/spec.ts";
import { defaultName, ownPattern } from "./file-patterns.ts";
import { neutralOf } from "./neutral.ts";
import { request, sayCounted, sayEnvironment, sayGpus, sayHosts, sayMemory, timeText } from "./own-resources.ts";

const inEnvironment = nearly("as slots of a parallel environment (-pe)");
const bySlot = nearly("as a request for each slot (-l h_vmem)");
const noSuchThing = "Grid Engine has nothing like it";
const siteRequest = nearly("as a request of the site (-l)");

const ways: Readonly<Record<FieldName, Way>> = {
  name: same,
  comment: cannot("Grid Engine keeps no comment with a job"),
  ...{ account: same, accountString: same, project: same },
  qualityOfService: cannot("Grid Engine has no quality of service"),
  reservation: cannot("reservations are asked for by their own numbers (-ar)"),
  ...{ queues: same, softQueues: same, masterQueues: same, suitability: same },
  clusters: cannot("a cell is chosen by SGE_CELL, not by an option"),
  nodes: inEnvironment,
  nodeList: nearly("as -l hostname"),
  excludedNodes: nearly("as -l hostname with !"),
  features: cannot("features are requests of the site: say them as -l name=value"),
  exclusive: siteRequest,
  ranks: same,
  ...{ ranksPerNode: inEnvironment, cpusPerNode: inEnvironment },
  cpusPerRank: same,
  ...{
    threadsPerCore: cannot(noSuchThing),
    distribution: cannot("the parallel environment's allocation rule decides"),
  },
  ...{ hint: cannot(noSuchThing), overcommit: cannot(noSuchThing) },
  parallelEnvironment: same,
  memoryPerNode: bySlot,
  memoryPerCpu: same,
  memoryPerGpu: bySlot,
  temporaryDisk: cannot("scratch space is a request of the site: say it as -l name=value"),
  gpus: same,
  ...{ gpusPerNode: siteRequest, gpusPerRank: siteRequest },
  cpusPerGpu: inEnvironment,
  ...{ genericResources: siteRequest, licenses: siteRequest, requests: same },
  ...{ wallTime: same, softWallTime: same },
  minimumWallTime: cannot("Grid Engine does not shorten time limits"),
  warning: nearly("as s_rt: USR1 to the whole job"),
  beginTime: same,
  deadline: cannot("only deadline users may ask for one (-dl)"),
  ...{ array: same, arrayThrottle: same },
  dependency: nearly("as -hold_jid: any end of the other job will do"),
  dependencyPerElement: same,
  cancelIfNeverMet: cannot("a hold is over with the other job's end, however it ended"),
  held: same,
  priority: cannot("a fixed place in the queue is an administrator's to give"),
  ...{ nice: same, reserve: same, requeue: same, stdin: same, stdout: same, stderr: same, joinStreams: same },
  openMode: nearly("output is always appended"),
  ...{ workingDirectory: same, shell: same, throughShell: same, export: same },
  userEnvironment: cannot("a login shell is the queue's business"),
  ...{ mailEvents: same, mailUsers: same, notify: same, contexts: same, jobShare: same, binding: same },
  workloadKey: cannot("Grid Engine has no workload keys; -P names a project"),
};

const letters: Readonly<Record<string, string>> = { BEGIN: "b", END: "e", FAIL: "a", SUSPENDED: "s" };

const groups: readonly Group[] = [
  {
    fields: ["account", "accountString"],
    say: ({ account, accountString }) => {
      const wanted = account ?? accountString ?? "";
      const safe = nameTaken(wanted);
      const how = safe === wanted ? null : "Grid Engine takes no such account";
      return [saying(["account", "accountString"], { accountString: safe }, how)];
    },
  },
  { fields: ["name"], say: sayName },
  { fields: ["nice"], say: sayNice },
  { fields: ["ranks", "ranksPerNode", "nodes", "cpusPerRank", "cpusPerNode", "cpusPerGpu"], say: sayEnvironment },
  { fields: ["memoryPerNode", "memoryPerCpu", "memoryPerGpu"], say: sayMemory },
  { fields: ["gpus", "gpusPerNode", "gpusPerRank"], say: sayGpus },
  { fields: ["genericResources"], say: (spec) => sayCounted("genericResources", spec.genericResources) },
  { fields: ["licenses"], say: (spec) => sayCounted("licenses", spec.licenses) },
  {
    fields: ["requests"],
    say: ({ requests }) => (requests ?? []).map((one) => request([`requests.${one.name}`], [one.name, one.value])),
  },
  {
    fields: ["exclusive"],
    say: ({ exclusive }) =>
      exclusive === "no"
        ? [saying(["exclusive"], {})]
        : [request(["exclusive"], ["exclusive", "true"], "the request's name is the site's")],
  },
  { fields: ["nodeList", "excludedNodes"], say: sayHosts },
  {
    fields: ["wallTime"],
    say: ({ wallTime }) => (wallTime === null ? [] : [request(["wallTime"], ["h_rt", timeText(wallTime)])]),
  },
  { fields: ["softWallTime", "warning"], say: sayWarning },
  { fields: ["array"], say: ({ array }) => [saying(["array"], { array })] },
  { fields: ["dependency"], say: sayDependency },
  { fields: ["stdin", "stdout", "stderr", "joinStreams"], say: sayStreams },
  {
    fields: ["openMode"],
    say: ({ openMode }) => [
      saying(["openMode"], {}, openMode === "append" ? null : "Grid Engine appends to files that exist"),
    ],
  },
  { fields: ["export"], say: sayExportApart },
  {
    fields: ["workingDirectory"],
    say: ({ workingDirectory }) => [saying(["workingDirectory"], workingDirectory === "~" ? {} : { workingDirectory })],
  },
  { fields: ["mailEvents"], say: sayMailBy(letters) },
];

/** Grid Engine's words and the neutral ones. */
export const sgeWords: Words = {
  neutralOf,
  groups,
  ways,
  defaults: homeDefaults(defaultName),
};

/** A name without the characters that Grid Engine takes in none: it is part of file names there. */
function nameTaken(name: string): string {
  return name.replace(/[/@:\\*?\s]/g, "-");
}

function sayName({ name }: JobSpec): readonly Saying[] {
  const safe = nameTaken(name ?? "").replace(/^(?=[0-9])/, "J");
  return [saying(["name"], { name: safe }, safe === name ? null : "Grid Engine takes no such name")];
}

function sayNice({ nice }: JobSpec): readonly Saying[] {
  const wanted = 0 - (nice ?? 0);
  const priority = Math.max(-1023, Math.min(1024, wanted));
  return [
    saying(["nice"], { priority }, priority === wanted ? null : `Grid Engine's priorities go from -1023 to 1024`),
  ];
}

function sayWarning({ softWallTime, warning, wallTime }: JobSpec): readonly (Saying | Loss)[] {
  if (softWallTime !== null) return [request(["softWallTime", "warning"], ["s_rt", timeText(softWallTime)])];
  if (warning === null) return [];
  const soft = (wallTime ?? Number.POSITIVE_INFINITY) - warning.before;
  if (!Number.isFinite(soft) || soft <= 0)
    return [
      {
        parts: ["warning"],
        why: "a signal comes at a time of its own (s_rt), and there is no time limit to count it by",
      },
    ];
  const other = warning.signal === 10 ? "" : `the signal is USR1, not number ${warning.signal}; `;
  return [request(["warning"], ["s_rt", timeText(soft)], `${other}it goes to the whole job`)];
}

function sayDependency({ dependency, name }: JobSpec): readonly (Saying | Loss)[] {
  if (dependency === null) return [];
  const { need, conditions } = dependency;
  if (need === "any" && conditions.length > 1)
    return [{ parts: ["dependency"], why: "Grid Engine waits for all jobs it is told of, not for any of them" }];
  if (conditions.some(({ kind }) => kind === "notOk"))
    return [{ parts: ["dependency"], why: "Grid Engine cannot wait for a failure" }];
  if (conditions.some(({ kind }) => kind === "singleton") && name === null)
    return [{ parts: ["dependency"], why: "a singleton needs a name to wait for" }];
  const hows = new Set(conditions.flatMap(dependencyHow));
  const whole = conditions.filter(({ kind }) => !kind.startsWith("corresponding"));
  const paired = conditions.filter(({ kind }) => kind.startsWith("corresponding"));
  const piece = {
    ...(whole.length
      ? { dependency: { need: "all", conditions: whole.map((one) => held(one, "end", name)) } satisfies Dependency }
      : {}),
  };
  const pair = {
    dependencyPerElement: {
      need: "all",
      conditions: paired.map((one) => held(one, "correspondingEnd", name)),
    } satisfies Dependency,
  };
  const how = [...hows].join("; ") || null;
  return [
    ...(whole.length ? [saying(["dependency"], piece, how)] : []),
    ...(paired.length ? [saying(["dependency"], pair, how)] : []),
  ];
}

function held(one: Condition, kind: "end" | "correspondingEnd", name: string | null): Condition {
  return one.kind === "singleton"
    ? { kind, job: null, name, index: null, delay: 0 }
    : { ...one, kind, index: null, delay: 0 };
}

function dependencyHow(one: Condition): readonly string[] {
  if (one.kind === "singleton") return ["waits for jobs of the same name"];
  return [
    ...(one.kind === "ok" || one.kind === "correspondingOk"
      ? ["any end of the other job will do, also a bad one"]
      : []),
    ...(one.kind === "start" ? ["waits for the other job's end, not its start"] : []),
    ...(one.index === null ? [] : ["waits for all tasks of the other job"]),
    ...(one.delay === 0 || one.kind !== "start" ? [] : ["the delay is not said"]),
  ];
}

function sayStreams(spec: JobSpec): readonly Saying[] {
  const isArray = spec.array !== null;
  const file = (part: "stdout" | "stderr", path: string) => {
    const own = ownPattern(path, isArray);
    return saying([part], { [part]: [own.path] }, own.how);
  };
  const input = spec.stdin === null ? null : ownPattern(spec.stdin, isArray);
  return [
    ...(input ? [saying(["stdin"], { stdin: input.path }, input.how)] : []),
    ...(spec.stdout?.[0] === undefined ? [] : [file("stdout", spec.stdout[0])]),
    ...(spec.stderr?.[0] === undefined || spec.joinStreams === true ? [] : [file("stderr", spec.stderr[0])]),
    ...(spec.joinStreams === null ? [] : [saying(["joinStreams"], spec.joinStreams ? { joinStreams: true } : {})]),
  ];
}
