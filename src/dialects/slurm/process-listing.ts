/** Owns what `scontrol listpids` shows: the processes of what runs, each told by the environment it was started with. */

import type { Element } from "../../model/job.ts";

/** A process of a running element; what it was started with is not known everywhere. */
export interface JobProcess {
  readonly pid: number;
  readonly environment: readonly string[];
}

/** What runs of one element. */
export interface Processes {
  readonly element: Element;
  readonly all: readonly JobProcess[];
}

export const processHeading = "PID      JOBID    STEPID   LOCALID GLOBALID\n";

/** Lines of one element: its script's processes, then each step's, tasks ahead of what they started. `step`: only that. */
export function processLines({ element, all }: Processes, step: number | null): string {
  const rows = all
    .map((process) => rowOf(element, process))
    .filter((row) => step === null || row.step === step)
    .sort((a, b) => a.step - b.step || a.rank - b.rank || a.pid - b.pid);
  return rows.map(({ cells }) => `${padded(cells)}\n`).join("");
}

const widths = [8, 8, 8, 7, 8];
/** Ahead of all steps. */
const batch = -1;

function padded(cells: readonly (string | number)[]): string {
  return cells.map((cell, at) => String(cell).padEnd(widths[at] ?? 0)).join(" ");
}

function rowOf({ id, pid: leader }: Element, { pid, environment }: JobProcess) {
  const variable = (name: string) => environment.find((entry) => entry.startsWith(`${name}=`))?.slice(name.length + 1);
  const step = variable("SLURM_STEP_ID");
  const isTask = step === undefined ? pid === leader : variable("SLURM_TASK_PID") === String(pid);
  const rank = step === undefined ? "0" : (variable("SLURM_PROCID") ?? "0");
  const local = step === undefined ? "0" : (variable("SLURM_LOCALID") ?? "0");
  return {
    pid,
    step: step === undefined ? batch : Number(step),
    rank: isTask ? Number(rank) : Number.POSITIVE_INFINITY,
    cells: [pid, id, step ?? "batch", ...(isTask ? [local, rank] : ["-", "-"])],
  };
}
