/** Owns what is made equal on both sides before they are compared: moments, short durations, places, measurements. */

import { hostname, userInfo } from "node:os";
import { dirname, resolve } from "node:path";
import type { Family, Replica } from "./oracle-like.ts";

/** Where a side works. */
type Places = Pick<Replica, "home" | "work" | "state">;

type Rule = readonly [RegExp, string | ((...found: string[]) => string)];

const both: readonly Rule[] = [
  // The recorder wrote it so that it can be read.
  [/\0/g, "^@"],
  [/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?/g, "T"],
  [/\d\d\/\d\d\/\d{4} \d\d:\d\d:\d\d(\.\d+)?/g, "T"],
  [/[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d( UTC)? \d{4}/g, "T"],
  [/slurmstepd-node1/g, "slurmstepd"],
  [/slurm-wlm (?=22\.05\.8)/g, "slurm "],
  [/\bline \d+: +\d+ (Killed|Terminated|Segmentation fault)/g, "line N: PID $1"],
  [/\bkill: \(\d+\)/g, "kill: (PID)"],
];

const slurm: readonly Rule[] = [
  // What headnode adds in its own name about why it can't be reached.
  [/^headnode: cannot make the state directory .*\n/gm, ""],
  // The seconds of a clock, line by line: that it went on and how often it stood still.
  [/^\d\d\n(?:\d\d\n){5,}/gm, ticks],
  [/ {3}default\b/g, "      proj"],
  [/([=|])default\b/g, "$1proj"],
  [/\{STATE\}\/(?:spool\/job0*|jobs\/)(\d+)/g, "{SPOOL}/$1"],
  [/^(PATH|HEADNODE_\w+)=.*\n/gm, ""],
  [/CANCELLED by \d+ */g, "CANCELLED by UID "],
  // What took so long; not the code and signal of an end, which look alike.
  [
    /(?<!ExitCode=|(?:FAILED|CANCELLED(?: by UID)?|TIMEOUT|COMPLETED|DEADLINE|NODE_FAIL|OUT_OF_ME\w*\+?) *[ |])\b(?:00:)?0?[0-4]:\d\d\b/g,
    (found) => found.replace(/[0-4]:\d\d$/, "0:00"),
  ],
  [/(_PID|PPID|_PORT|Sid|_SID)=\S+/g, "$1=N"],
  [/\/dev\/pts\/\d+/g, "/dev/pts/N"],
  [/(SLURM_CONF)=\S+/g, "$1=FILE"],
  [/(SLURM_WORKING_CLUSTER=\w+:127\.0\.0\.1):\d+/g, "$1:PORT"],
  [/(UserId|GroupId)=ada\(\d+\)/g, "$1=ada(UID)"],
  [/\b(SLURM_JOB_[UG]ID)=\d+/g, "$1=UID"],
  // What the machine measures of a step.
  [
    /^((?:Ave|Max)(?:RSS|VMSize|Disk\w+|Pages)(?:Task)?\|)(.*)$/gm,
    (_, head = "", cells = "") => head + cells.replace(/[\d.]+[KMG]?/g, "N"),
  ],
  [
    /^((?:(?:User|System|Total)CPU|CPUTimeRAW|ElapsedRaw|MinCPUTask)\|)(.*)$/gm,
    (_, head = "", cells = "") => head + cells.replace(/[\d:.]+/g, "N"),
  ],
  [/(cpu=[\d:]+,energy=0,fs\/disk=)\d+,mem=[\d.]+[KMG]?,pages=\d+,vmem=[\d.]+[KMG]?/g, "$1N,mem=N,pages=N,vmem=N"],
  [/cpu=\d,fs\/disk=\d,mem=\d,pages=\d,vmem=\d/g, "cpu=N,fs/disk=N,mem=N,pages=N,vmem=N"],
  [/(energy=0,fs\/disk=)\d+/g, "$1N"],
  [/^(587\.(?:batch|\d)) +\d[\d.]*[KMG]? $/gm, "$1 N"],
  [/(\.batch\|OUT_OF_MEMORY\|0:125\|)\d+K?(?=\|)/g, "$1N"],
  [/^\w+(?:\|\w*)*\|MaxRSS\|(?:.*\n)+/gm, withoutMeasures],
  [
    /("(?:max|min|average|total)": \[)([^\]]*)/g,
    (_, head = "", entries = "") => head + entries.replace(/("count": )\d+/g, "$1N"),
  ],
  [/("microseconds": )\d+/g, "$1N"],
  // The database's own count of jobs.
  [/^(DBIndex\|)(\d+)\|\2\|\2\|\2\|$/gm, "$1N|N|N|N|"],
  // How the machine is called by those that it runs itself.
  [/\[ALLOC_NODES\](?: \[(?:localhost|\{HOST\})\])+/g, "[ALLOC_NODES] [{HOST}]"],
  // How long after its start the player cancelled a job, in whole seconds of the job's clock.
  [/^((?:shell )?(?:TERM|CONT) at )[1-4]$/gm, "$1N"],
  // When it was today; a line of nothing else is as wide as a start.
  [/^ {11}\d\d:\d\d:\d\d $/gm, "           HH:MM:SS "],
  [/("elapsed":) ?\d\b/g, "$1 N"],
  // The machine's processors, their load and the memory that is free.
  [/\b\d\.\d\dM(?=\|)/g, "N.NNM"],
  [/^(node1 4 8000 \S+ \w+ \d\/\d\/0\/4) \d+ \d+\.\d\d$/gm, "$1 N N"],
  [/(\b8000 +\d+ +)\d{5}(?= +gpu)/g, "$1NNNNN"],
  [/("(?:cpu_load|free_memory|boot_time|slurmd_start_time)":) ?\d+/g, "$1 N"],
  // What a controller has counted, and how busy it is.
  [/^(Server thread count: +|Jobs (?:submitted|started): +)\d+$/gm, "$1N"],
  // Which of Slurm's two schedulers came by first.
  [/\bSched(?:Main|Backfill),/g, "SchedS,"],
  [/\[ALLOC_SID\](?: \[\d+\])+/g, "[ALLOC_SID] [N]"],
  [/\[PENDING_TIME\](?: \[\d+\])+/g, "[PENDING_TIME] [N]"],
  [/\bScheduler=(Main|Backfill)/g, "Scheduler=S"],
  [/\b(Priority|LastSchedEval)=\d+/g, "$1=N"],
  [/\b(CPULoad|FreeMem)=[\d.]+/g, "$1=N"],
  [/OS=Linux [^\n]*?\s+RealMemory/g, "OS=Linux RealMemory"],
  [/\b(BootTime|SlurmdStartTime|LastBusyTime)=\S+/g, "$1=T"],
  [/\b179\d{7}\b/g, "EPOCH"],
  [/"default"/g, '"proj"'],
  [/("association_id":) ?\d+/g, "$1 N"],
];

const sge: readonly Rule[] = [
  [/\/var\/spool\/gridengine\/execd\/vm\/job_scripts\/(\d+)|\{STATE\}\/jobs\/(\d+)\/\d+(?![\d.])/g, "{SPOOL}/$1$2"],
  [/(?:\/tmp|\{STATE\}\/jobs\/\d+\/[\d.-]+)\/(\d+\.\w+\.\w+\.q)/g, "{TMP}/$1"],
  [/\[\d+:\d+\]/g, "[UID:PID]"],
  [/^(PATH|HEADNODE_\w+)=.*\n/gm, ""],
  [
    /^((?:ru_\w+|wallclock|cpu|mem|io|iow|maxvmem|maxrss|maxpss|arid|ar_sub_time) +)([\d.]+\S* *)$/gm,
    (_, head = "", value = "") => `${head}${value.endsWith(" ") ? "N".padEnd(value.length) : "N"}`,
  ],
  [/( +\d+)(?: +\d+\.\d{3}){6}$/gm, (_, wallClock = "") => `${"N".padStart(wallClock.length)} …`],
  [/\b(cpu|mem|io|vmem|maxvmem|wallclock|io wait|rss|pss|maxrss|maxpss|iow)=[^\s,]+/g, "$1=N"],
  [/^(sge_o_path|env_list):.*$/gm, "$1: …"],
  // How soon the scheduler looks again after somebody did something is the recording's.
  [/^( *\d+ )0\.\d{5}( .{11}\S+ +)(h[a-z]*qw )/gm, "$10.00000$2$3"],
  [/^( *\d+ .{19}\S+ +)t(?= {5}T )/gm, "$1r"],
  [/^scheduling info: +(?:Job is in error state|There are no messages available)\n/gm, ""],
  [/^(drwx\S+) (?:alice alice|root root)$/gm, "$1 OWNER"],
  [/^([<>] )?(SGE_(?:ROOT|BINARY_PATH|O_PATH|JOB_SPOOL_DIR)|PE_HOSTFILE)=.*$/gm, "$1$2=…"],
  // Whose child a job is.
  [/SELF +\d+ SELF SELF/g, "SELF PPID SELF SELF"],
  [/^(?:\/usr\/lib\/gridengine\/sge_shepherd -bg|\S+\/native\/runner \{STATE\}.*)$/gm, "SUPERVISOR"],
  // Each job there has a group of its own, which marks its processes.
  [/(?<=gid=\d+ \d+ )65\d{3} $/gm, ""],
  [/(?<=groups=\S+),65\d{3}$/gm, ""],
  [/\/dev\/pts\/\d+/g, "/dev/pts/N"],
  [/exec_file: .*/g, "exec_file: …"],
  [/\b(JOB_PID|PPID)=\d+/g, "$1=N"],
  [/(<jobvalue jobid='\d+' name='start_time'>)\d+</g, "$1T<"],
  [/<(JB_submission_time|JAT_start_time)>\d{9,}</g, "<$1>T<"],
  [/(O_PATH<\/VA_variable>\s+<VA_value>)[^<]*</g, "$1…<"],
  // How busy the machine is, and how big.
  [/( BIP {3}\d+\/\d+\/\d+ +)\d+\.\d\d +(?=lx-)/g, "$1N "],
  [/^(\S+ +)\d+\.\d\d(?=(?: +\d+){6} $)/gm, "$1N"],
  [/\bhl:((?:np_)?load_\w+|(?:mem|swap|virtual|m)_\w+|num_proc)=\S+/g, "hl:$1=N"],
  [/^( Max vmem +=) [\d.]+M$/gm, "$1 NA"],
  [/(overloaded: \w+=)[\d.]+/g, "$1N"],
  [/<(load_avg|load|\w+_usage|UA_value)>[\d.]+</g, "<$1>N<"],
  [/(<hostvalue name='(?:num_proc|m_\w+|load_avg|mem_\w+|swap_\w+)'>)[\d.]+[KMGT]?</g, "$1N<"],
  [/(<resourcevalue name='(?:(?:np_)?load|mem|swap|virtual|m|num|cpu)\w*' dominance='hl'>)[^<]+</g, "$1N<"],
  [/^load_values +load_avg=(?:[^\n]*\\\n)*[^\n]*/gm, measured],
  [/^processors +\d+$/gm, "processors N"],
  [/^delete_time \d{9,}$/gm, "delete_time T"],
  [/^(\S+ +lx-amd64 )(?: +\d+(?:\.\d+)?[KMGT]?){5,}$/gm, "$1 …"],
  [/(\d:\d\d:\d\d:\d\d) \d+\.\d+ +\d+\.\d+ +/g, "$1 N N "],
];

/** What a host reports, without its figures, and therefore without where its lines end. */
function measured(text: string): string {
  return text.replace(/ \\\n +/g, "").replace(/=(?:S[SCT]+|[\d.]+M?)(?=,|$)/g, "=N");
}

const measuredColumns = /^(?:Ave|Max)(?:RSS|VMSize|Pages|DiskRead|DiskWrite)(?:Task)?$|^MinCPUTask$/;

/** A table of sacct -P without what the machine measured of each step, and of which of its tasks. */
function withoutMeasures(table = ""): string {
  const [header = "", ...lines] = table.split("\n");
  const names = header.split("|");
  const isMeasured = (at: number): boolean => measuredColumns.test(names[at] ?? "");
  const plain = (line: string): string =>
    line
      .split("|")
      .map((cell, at) => (isMeasured(at) && cell !== "" ? "N" : cell))
      .join("|");
  return [header, ...lines.map(plain)].join("\n");
}

function ticks(text: string): string {
  const seconds = text.trim().split("\n").map(Number);
  const steps = seconds.slice(1).map((second, at) => (second - (seconds[at] ?? 0) + 60) % 60);
  return `${seconds.length} seconds and ${steps.filter((step) => step > 2).length} pauses\n`;
}

/** One text as it is compared. `ours`: the places and the machine's name are the replica's. */
export function normalise(text: string, family: Family, place: string, ours: Places | null): string {
  let made = ours ? withTokens(text, ours, family) : goldenTokens(text, family, place);
  for (const [pattern, to] of [...both, ...(family === "slurm" ? slurm : sge)])
    made = made.replace(pattern, to as string);
  return family === "sge" ? shortened(made) : made;
}

function withTokens(text: string, { work, home, state }: Places, family: Family): string {
  const user = family === "slurm" ? "ada" : "alice";
  return text
    .replaceAll(work, "{CWD}")
    .replaceAll(work.replaceAll("/", "\\/"), "{CWD}")
    .replaceAll(home, "{HOME}")
    .replaceAll(resolve(state, "../gridengine"), "/var/lib/gridengine")
    .replaceAll(state, "{STATE}")
    .replaceAll(dirname(home), "/home")
    .replaceAll(resolve(import.meta.dirname, "../../shims/native/sge"), "/usr/lib/gridengine")
    .replace(new RegExp(`\\b${hostname()}\\b`, "g"), family === "slurm" ? "{HOST}" : "vm")
    .replace(/^([-dlrwxsStT]{10} +\d+) root +root /gm, `$1 ${user} ${user} `)
    .replace(new RegExp(`^(-[-rwxsStT]{9}) ${whoRuns()} `, "gm"), `$1 ${user} `);
}

/** As `stat` names it. */
function whoRuns(): string {
  try {
    return userInfo().username;
  } catch {
    return "UNKNOWN";
  }
}

function goldenTokens(text: string, family: Family, place: string): string {
  return family === "slurm"
    ? text
    : text.replaceAll(`/home/alice/${place}`, "{CWD}").replaceAll("/home/alice", "{HOME}");
}

/** Without the summary of options after `usage:`, which the recordings cut short. */
function shortened(text: string): string {
  const lines = text.split("\n");
  const from = lines.findIndex((line) => line.startsWith("usage: "));
  if (from < 0) return text;
  return lines
    .filter(
      (line, at) =>
        at <= from || !((line === "" && at < lines.length - 1) || /^[ \t]|^[a-z_]+ {3,}|^\[\.\.\. /.test(line)),
    )
    .join("\n");
}
