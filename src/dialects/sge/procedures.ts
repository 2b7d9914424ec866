/**
 * Owns what an administrator wants to be run around a job: start and stop procedures of its parallel environment, prolog
 * and epilog of its queue.
 */

import type { Start } from "../../language/dialect.ts";
import { slotsHeld } from "./geometry.ts";
import { environmentMeant } from "./parallel-environments.ts";
import type { Program } from "./shells.ts";
import { procedureStreams } from "./streams.ts";

/** The program with its procedures around it; the program itself where there are none. */
export function withProcedures(start: Start, program: Program, hostFile: string): Program {
  const { job, cluster, element, machine } = start;
  const asked = job.spec.parallelEnvironment;
  const environment = asked ? environmentMeant(asked.name, cluster)?.attributes : undefined;
  const queue = cluster.queues.find(({ name }) => name === job.queue)?.attributes;
  const command = (said: string | undefined) => commandOf(said, start, hostFile);
  const around = [
    ...[queue?.prolog, environment?.start_proc_args, environment?.stop_proc_args, queue?.epilog].map(command),
  ];
  if (around.every((line) => line === "")) return program;
  const { stdout, stderr } = procedureStreams(job, element, machine.hostName);
  const [zero = program.file, ...words] = program.argv;
  return {
    ...program,
    file: "/bin/bash",
    argv: ["bash", "-c", frame, "procedures", ...around, stdout, stderr, zero, program.file, ...words],
  };
}

/**
 * Procedures get no input; those of an environment have files of their own. One that fails before the job keeps it from
 * running. Signals are for the job. The job itself is called as it would be without.
 */
const frame = `
set -f
prolog=$1 start=$2 stop=$3 epilog=$4 out=$5 err=$6 zero=$7
shift 7
trap : HUP INT TERM USR1 USR2 XCPU XFSZ
own() { if [ -n "$err" ]; then "$@" >>"$out" 2>>"$err" </dev/null; else "$@" >>"$out" 2>&1 </dev/null; fi; }
[ -z "$prolog" ] || $prolog </dev/null || exit 100
[ -z "$start" ] || own $start || exit 100
( exec -a "$zero" "$@" )
code=$?
[ -z "$stop" ] || own $stop
[ -z "$epilog" ] || $epilog </dev/null
exit $code
`;

/** What procedures can be told of the job, by name. */
const words: Readonly<Record<string, (start: Start, hostFile: string) => string | number>> = {
  pe_hostfile: (_, hostFile) => hostFile,
  host: ({ machine }) => machine.hostName,
  job_owner: ({ job }) => job.user.name,
  job_id: ({ job }) => job.id,
  job_name: ({ job }) => job.name,
  ja_task_id: ({ element }) => element.index ?? 1,
  pe: ({ job }) => job.spec.parallelEnvironment?.name ?? "",
  pe_slots: ({ job, element, cluster }) => slotsHeld(job, element, cluster),
  processors: ({ cluster }) => cluster.nodes[0]?.cpus ?? 1,
  queue: ({ job }) => job.queue,
};

// The user that one is to run as is left out: everything is the job's owner's here.
function commandOf(said: string | undefined, start: Start, hostFile: string): string {
  if (said === undefined || said.toUpperCase() === "NONE") return "";
  return said
    .replace(/^[a-z_][\w-]*@(?=\/)/, "")
    .replace(/\$([a-z_]+)/g, (whole, name: string) => String(words[name]?.(start, hostFile) ?? whole));
}
