/** Owns what a campaign knows for itself: what was asked for, what was acknowledged, and what each job wrote down. */

export type Family = "slurm" | "sge";

/** When a job's dependency is met: any end, a good one, or one that is not good. */
export type Condition = "any" | "ok" | "notOk";

/** One submission. Its tag is its name, and nobody else's. */
export interface Asked {
  readonly tag: string;
  readonly family: Family;
  /** Indices of an array; null for a plain job. */
  readonly indices: readonly number[] | null;
  /** What the script exits with. */
  readonly code: number;
  readonly parent: { readonly tag: string; readonly condition: Condition } | null;
  /** The id that the command answered; null when it did not come to that. */
  id: number | null;
  /** Somebody tried to cancel it, or some of it. */
  cancelTried: boolean;
}

/** A line that a job wrote: an element's script began or came to its end, at that time (ns). */
export interface Line {
  readonly what: "begin" | "end";
  readonly index: number | null;
  readonly at: bigint;
}

/** One row of the accounting. */
export interface Row {
  readonly id: number;
  readonly index: number | null;
  readonly name: string;
  readonly state: string;
  readonly code: number;
}

/** Reads what a job wrote. */
export function readLines(text: string): readonly Line[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [what, index, at] = line.split(" ");
      if ((what !== "begin" && what !== "end") || index === undefined || at === undefined)
        throw new Error(`a job wrote a line that makes no sense: ${line}`);
      return { what, index: index === "-" ? null : Number(index), at: BigInt(at) };
    });
}

/** Reads `sacct -n -P -X -o JobID,JobName,State,ExitCode`; what was removed while it waited (`7_[2-4,6]`) is told apart. */
export function readRows(text: string): readonly Row[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .flatMap((line) => {
      const [job = "", name = "", state = "", exit = ""] = line.split("|");
      const [id = "", place] = job.split("_");
      const row = { id: Number(id), name, state: state.split(" ")[0] ?? "", code: Number(exit.split(":")[0]) };
      return indicesOf(place).map((index) => ({ ...row, index }));
    });
}

function indicesOf(place: string | undefined): readonly (number | null)[] {
  if (place === undefined) return [null];
  return place
    .replace(/[[\]]|%.*/g, "")
    .split(",")
    .flatMap((run) => {
      const [first = 0, last = first] = run.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
    });
}
