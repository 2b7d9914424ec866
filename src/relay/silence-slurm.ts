/** Owns the words of Slurm's commands whose controller, or whose accounting, can't be reached. */

import type { Silence, Unanswered } from "./unanswered.ts";

/** WHY is the reason; a line with JOB stands once for each job that was named. */
interface Row {
  readonly command: string;
  /** What its words, a blank between each, have to be like; null: anything. */
  readonly words: RegExp | null;
  readonly says: readonly string[];
  readonly code: number;
}

function row(which: string | readonly [string, RegExp], says: string, code = 1): Row {
  const [command, words] = typeof which === "string" ? [which, null] : which;
  return { command, words, says: says.split("\n"), code };
}

/** The first that fits counts. */
const rows: readonly Row[] = [
  row(["sbatch", /(^| )--test-only( |$)/], "allocation failure: WHY"),
  row("sbatch", "sbatch: error: Batch job submission failed: WHY"),
  row("salloc", "salloc: error: Job submit/allocate failed: WHY"),
  row("srun", "srun: error: Unable to allocate resources: WHY"),
  row(["squeue", /(^| )(-s|--steps?)( |=|\d|$)/], "slurm_get_job_steps error: WHY"),
  row("squeue", "slurm_load_jobs error: WHY"),
  row("sinfo", "slurm_load_partitions: WHY"),
  row(["scancel", /(^| )\d/], "scancel: error: Kill job error on job id JOB: WHY", 8),
  row("scancel", "slurm_load_jobs error: WHY"),
  row(["scontrol", /(^| )show jobs?( |=|$)/], "slurm_load_jobs error: WHY"),
  row(["scontrol", /(^| )show nodes?( |=|$)/], "slurm_load_node error: WHY"),
  row(["scontrol", /(^| )show part(itions?)?( |=|$)/], "slurm_load_partitions error: WHY"),
  row(["scontrol", /(^| )show res(ervations?)?( |=|$)/], "slurm_load_reservations error: WHY"),
  row(["scontrol", /(^| )show steps?( |=|$)/], "slurm_get_job_steps error: WHY"),
  row(["scontrol", /(^| )show config( |$)/], "slurm_load_ctl_conf error: WHY"),
  row(["scontrol", /(^| )show assoc/], "slurm_load_assoc_mgr_info error: WHY"),
  row(["scontrol", /(^| )write batch_script /], "job script retrieval failed: WHY"),
  row(["scontrol", /(^| )notify /], "job notify failure: WHY"),
  row(["scontrol", /(^| )top /], "WHY for job JOB"),
  row(["scontrol", /(^| )(u?hold|release) /], "UNEXPECTED for job JOB\nslurm_suspend error: UNEXPECTED"),
  row(["scontrol", /(^| )(update|requeue|requeuehold|suspend|resume) /], "UNEXPECTED for job JOB"),
  row("sdiag", "slurm_get_statistics: WHY", 255),
  row("sprio", "Couldn't get priority factors from controller: WHY", 255),
  row("sshare", "Couldn't get shares from controller: WHY", 255),
  row("sattach", "sattach: error: Could not get job step info: WHY"),
  row("strigger", "slurm_get_triggers: WHY"),
  row("sacct", "sacct: error: Problem talking to the database: Connection refused"),
  row("sacctmgr", "sacctmgr: error: Sending PersistInit msg: Connection refused"),
  row("sreport", "sreport: fatal: Problem connecting to the database: Connection refused"),
];

/** What the command writes, and its exit code. */
export function silentSlurm({ command, argv, host, job, heard }: Unanswered): Silence {
  const line = argv.join(" ");
  if (command === "scontrol" && /(^| )ping( |$)/.test(line))
    return { out: `Slurmctld(primary) at ${host} is DOWN`, err: "", code: 1 };
  const jobs = command === "srun" && job !== undefined ? [job] : jobsOf(argv);
  const { says, code } = command === "srun" && job !== undefined ? confirming : rowFor(command, line, jobs);
  const lines = says.flatMap((said) => (named.test(said) ? jobs.map((id) => said.replace(named, id)) : [said]));
  const why = `Unable to contact slurm controller (${heard ? "receive" : "connect"} failure)`;
  const err = lines.join("\n").replaceAll("WHY", why).replaceAll("UNEXPECTED", "Unexpected message received");
  return { out: "", err, code };
}

function rowFor(command: string, line: string, jobs: readonly string[]): Row {
  const isSayable = ({ says: [first = ""] }: Row): boolean => jobs.length > 0 || !named.test(first);
  const found = rows.find((each) => each.command === command && (each.words?.test(line) ?? true) && isSayable(each));
  return found ?? row(command, `${command}: error: WHY`);
}

/** Where a job stands. */
const named = /\bJOB\b/;

/** In a job, its allocation is asked for first. */
const confirming = row(
  "srun",
  [
    "srun: error: Unable to confirm allocation for job JOB: WHY",
    "srun: Check SLURM_JOB_ID environment variable. Expired or invalid job JOB",
  ].join("\n"),
);

/** The jobs that were named: numbers that no option takes, with or without a key before them. */
function jobsOf(argv: readonly string[]): readonly string[] {
  return argv
    .filter((_, at) => !/^(-[a-zA-Z]|--signal)$/.test(argv[at - 1] ?? "") || isFlag(argv[at - 1]))
    .map((word) => word.replace(/^job(id)?=/i, ""))
    .filter((word) => /^\d/.test(word))
    .flatMap((word) => (word.includes("[") ? [word] : word.split(",")));
}

function isFlag(word: string | undefined): boolean {
  return /^-[bfivQHo]$/.test(word ?? "");
}
