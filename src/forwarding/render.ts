/** Owns what a job becomes on its way: the target's own command with its options, the script, the environment. */

import { pathWithoutShims } from "../backends/real-commands.ts";
import type { SubmitAsk } from "../backends/receipts.ts";
import { scriptPlace } from "../backends/receipts.ts";
import type { Driver } from "../language/driver.ts";
import type { Dependency } from "../model/dependency.ts";
import type { Forwarded, ForwardTarget, Numbering } from "../model/forwarding.ts";
import type { Job } from "../model/job.ts";
import type { JobSpec } from "../model/spec.ts";
import { losses } from "../translation/account.ts";
import { renderIn } from "../translation/render.ts";
import { outputNames } from "./output-names.ts";

export interface Outgoing {
  readonly ask: SubmitAsk;
  readonly numbering: Numbering;
  /** What the target's family can't say, in sentences. */
  readonly notes: readonly string[];
}

export interface Destination {
  readonly target: ForwardTarget;
  readonly driver: Driver;
  /** The directory there that stands for the one where the job was submitted; null: the same. */
  readonly directory: string | null;
}

/** What the submitting command there is told of the job, and what can't be said. Throws UsageError as `outgoing` does. */
export function optionsThere(
  job: Job,
  mark: string,
  to: Destination & { readonly dependency: Dependency | null },
): { readonly args: readonly string[]; readonly lost: readonly string[] } {
  const { rendered, args } = renderedThere(job, mark, to);
  return { args: args.map(moved(job, to)), lost: rendered.account.flatMap(({ isLoss, was }) => (isLoss ? [was] : [])) };
}

function renderedThere(job: Job, mark: string, to: Destination & { readonly dependency: Dependency | null }) {
  const { target, driver, dependency } = to;
  const text = job.script === null ? "" : Buffer.from(job.script).toString("latin1");
  const interpreter = /^#! *(.*?) *$/m.exec(text.split("\n", 1)[0] ?? "")?.[1] ?? null;
  const site = { environments: target.environments, memory: target.memoryRequest, gpus: target.gpuRequest };
  const spec = specThere(job, target, dependency);
  const rendered = renderIn(driver.name, spec, { from: job.dialect, text, interpreter, site });
  return { rendered, args: [...rendered.args, ...driver.mark(mark, job, rendered.args)] };
}

/** The job as it is submitted there. Throws UsageError where it can't be said there at all. */
export function outgoing(
  job: Job,
  forwarded: Forwarded,
  to: Destination & { readonly dependency: Dependency | null },
): Outgoing {
  const { target, driver } = to;
  const { rendered, args } = renderedThere(job, forwarded.mark, to);
  const [path = "", ...operands] = job.command;
  const isScript = job.script !== null;
  const program = isScript ? [scriptPlace, ...operands] : [path, ...operands];
  const line = driver.submit({ args: args.map(moved(job, to)), program, isScript });
  const lost = losses(rendered.account) === 0 ? [] : rendered.account.filter(({ isLoss }) => isLoss);
  return {
    ask: {
      ...{
        mark: forwarded.mark,
        again: forwarded.stage !== "due",
        line,
        umask: job.umask,
        variables: target.variables,
      },
      directory: to.directory ?? job.submitDirectory,
      environment: target.over === "here" ? environmentHere(job) : null,
      script: isScript ? { name: path === "" ? job.name : path, bytes: Buffer.from(rendered.script, "latin1") } : null,
    },
    numbering: rendered.numbering,
    notes: lost.map(({ was, why }) => `${target.name} can't be told ${was}${why === null ? "" : `: ${why}`}`),
  };
}

function specThere(job: Job, target: ForwardTarget, dependency: Dependency | null): JobSpec {
  const { spec } = job;
  return {
    ...spec,
    ...{ name: job.name, clusters: null, beginTime: null, dependency, dependencyPerElement: null },
    ...outputNames(job),
    workingDirectory: spec.workingDirectory ?? homeOf(job, target),
    export: spec.export && target.over !== "here" ? withValues(job, spec.export) : spec.export,
  };
}

// Where nothing is said Grid Engine's jobs begin at home, Slurm's where they were submitted. A copied directory is the job's.
function homeOf({ dialect, workingDirectory, submitDirectory }: Job, { kind, files }: ForwardTarget): string | null {
  const stays = dialect === kind || files === "copy" || workingDirectory === submitDirectory;
  return stays ? null : workingDirectory;
}

// There a variable that is only named would have the value that the login has.
function withValues({ environment }: Job, said: NonNullable<JobSpec["export"]>): JobSpec["export"] {
  if (said.variables.every(({ value }) => value !== null)) return said;
  const variables = said.variables.map(({ name, value }) => ({
    name,
    value: value ?? environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1) ?? null,
  }));
  const words = variables.map(({ name, value }) => (value === null ? name : `${name}=${value}`));
  const first = /^(ALL|NONE|NIL)\b/i.exec(said.text)?.[0];
  return { ...said, variables, text: [...(first === undefined ? [] : [first]), ...words].join(",") };
}

/** The submitter's own, without what leads back to headnode. */
function environmentHere({ environment, user }: Job): readonly string[] {
  const login = [`HOME=${user.home}`, `USER=${user.name}`, `LOGNAME=${user.name}`, `SHELL=${user.shell}`];
  const own = environment.filter((entry) => !/^HEADNODE_\w+=/.test(entry));
  const path = own.find((entry) => entry.startsWith("PATH="))?.slice(5) ?? "/usr/local/bin:/usr/bin:/bin";
  const missing = login.filter(
    (entry) => !own.some((other) => other.startsWith(entry.slice(0, entry.indexOf("=") + 1))),
  );
  return [...missing, ...own.filter((entry) => !entry.startsWith("PATH=")), `PATH=${pathWithoutShims(path)}`];
}

/** Paths below the directory of the submission lie below the one that stands for it there. */
function moved({ submitDirectory }: Job, { directory }: Destination): (word: string) => string {
  if (directory === null) return (word) => word;
  const inside = new RegExp(`(^|[=:,])${literal(submitDirectory)}(?=/|$|,)`, "g");
  return (word) => word.replace(inside, (_, before: string) => `${before}${directory}`);
}

function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
