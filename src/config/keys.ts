/** Owns the table of everything a config can say: one row per key. */

import {
  count,
  type Devices,
  devices,
  duration,
  entries,
  type Kind,
  oneOf,
  size,
  text,
  texts,
  truth,
} from "./kinds.ts";

/** One key: its kind, what holds if it is left out, and what it means. */
export interface Key<T> {
  readonly kind: Kind<T>;
  /** As people read it. */
  readonly otherwise: string;
  readonly about: string;
  /** A value for the commented file. */
  readonly example: string;
}

const key = <T>(kind: Kind<T>, words: Omit<Key<T>, "kind">): Key<T> => ({ kind, ...words });

export const topKeys = {
  strict: key(truth, {
    otherwise: "false",
    about: "refuse everything that is not described here, as the real scheduler would",
    example: "false",
  }),
};

export const machineKeys = {
  cpus: key(count(1), { otherwise: "all there are", about: "processors that jobs may use", example: "8" }),
  memory: key(size, { otherwise: "all there is", about: "memory that jobs may use", example: '"16G"' }),
  gpus: key<Devices>(devices, {
    otherwise: "those that are found",
    about: "GPUs that jobs may use; more than there are, or of a type, are simulated",
    example: '"a100:2"',
  }),
};

export const clusterKeys = {
  name: key(text, { otherwise: "headnode", about: "what the cluster is called", example: '"headnode"' }),
  default_memory_per_cpu: key(size, {
    otherwise: "not counted",
    about: "memory for each processor of a job that asks for none",
    example: '"2G"',
  }),
  max_array_size: key(count(1), {
    otherwise: "1000001",
    about: "array indices stay below this (Slurm's MaxArraySize)",
    example: "1001",
  }),
  kill_wait: key(duration, {
    otherwise: "30s",
    about: "time between the gentle and the final signal (Slurm's KillWait)",
    example: '"30s"',
  }),
  notify_time: key(duration, {
    otherwise: "60s",
    about: "warning before suspension or the end for jobs that ask for one (Grid Engine's notify)",
    example: '"60s"',
  }),
  min_job_age: key(duration, {
    otherwise: "5m",
    about: "time for which an ended job stays in listings (Slurm's MinJobAge)",
    example: '"5m"',
  }),
};

export const nodeKeys = {
  name: key(text, { otherwise: "must be said", about: "name, or several as node[1-4]", example: '"node[1-2]"' }),
  cpus: key(count(1), { otherwise: "its share of the machine", about: "processors", example: "4" }),
  memory: key(size, { otherwise: "its share of the machine", about: "memory", example: '"8G"' }),
  gpus: key<Devices>(devices, { otherwise: "0", about: "GPUs", example: '"a100:1"' }),
  features: key(texts, { otherwise: "[]", about: "features that jobs may ask for", example: '["skylake", "ib"]' }),
};

export const queueKeys = {
  default: key(truth, { otherwise: "the first queue", about: "jobs that name no queue go here", example: "true" }),
  max_time: key(duration, { otherwise: "unlimited", about: "longest time limit", example: '"7d"' }),
  default_time: key(duration, {
    otherwise: "max_time",
    about: "time limit of jobs that ask for none",
    example: '"1h"',
  }),
  priority: key(count(0, 65_533), { otherwise: "1", about: "queues with more go first", example: "10" }),
  users: key(texts, { otherwise: "everybody", about: "who may use it; root may always", example: '["ada"]' }),
  state: key(oneOf("up", "down", "drain", "inactive"), {
    otherwise: '"up"',
    about: "`down` takes jobs and starts none, `drain` takes none (Slurm), `inactive` neither",
    example: '"up"',
  }),
  slots: key(count(1), { otherwise: "its processors", about: "slots on each node (Grid Engine)", example: "8" }),
  target: key(text, { otherwise: "this machine", about: "the target that its jobs are handed to", example: '"lab"' }),
  order: key(count(0), { otherwise: "as written", about: "order among queues (Grid Engine's seq_no)", example: "0" }),
};

