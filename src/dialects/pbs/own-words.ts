/** Owns how PBS Pro says what all families share. */

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
import type { Counted, FieldName, JobSpec } from "../../model/spec.ts";
import { chunkFields, sayChunks } from "./chunks.ts";
import { defaultName, neutralOf } from "./neutral.ts";

const gridEngineOnly = "only Grid Engine has it";
const slurmOnly = "only Slurm has it";
const inChunks = nearly("as chunks (-l select)");
const siteResource = nearly("as a resource of the site (-l)");

const ways: Readonly<Record<FieldName, Way>> = {
  name: same,
  comment: cannot("PBS takes no comment with a job"),
  ...{ account: same, accountString: nearly("as the account (-A)"), project: same },
  qualityOfService: cannot("PBS has no quality of service"),
  reservation: cannot("a reservation is a queue of its own: -q"),
  ...{
    softQueues: cannot("PBS has no wishes"),
    masterQueues: cannot(gridEngineOnly),
    suitability: cannot(gridEngineOnly),
  },
  queues: nearly("one queue only (-q)"),
  clusters: cannot("another server is part of the queue's name: -q queue@server"),
  nodes: same,
  nodeList: nearly("as chunks with host="),
  excludedNodes: cannot("PBS cannot leave out hosts"),
  features: cannot("features are resources of the site: say them in -l select"),
  exclusive: nearly("as -l place=excl"),
  ...{ ranks: inChunks, ranksPerNode: same, cpusPerNode: inChunks, cpusPerRank: same },
  ...{ threadsPerCore: cannot(slurmOnly), distribution: cannot("-l place says how chunks are laid out") },
  ...{ hint: cannot(slurmOnly), overcommit: cannot(slurmOnly) },
  parallelEnvironment: cannot("PBS has no parallel environments"),
  ...{ memoryPerNode: same, memoryPerCpu: inChunks, memoryPerGpu: inChunks },
  temporaryDisk: cannot("scratch space is a resource of the site: say it in -l select"),
  ...{ gpus: inChunks, gpusPerNode: same, gpusPerRank: inChunks, cpusPerGpu: inChunks },
  ...{ genericResources: siteResource, licenses: siteResource, requests: same, wallTime: same },
  softWallTime: cannot("PBS sends no signal ahead of the end"),
  minimumWallTime: nearly("as -l min_walltime"),
  warning: cannot("PBS sends no signal ahead of the end"),
  beginTime: same,
  deadline: cannot("PBS has no deadline"),
  ...{ array: same, arrayThrottle: same },
  dependency: same,
  dependencyPerElement: cannot("PBS does not wait element by element"),
  cancelIfNeverMet: cannot("PBS deletes a job whose dependency can never be met"),
  held: same,
  priority: cannot("a fixed place in the queue is an administrator's to give"),
  nice: same,
  reserve: cannot(gridEngineOnly),
  requeue: same,
  stdin: cannot("PBS gives a job no standard input: redirect it in the script"),
  ...{ stdout: same, stderr: same, joinStreams: same },
  openMode: cannot("PBS writes output anew"),
  workingDirectory: nearly("as a cd at the top of the script"),
  shell: same,
  throughShell: cannot(gridEngineOnly),
  export: same,
  userEnvironment: nearly("a job always starts from a login"),
  ...{ mailEvents: same, mailUsers: same },
  notify: cannot("PBS sends no signal ahead of the end"),
  ...{ contexts: cannot(gridEngineOnly), jobShare: cannot(gridEngineOnly), binding: cannot(gridEngineOnly) },
  workloadKey: cannot(slurmOnly),
};

const letters: Readonly<Record<string, string>> = { BEGIN: "b", END: "e", FAIL: "a" };

