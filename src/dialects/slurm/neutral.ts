/** Owns what Slurm's own words are in those that all families share, and the other way round. */

import {
  cannot,
  type Group,
  type Loss,
  type Neutral,
  nearly,
  neutralExport,
  type Part,
  type Saying,
  same,
  saying,
  type Way,
  type Words,
} from "../../language/neutral.ts";
import type { Condition } from "../../model/dependency.ts";
import type { FieldName, JobSpec } from "../../model/spec.ts";

const gridEngineOnly = "only Grid Engine has it";
const bySignal = "as a signal ahead of the time limit (--signal)";

const ways: Readonly<Record<FieldName, Way>> = {
  ...{ name: same, comment: same, account: same, qualityOfService: same, reservation: same, queues: same },
  ...{
    softQueues: cannot("Slurm has no wishes for partitions"),
    masterQueues: cannot(gridEngineOnly),
    suitability: cannot(gridEngineOnly),
  },
  project: nearly("as the account (--account)"),
  ...{ clusters: same, nodes: same, nodeList: same, excludedNodes: same, features: same, exclusive: same },
  ...{ ranks: same, ranksPerNode: same, cpusPerNode: same, cpusPerRank: same, threadsPerCore: same },
  ...{ distribution: same, hint: same, overcommit: same },
  parallelEnvironment: cannot("Slurm has no parallel environments"),
  ...{ memoryPerNode: same, memoryPerCpu: same, memoryPerGpu: same, temporaryDisk: same },
  ...{ gpus: same, gpusPerNode: same, gpusPerRank: same, cpusPerGpu: same, genericResources: same, licenses: same },
  requests: cannot("Slurm has no request of that name"),
  wallTime: same,
  softWallTime: nearly(bySignal),
  ...{ minimumWallTime: same, warning: same, beginTime: same, deadline: same, array: same, arrayThrottle: same },
  dependency: same,
  dependencyPerElement: nearly("as aftercorr"),
  ...{ cancelIfNeverMet: same, held: same, priority: same, nice: same },
  reserve: cannot("Slurm's backfill keeps processors free by itself"),
  ...{ requeue: same, stdin: same, stdout: same, stderr: same, joinStreams: same, openMode: same },
  workingDirectory: same,
  shell: nearly("as the script's first line"),
  throughShell: cannot(gridEngineOnly),
  ...{ export: same, userEnvironment: same, mailEvents: same, mailUsers: same },
  notify: nearly("as USR2 a minute before the end (--signal)"),
  contexts: cannot("Slurm keeps no context with a job"),
  accountString: nearly("as the account (--account)"),
  jobShare: cannot(gridEngineOnly),
  binding: cannot("Slurm binds by itself; srun --cpu-bind says otherwise"),
  workloadKey: same,
};

const groups: readonly Group[] = [
  { fields: ["stdout"], say: ({ stdout }) => [saying(["stdout"], { stdout })] },
  {
    fields: ["joinStreams", "stderr"],
    // Without --error both streams go to one file.
    say: ({ joinStreams, stderr }) =>
      joinStreams !== true && stderr !== null
        ? [saying(["stderr", "joinStreams"], { stderr })]
        : [saying(["joinStreams", "stderr"], {})],
  },
  { fields: ["memoryPerCpu", "memoryPerNode", "memoryPerGpu"], say: sayMemory },
  { fields: ["queues"], say: sayQueues },
  { fields: ["account", "project"], say: sayAccount },
  { fields: ["wallTime"], say: sayWallTime },
  { fields: ["warning", "softWallTime", "notify"], say: sayWarning },
  { fields: ["dependency"], say: sayDependency },
  { fields: ["export"], say: sayExport },
  { fields: ["workingDirectory"], say: sayDirectory },
  {
    fields: ["array", "arrayThrottle"],
    say: ({ array, arrayThrottle }) => [saying(["array", "arrayThrottle"], { array, arrayThrottle })],
  },
  { fields: ["mailEvents"], say: sayMail },
  {
    fields: ["requests"],
    say: ({ requests }) =>
      (requests ?? []).map(({ name }) => loss([`requests.${name}`], `Slurm has no request called ${name}`)),
  },
];

/** Slurm's words and the neutral ones. */
export const slurmWords: Words = {
  neutralOf,
  groups,
  ways,
  defaults: ({ array }) => ({
    stdout: [array === null ? "slurm-%j.out" : "slurm-%A_%a.out"],
    joinStreams: true,
    export: { base: "all", variables: [], text: "ALL" },
    workingDirectory: ".",
  }),
};

function neutralOf(spec: JobSpec): Neutral {
  const gpusOnNodes = spec.genericResources?.filter(({ name }) => name === "gpu") ?? [];
  const others = spec.genericResources?.filter(({ name }) => name !== "gpu") ?? [];
  return {
    spec: {
      ...spec,
      gpusPerNode: spec.gpusPerNode ?? (gpusOnNodes.length ? gpusOnNodes : null),
      genericResources: spec.genericResources && (others.length || gpusOnNodes.length === 0) ? others : null,
      joinStreams: spec.joinStreams ?? (spec.stderr === null ? null : false),
      export: spec.export && neutralExport(spec.export),
    },
    notes: [],
  };
}

