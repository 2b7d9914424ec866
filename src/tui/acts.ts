/** Owns what is done to jobs, as the commands that a shell would be told: one row per act, for each family. */

import type { DialectName } from "../model/job.ts";
import type { Act } from "./keys.ts";

/** What an act is for: a job, or one element of it. */
export interface Target {
  readonly id: number;
  readonly index: number | null;
  readonly dialect: DialectName;
}

/** A command of one of the families. */
export interface CommandLine {
  readonly dialect: "slurm" | "sge" | "headnode";
  readonly words: readonly string[];
}

interface ActRow {
  /** `cancel 3 jobs?` */
  readonly about: string;
  /** It can't be undone: asked for once more. */
  readonly asks: boolean;
  /** What the user is to say first; empty for nothing. */
  readonly value: string;
  readonly slurm: (targets: readonly Target[], value: string) => readonly (readonly string[])[];
  readonly sge: (targets: readonly Target[], value: string) => readonly (readonly string[])[];
}

const slurmId = ({ id, index }: Target): string => (index === null ? String(id) : `${id}_${index}`);
const sgeId = ({ id, index }: Target): string => (index === null ? String(id) : `${id}.${index}`);

const slurmAll =
  (...words: readonly string[]) =>
  (targets: readonly Target[]) => [[...words, ...targets.map(slurmId)]];
const slurmList =
  (...words: readonly string[]) =>
  (targets: readonly Target[]) => [[...words, targets.map(slurmId).join(",")]];
const sgeAll =
  (...words: readonly string[]) =>
  (targets: readonly Target[]) => [[...words, ...targets.map(sgeId)]];
const update = (key: string) => (targets: readonly Target[], value: string) =>
  targets.map((target) => ["scontrol", "update", `JobId=${slurmId(target)}`, `${key}=${value}`]);

/** `qdel` takes the tasks of one job behind `-t`. */
const sgeTasks =
  (...words: readonly string[]) =>
  (targets: readonly Target[]) => {
    const whole = targets.filter(({ index }) => index === null).map(({ id }) => String(id));
    const tasks = targets.filter(({ index }) => index !== null);
    return [
      ...(whole.length > 0 ? [[...words, ...whole]] : []),
      ...tasks.map(({ id, index }) => [...words, String(id), "-t", String(index)]),
    ];
  };

const again = (targets: readonly Target[]) => [["headnode", "resubmit", ...targets.map(slurmId)]];

/** `scontrol suspend` and the like take one job at a time only in lists with commas. */
export const acts: Readonly<Record<Act, ActRow>> = {
  cancel: { about: "cancel", asks: true, value: "", slurm: slurmAll("scancel"), sge: sgeTasks("qdel") },
  hold: { about: "hold", asks: false, value: "", slurm: slurmList("scontrol", "hold"), sge: sgeTasks("qhold") },
  release: { about: "release", asks: false, value: "", slurm: slurmList("scontrol", "release"), sge: sgeTasks("qrls") },
  requeue: {
    ...{ about: "requeue", asks: true, value: "" },
    ...{ slurm: slurmList("scontrol", "requeue"), sge: sgeAll("qmod", "-rj") },
  },
  suspend: {
    ...{ about: "suspend", asks: false, value: "" },
    ...{ slurm: slurmList("scontrol", "suspend"), sge: sgeAll("qmod", "-sj") },
  },
  resume: {
    ...{ about: "resume", asks: false, value: "" },
    ...{ slurm: slurmList("scontrol", "resume"), sge: sgeAll("qmod", "-usj") },
  },
  resubmit: {
    ...{ about: "submit again", asks: false, value: "" },
    ...{ slurm: again, sge: again },
  },
  priority: {
    ...{ about: "change the priority of", asks: false, value: "priority" },
    slurm: update("Priority"),
    sge: (targets, value) => targets.map(({ id }) => ["qalter", "-p", value, String(id)]),
  },
  timeLimit: {
    ...{ about: "change the time limit of", asks: false, value: "time limit" },
    slurm: update("TimeLimit"),
    sge: (targets, value) => targets.map(({ id }) => ["qalter", "-l", `h_rt=${value}`, String(id)]),
  },
};

/** Words of one command line; longer ones become several. */
const mostTargets = 500;

/** The commands of an act, those of Slurm's jobs first. */
export function commandsFor(act: Act, targets: readonly Target[], value: string): readonly CommandLine[] {
  return (["slurm", "sge"] as const).flatMap((family) => {
    const mine = targets.filter(({ dialect }) => (dialect === "sge") === (family === "sge"));
    const lines: CommandLine[] = [];
    for (let at = 0; at < mine.length; at += mostTargets)
      for (const words of acts[act][family](mine.slice(at, at + mostTargets), value))
        lines.push({ dialect: familyOf(words[0] ?? ""), words });
    return lines;
  });
}

function familyOf(command: string): CommandLine["dialect"] {
  if (command === "headnode") return command;
  return command.startsWith("s") ? "slurm" : "sge";
}

/** `job 7`, `job 7_3`, `12 jobs`. */
export function targetText(targets: readonly Target[]): string {
  const [first] = targets;
  return first && targets.length === 1 ? `job ${slurmId(first)}` : `${targets.length} jobs`;
}

/** Commands as one would type them. */
export function shellText(commands: readonly CommandLine[]): string {
  return commands
    .map(({ words }) => words.map((word) => (/^[\w@%+=:,./…-]+$/.test(word) ? word : `'${word}'`)).join(" "))
    .join("; ");
}