const groups: readonly Group[] = [
  {
    fields: ["account", "accountString"],
    say: ({ account, accountString }) => [saying(["account", "accountString"], { account: account ?? accountString })],
  },
  { fields: ["nice"], say: sayNice },
  {
    fields: ["queues"],
    say: ({ queues }) => [
      saying(
        ["queues"],
        { queues: (queues ?? []).slice(0, 1) },
        (queues?.length ?? 0) > 1 ? "PBS takes one queue: the first" : null,
      ),
    ],
  },
  {
    fields: chunkFields,
    say: sayChunks,
  },
  {
    fields: ["exclusive"],
    say: ({ exclusive }) => [
      saying(
        ["exclusive"],
        exclusive === "no" ? {} : { exclusive: "node" },
        exclusive === "node" || exclusive === "no" ? null : "shared with nobody at all",
      ),
    ],
  },
  { fields: ["genericResources"], say: ({ genericResources }) => sayCounted("genericResources", genericResources) },
  { fields: ["licenses"], say: ({ licenses }) => sayCounted("licenses", licenses) },
  {
    fields: ["requests"],
    say: ({ requests }) =>
      (requests ?? []).map((one) =>
        saying([`requests.${one.name}`], { requests: [one] }, "works where the site has a resource of that name"),
      ),
  },
  {
    fields: ["minimumWallTime"],
    say: ({ minimumWallTime }) => [
      saying(["minimumWallTime"], {
        requests: [{ name: "min_walltime", value: String(minimumWallTime), soft: false }],
      }),
    ],
  },
  {
    fields: ["wallTime"],
    say: ({ wallTime }) => [
      saying(
        ["wallTime"],
        wallTime === Number.POSITIVE_INFINITY ? {} : { wallTime },
        wallTime === Number.POSITIVE_INFINITY ? "no limit is said: the queue's holds" : null,
      ),
    ],
  },
  {
    fields: ["array", "arrayThrottle"],
    say: ({ array, arrayThrottle }) => [saying(["array", "arrayThrottle"], { array, arrayThrottle })],
  },
  { fields: ["dependency"], say: sayDependency },
  { fields: ["stdout", "stderr", "joinStreams"], say: sayStreams },
  { fields: ["export"], say: sayExportApart },
  {
    fields: ["workingDirectory"],
    // Not an option: the layout of the script says it.
    say: () => [saying(["workingDirectory"], {})],
  },
  { fields: ["userEnvironment"], say: () => [saying(["userEnvironment"], {}, "a job always starts from a login")] },
  { fields: ["mailEvents"], say: sayMailBy(letters) },
];

/** PBS's words and the neutral ones. */
export const pbsWords: Words = {
  neutralOf,
  groups,
  ways,
  defaults: homeDefaults(defaultName),
};

function sayNice({ nice }: JobSpec): readonly Saying[] {
  const wanted = 0 - (nice ?? 0);
  const priority = Math.max(-1024, Math.min(1023, wanted));
  return [saying(["nice"], { priority }, priority === wanted ? null : "PBS's priorities go from -1024 to 1023")];
}

function sayCounted(part: FieldName, things: readonly Counted[] | null): readonly Saying[] {
  const all = things ?? [];
  if (all.length === 0) return [saying([part], {})];
  const requests = all.map(({ name, count: number }) => ({ name, value: String(number), soft: false }));
  return [saying([part], { requests }, "works where the site has a resource of that name")];
}

const kinds = ["start", "ok", "notOk", "end"];

function sayDependency({ dependency }: JobSpec): readonly (Saying | Loss)[] {
  if (dependency === null) return [];
  const { need, conditions } = dependency;
  const why =
    need === "any" && conditions.length > 1
      ? "PBS waits for all jobs it is told of"
      : conditions.some(({ kind }) => !kinds.includes(kind))
        ? "PBS waits for whole jobs only, and knows no singletons"
        : conditions.some((one) => one.kind !== "singleton" && one.job === null)
          ? "PBS waits for jobs by number, not by name"
          : null;
  if (why !== null) return [{ parts: ["dependency"], why }];
  const jobs = conditions.flatMap((one) => (one.kind === "singleton" ? [] : [one]));
  const hows = [
    ...(jobs.some(({ delay }) => delay > 0) ? ["the delay is not said"] : []),
    ...(jobs.some(({ index }) => index !== null) ? ["waits for the whole of the other array"] : []),
  ];
  const whole = { need, conditions: jobs.map((one) => ({ ...one, index: null, delay: 0 })) };
  return [saying(["dependency"], { dependency: whole }, hows.join("; ") || null)];
}

function sayStreams(spec: JobSpec): readonly Saying[] {
  const isArray = spec.array !== null;
  const file = (part: "stdout" | "stderr", stream: "o" | "e"): readonly Saying[] => {
    const path = spec[part]?.[0];
    if (path === undefined) return [];
    const own = ownPattern(path, stream, { isArray, name: spec.name });
    return [saying([part], own.path === null ? {} : { [part]: [own.path] }, own.how)];
  };
  return [
    ...file("stdout", "o"),
    ...(spec.joinStreams === true ? [] : file("stderr", "e")),
    ...(spec.joinStreams === null ? [] : [saying(["joinStreams"], spec.joinStreams ? { joinStreams: true } : {})]),
  ];
}

// The job's number is in the name only if PBS makes the name; a directory is all that can be said then.
function ownPattern(
  path: string,
  stream: "o" | "e",
  job: { isArray: boolean; name: string | null },
): { path: string | null; how: string | null } {
  const directory = path.slice(0, path.lastIndexOf("/") + 1);
  const isDefault = path.slice(directory.length) === defaultName(stream, job.isArray);
  const named = job.name === null ? path : path.replaceAll("%x", job.name);
  const text = named.replaceAll("%a", "^array_index^");
  if (!isDefault && !/%[0-9]*[a-zA-Z]/.test(text)) return { path: text.replaceAll("%%", "%"), how: null };
  const own = directory === "" || directory.includes("%") ? null : directory;
  return {
    path: own,
    how: isDefault
      ? null
      : `PBS cannot put the job's number into a name: its own name is used${own ? " in that directory" : ""}`,
  };
}