function sayExport({ export: said }: JobSpec): readonly (Saying | Loss)[] {
  if (said === null) return [];
  if (said.variables.some(({ value }) => value?.includes(",")))
    return [loss(["export"], "a value with a comma cannot be said in --export: set it in the script")];
  return [saying(["export"], { export: neutralExport(said) })];
}

function sayAccount({ account, project }: JobSpec): readonly (Saying | Loss)[] {
  const said = account === null ? [] : [saying(["account"], { account })];
  if (project === null) return said;
  return account === null
    ? [saying(["project"], { account: project }, "the project is said as the account")]
    : [...said, loss(["project"], "Slurm has one account, and the script says one already")];
}

// Grid Engine's queue@host and patterns: the queue's name is what is left of them.
function sayQueues({ queues }: JobSpec): readonly (Saying | Loss)[] {
  const names = [...new Set((queues ?? []).map((queue) => queue.replace(/@.*/, "")))].filter((name) => name !== "");
  if (names.length === 0 || names.some((name) => /[*?[\]|&!]/.test(name)))
    return [loss(["queues"], "a partition is said by its name: patterns and hosts are not")];
  const isWhole = names.join() === queues?.join();
  return [saying(["queues"], { queues: names }, isWhole ? null : "the hosts of the queues are not said")];
}

// sbatch takes one of the three only.
function sayMemory(spec: JobSpec): readonly Saying[] {
  const parts = (["memoryPerCpu", "memoryPerNode", "memoryPerGpu"] as const).filter((part) => spec[part] !== null);
  const [first = "memoryPerCpu", ...others] = parts;
  const how = others.length === 0 ? null : "Slurm takes one request for memory: that for each processor counts";
  const bytes = Math.ceil((spec[first] ?? 0) / 2 ** 20) * 2 ** 20;
  return [saying(parts, { [first]: bytes }, how)];
}

function sayWallTime({ wallTime }: JobSpec): readonly Saying[] {
  const rounded = wallTime !== null && Number.isFinite(wallTime) && wallTime % 60 !== 0;
  return [saying(["wallTime"], { wallTime }, rounded ? "Slurm rounds up to the minute" : null)];
}

const signals = { USR1: 10, USR2: 12 };

// Grid Engine signals everything the job has; a batch script is told by B: only, and srun's steps without.
function sayWarning({ warning, softWallTime, notify, wallTime }: JobSpec): readonly (Saying | Loss)[] {
  const parts = (["warning", "softWallTime", "notify"] as const).filter(
    (part) => ({ warning, softWallTime, notify })[part] !== null,
  );
  if (warning !== null)
    return [saying(parts, { warning }, parts.length > 1 ? "one signal is all that Slurm sends" : null)];
  if (
    softWallTime !== null &&
    wallTime !== null &&
    Number.isFinite(wallTime - softWallTime) &&
    wallTime > softWallTime
  ) {
    const before = Math.min(wallTime - softWallTime, 65535);
    return [
      saying(
        parts,
        { warning: { signal: signals.USR1, before, to: "shell" } },
        "the signal goes to the script's shell only",
      ),
    ];
  }
  if (softWallTime !== null) return [loss(parts, "Slurm signals ahead of a time limit, and there is none")];
  if (!notify) return [saying(parts, {})];
  return [
    saying(
      parts,
      { warning: { signal: signals.USR2, before: 60, to: "shell" } },
      "the signal comes ahead of the time limit only, to the script's shell",
    ),
  ];
}

function sayDependency(spec: JobSpec): readonly (Saying | Loss)[] {
  const { dependency } = spec;
  if (dependency === null) return [];
  const numbered = dependency.conditions.filter((one) => one.kind === "singleton" || one.job !== null);
  if (numbered.length < dependency.conditions.length) {
    const named = loss(
      ["dependency"],
      "Slurm waits for jobs by number, not by name: give --dependency when you submit",
    );
    return numbered.length === 0
      ? [named]
      : [...sayDependency({ ...spec, dependency: { ...dependency, conditions: numbered } }), named];
  }
  const corresponding = dependency.conditions.some(({ kind }) => kind === "correspondingEnd");
  const conditions = dependency.conditions.map(
    (one): Condition => (one.kind === "correspondingEnd" ? { ...one, kind: "correspondingOk" } : one),
  );
  const how = corresponding ? "aftercorr waits for the good end of the element, not for any" : null;
  return [saying(["dependency"], { dependency: { ...dependency, conditions } }, how)];
}

function sayDirectory({ workingDirectory }: JobSpec): readonly (Saying | Loss)[] {
  if (workingDirectory !== "~") return [saying(["workingDirectory"], { workingDirectory })];
  return [saying(["workingDirectory"], {}, "runs where it is submitted; it would have run in the home directory")];
}

function sayMail({ mailEvents }: JobSpec): readonly Saying[] {
  const known = (mailEvents ?? []).filter((event) => event !== "SUSPENDED");
  const how = known.length === mailEvents?.length ? null : "Slurm sends no mail on suspension";
  return [saying(["mailEvents"], { mailEvents: known }, how)];
}

function loss(parts: readonly Part[], why: string): Loss {
  return { parts, why };
}