export const targetKeys = {
  kind: key(oneOf("slurm", "sge", "hosts"), {
    otherwise: '"slurm"',
    about: "whose commands are called there; `hosts`: machines without a scheduler",
    example: '"slurm"',
  }),
  over: key(text, {
    otherwise: '"here"',
    about: "how it is reached; `ssh`: plain machines, each by its own name",
    example: '"ssh:ada@login.lab"',
  }),
  variables: key(entries, {
    otherwise: "none",
    about: "variables of every command there",
    example: '{ SLURM_CONF = "/etc/slurm/slurm.conf" }',
  }),
  ssh_options: key(texts, { otherwise: "[]", about: "options of ssh", example: '["-i", "~/.ssh/lab"]' }),
  files: key(oneOf("shared", "copy"), {
    otherwise: '"shared"',
    about: "`copy`: a job's directory goes there, and what it wrote comes back; what is here is then cleared up there",
    example: '"copy"',
  }),
  directory: key(text, {
    otherwise: "~/.headnode there",
    about: "headnode's own files there",
    example: '"/scratch/ada/headnode"',
  }),
  poll: key(duration, { otherwise: "30s", about: "longest time between two looks", example: '"30s"' }),
  environments: key(entries, {
    otherwise: "as on most sites",
    about: "its parallel environments: threads, ranks, or so many on each host",
    example: '{ smp = "threads", mpi = "ranks" }',
  }),
  memory_request: key(text, {
    otherwise: '"h_vmem"',
    about: "its request for memory of each slot",
    example: '"mem_free"',
  }),
  gpu_request: key(text, { otherwise: '"gpu"', about: "its request for GPUs", example: '"gpu"' }),
  hosts: key(texts, {
    otherwise: "[]",
    about: "plain machines and their slots; without a number all that a machine has",
    example: '["node1:4", "node2:8"]',
  }),
};

export const environmentKeys = {
  slots: key(count(0), { otherwise: "999", about: "slots over all jobs", example: "999" }),
  allocation_rule: key(text, {
    otherwise: '"$pe_slots"',
    about: "how slots are laid out over hosts: $pe_slots, $fill_up, $round_robin or a number",
    example: '"$fill_up"',
  }),
  control_slaves: key(truth, {
    otherwise: "false",
    about: "tasks of its jobs are started by `qrsh -inherit` (shown by `qconf -sp`)",
    example: "true",
  }),
};

export const complexKeys = {
  shortcut: key(text, { otherwise: "the name", about: "short name", example: '"sc"' }),
  type: key(oneOf("integer", "double", "memory", "time", "string", "boolean"), {
    otherwise: '"integer"',
    about: "what its values are",
    example: '"integer"',
  }),
  consumable: key(truth, {
    otherwise: "false",
    about: "jobs use it up: no soft and no negative requests",
    example: "true",
  }),
};

export const slurmKeys = {
  defaults: key(texts, {
    otherwise: "[]",
    about: "options of every job that does not say otherwise",
    example: '["--time=1:00:00", "--mem=2G"]',
  }),
  enforce_limits: key(truth, {
    otherwise: "false",
    about: "what would wait for ever in its partition is refused (EnforcePartLimits=ALL)",
    example: "true",
  }),
  cancel_if_never_met: key(truth, {
    otherwise: "false",
    about: "jobs are cancelled whose dependency can never be met, unless they say otherwise (kill_invalid_depend)",
    example: "true",
  }),
  qualities: key(texts, {
    otherwise: "any",
    about: "qualities of service there are; if strict, others are refused",
    example: '["normal", "high"]',
  }),
  enforce_accounts: key(truth, {
    otherwise: "false",
    about: "jobs are taken for the accounts of [accounts] only, each from its own users (AccountingStorageEnforce)",
    example: "true",
  }),
};

export const accountKeys = {
  users: key(texts, {
    otherwise: "[]",
    about: "whose it is; the first account of a user is what their jobs go to that name none",
    example: '["ada"]',
  }),
};

export const sgeKeys = {
  defaults: key(texts, {
    otherwise: "[]",
    about: "options of every job, as in the cluster's sge_request file",
    example: '["-l h_rt=1:00:00"]',
  }),
};

export const jobKeys = {
  modules: key(oneOf("accept", "refuse", "off"), {
    otherwise: '"accept", or "refuse" if strict',
    about: "what `module load` does with names that [modules] has not, where the machine has no environment modules",
    example: '"accept"',
  }),
  scratch: key(truth, {
    otherwise: "true, or false if strict",
    about: "jobs get a scratch directory of their own, removed at the end",
    example: "true",
  }),
  scratch_directory: key(text, {
    otherwise: "in the state directory",
    about: "where scratch directories are made",
    example: '"/tmp"',
  }),
  scratch_variables: key(texts, {
    otherwise: "TMPDIR, SLURM_TMPDIR, SCRATCH and their like",
    about: "variables that name the scratch directory where they are unset",
    example: '["SCRATCH", "WORK"]',
  }),
  keep_scratch: key(truth, { otherwise: "false", about: "scratch directories stay after the end", example: "false" }),
  control_groups: key(truth, {
    otherwise: "true",
    about: "the kernel keeps limits of memory where it can (control groups, version 2), else processes are watched",
    example: "true",
  }),
  mpirun: key(truth, {
    otherwise: "true, or false if strict",
    about: "mpirun and mpiexec start ranks where no MPI is installed",
    example: "true",
  }),
};

