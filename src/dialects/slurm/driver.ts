/** Owns the command lines that a real Slurm is told for forwarded jobs. */

import type { Driver, Line } from "../../language/driver.ts";
import type { Dependency } from "../../model/dependency.ts";
import type { NativeOrder } from "../../model/forwarding.ts";
import type { Indices } from "../../model/indices.ts";
import { foldIndices } from "./arrays.ts";
import { alteration } from "./driver-alteration.ts";
import { profileQuestions } from "./driver-profile.ts";
import { accounted, accountFields, found, ordered, probed, queueFields, seen, submitted } from "./driver-replies.ts";

export const slurmDriver: Driver = {
  name: "slurm",
  commands: ["sbatch", "squeue", "sacct", "scancel", "scontrol"],
  // The last --comment counts. Accounts keep no comment on most sites, but the line of the submission, which has it.
  mark: (mark, { spec }) => [`--comment=${spec.comment ? `${spec.comment} ` : ""}${mark}`],
  submit: ({ args, program, isScript }) => ({
    argv: ["sbatch", "--parsable", ...args, ...(isScript ? program : [`--wrap=${program.map(quoted).join(" ")}`])],
  }),
  submitted,
  find: () => [
    { argv: ["squeue", "--noheader", "--me", "--states=all", "-O", "ArrayJobID:|,Comment:|"], variables: plain },
    {
      argv: ["sacct", "-X", "-P", "-n", "-S", "now-7days", "-o", "JobID,SubmitLine"],
      variables: plain,
    },
  ],
  found,
  query: (natives) => ({
    argv: [
      "squeue",
      "--noheader",
      "--states=all",
      "-j",
      natives.join(","),
      "-O",
      queueFields.map((name) => `${name}:|`).join(","),
    ],
    variables: plain,
  }),
  seen,
  account: (natives) => [
    { argv: ["sacct", "-P", "-n", "-j", natives.join(","), "-o", accountFields.join(",")], variables: plain },
  ],
  accounted,
  order,
  ordered,
  alteration,
  canWait,
  profile: profileQuestions,
  probe: () => ({ argv: ["scontrol", "show", "config"], variables: plain }),
  probed,
};

/** Times as epoch seconds, lists of indices in full, and no wishes of whoever started the daemon. */
const plain = { TZ: "UTC", SLURM_TIME_FORMAT: "%s", SLURM_BITSTR_LEN: "0", LC_ALL: "C" };

const orders: Readonly<Record<Exclude<NativeOrder["kind"], "alter">, readonly string[]>> = {
  cancel: ["scancel"],
  hold: ["scontrol", "hold"],
  release: ["scontrol", "release"],
  requeue: ["scontrol", "requeue"],
  suspend: ["scontrol", "suspend"],
  resume: ["scontrol", "resume"],
  signal: ["scancel"],
};

function order({ kind, native, indices, signal = 0, to, words = [] }: NativeOrder): Line {
  // Spans of time are counted from the controller's own time, whatever time zone that has.
  if (kind === "alter") return { argv: ["scontrol", "update", `JobId=${elements(native, indices)}`, ...words] };
  const how = kind === "signal" ? [`--signal=${signal}`, ...receivers[to ?? "all"]] : [];
  return { argv: [...orders[kind], ...how, elements(native, indices)] };
}

const receivers = { shell: ["--batch"], steps: [], all: ["--full"] } as const;

function elements(native: string, indices: Indices | null): string {
  return indices === null ? native : `${native}_[${foldIndices(indices, 0, 0)}]`;
}

/** Elements are numbered alike only where both are arrays of this family; those are waited for here. */
function canWait({ conditions }: Dependency): boolean {
  return conditions.every(
    (one) => one.kind !== "singleton" && one.job !== null && one.index === null && native.includes(one.kind),
  );
}

const native: readonly string[] = ["ok", "notOk", "end", "start", "correspondingOk"];

function quoted(word: string): string {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