export const moduleKeys = {
  conda: key(text, { otherwise: "none", about: "conda environment that is activated", example: '"torch"' }),
  path: key(texts, { otherwise: "[]", about: "directories put on PATH", example: '["/opt/gcc/bin"]' }),
  variables: key(entries, { otherwise: "none", about: "variables that are set", example: '{ CC = "gcc" }' }),
  source: key(text, { otherwise: "none", about: "script that is sourced", example: '"~/setup.sh"' }),
  refuse: key(text, { otherwise: "not refused", about: "the module can't be loaded, and why", example: '"not here"' }),
};

export const mailKeys = {
  to: key(oneOf("sendmail", "outbox", "none"), {
    otherwise: '"sendmail" where there is one, else "outbox"',
    about: "where the mail goes that jobs ask for",
    example: '"outbox"',
  }),
  desktop: key(truth, { otherwise: "false", about: "a notification on the desktop, too", example: "false" }),
};

export const daemonKeys = {
  idle: key(duration, {
    otherwise: "10m",
    about: "time without anything to do after which the daemon ends itself; 0s is never",
    example: '"10m"',
  }),
};

/** A section: `one` table, a table for each name (`named`), a list or a number (`nodes`), or free names (`open`). */
export interface Section {
  readonly name: string;
  readonly form: "top" | "one" | "named" | "nodes" | "modules" | "open";
  readonly about: string;
  readonly keys: Readonly<Record<string, Key<unknown>>>;
  /** A name for the commented file. */
  readonly sample: string;
}

/** All sections, in the order in which they are shown. */
export const sections: readonly Section[] = [
  { name: "", form: "top", about: "", keys: topKeys, sample: "" },
  { name: "machine", form: "one", about: "how much of this machine is used", keys: machineKeys, sample: "" },
  { name: "cluster", form: "one", about: "what the cluster is called, and its limits", keys: clusterKeys, sample: "" },
  {
    ...{ name: "nodes", form: "nodes", keys: nodeKeys, sample: "" },
    about: "nodes that this machine pretends to have: `nodes = 4` above all sections, or each by name",
  },
  {
    ...{ name: "queues", form: "named", keys: queueKeys, sample: "long" },
    about: "queues (partitions); as soon as there is one, others are refused",
  },
  {
    ...{ name: "parallel_environments", form: "named", keys: environmentKeys, sample: "smp" },
    about: "Grid Engine's parallel environments; as soon as there is one and `strict` holds, others are refused",
  },
  {
    ...{ name: "complexes", form: "named", keys: complexKeys, sample: "scratch_space" },
    about: "resources of the site that Grid Engine's jobs ask for with -l",
  },
  { name: "slurm", form: "one", about: "Slurm's side", keys: slurmKeys, sample: "" },
  { name: "accounts", form: "named", about: "Slurm's accounts", keys: accountKeys, sample: "physics" },
  { name: "sge", form: "one", about: "Grid Engine's side", keys: sgeKeys, sample: "" },
  { name: "jobs", form: "one", about: "what jobs find here", keys: jobKeys, sample: "" },
  {
    ...{ name: "modules", form: "modules", keys: moduleKeys, sample: "gcc/*" },
    about:
      'what module names mean here; * and ? stand for any text. A text is short for: "conda:NAME", "source:FILE", a directory for PATH, "refuse", or "" for nothing',
  },
  {
    ...{ name: "variables", form: "open", keys: {}, sample: 'PROJECT = "$HOME/project"' },
    about: "variables of the site that jobs get where they are unset; $HOME, $USER and earlier ones are replaced",
  },
  {
    ...{ name: "targets", form: "named", keys: targetKeys, sample: "lab" },
    about: "clusters that jobs are handed to: by `sbatch -M lab`, HEADNODE_TARGET=lab, `headnode use lab`, or a queue",
  },
  { name: "mail", form: "one", about: "mail of jobs", keys: mailKeys, sample: "" },
  { name: "daemon", form: "one", about: "the daemon itself", keys: daemonKeys, sample: "" },
];
