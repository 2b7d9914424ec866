/** Owns srun's options, one row each, in the order in which srun lists them. Those that sbatch has too are its rows. */

import { type Codec, text } from "../../language/codec.ts";
import { asks, assigns, type Effect, ignored, option, refused, sets, shownOnly } from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";
import { type Binding, cpuBinding, memoryBinding } from "./binding.ts";
import { number, shaped, timeLimit } from "./codecs.ts";
import { sbatchRow as same } from "./sbatch-rows.ts";

const oneMachine = "there is one machine";
const noBinding = "processes are not bound to processors here";
const passedOn = "the processes write to the caller's own streams, nothing is held back";
const ownPrograms = "nothing but the command itself is run";

/** Not done, but told to the tasks. */
const shown = (name: string, codec: Codec<Binding>): Effect => ({
  ...asks(name, codec),
  standing: { kind: "ignored", why: noBinding },
});

const groups = shaped("groups", /^[0-9]+([,-][0-9]+)*$/);
const mpiType = shaped("mpi", /^(list|none|openmpi|pmix(_v[0-9]+)?|pmi2|cray_shasta)$/);

const counted = (name: string, least: number): Effect => asks(name, number(least));

const killOnBadExit: Effect = {
  ...asks("killOnBadExit"),
  takes: "maybe",
  apply: ([value]) => ({ asks: { killOnBadExit: shaped("number", /^[0-9]+$/).read(value || "1") !== "0" } }),
};

const immediate: Effect = {
  ...asks("immediate"),
  takes: "maybe",
  apply: ([value]) => ({
    asks: { immediate: value === undefined || value === "" ? 0 : number(0, "immediate").read(value) },
  }),
};

const exclusive: Effect = {
  ...assigns({ takes: "maybe", fields: ["exclusive"], apply: () => ({}) }),
  asks: "exclusive",
  apply: ([value]) => ({
    asks: { exclusive: shaped("specification", /^(user|mcs|)$/i).read(value ?? "") || true },
  }),
};

/** The srun of Slurm 22.05. */
export const srunOptions = optionTable("getopt", [
  option("accel-bind", ignored(noBinding, text), { value: "kinds", help: "devices bound to tasks" }),
  same("account", "SLURM_ACCOUNT"),
  same("acctg-freq", "SLURM_ACCTG_FREQ"),
  same("bb", "SLURM_BURST_BUFFER"),
  same("bbf"),
  option("bcast", ignored("the program is on this machine already", text, "maybe"), {
    variable: "SLURM_BCAST",
    value: "path",
    help: "copy the program to all nodes first",
  }),
  option("bcast-exclude", ignored(oneMachine, text), {
    variable: "SLURM_BCAST_EXCLUDE",
    value: "paths",
    help: "libraries that are not copied",
  }),
  same("begin"),
  { ...same("chdir", "SLURM_WORKING_DIR"), help: "where the tasks run" },
  same("cluster-constraint"),
  same("clusters", "SLURM_CLUSTERS"),
  same("comment"),
  option("compress", ignored(oneMachine, text, "maybe"), {
    variable: "SLURM_COMPRESS",
    value: "type",
    help: "compress what is copied to nodes",
  }),
  same("constraint", "SLURM_CONSTRAINT"),
  same("container", "SRUN_CONTAINER"),
  same("contiguous"),
  same("core-spec", "SLURM_CORE_SPEC"),
  same("cores-per-socket"),
  option("cpu-bind", shown("cpuBinding", cpuBinding), {
    variable: "SLURM_CPU_BIND",
    value: "way",
    help: "which task runs on which processor",
  }),
  same("cpu-freq", "SLURM_CPU_FREQ_REQ"),
  same("cpus-per-gpu", "SLURM_CPUS_PER_GPU"),
  same("cpus-per-task", "SRUN_CPUS_PER_TASK"),
  same("deadline"),
  same("delay-boot", "SLURM_DELAY_BOOT"),
  same("dependency", "SLURM_DEPENDENCY"),
  option("disable-status -X", asks("disableStatus"), {
    variable: "SLURM_DISABLE_STATUS",
    help: "an interrupt goes to the tasks at once",
  }),
  same("distribution", "SLURM_DISTRIBUTION"),
  option("epilog", ignored(ownPrograms, text), {
    variable: "SLURM_EPILOG",
    value: "program",
    help: "program run after the step",
  }),
  { ...same("error", "SLURM_STDERRMODE"), value: "file", help: "where the tasks' standard error goes" },
  option("exact", asks("exact"), { variable: "SLURM_EXACT", help: "the step holds no more than it asks for" }),
  same("exclude"),
  option("exclusive", exclusive, {
    variable: "SLURM_EXCLUSIVE",
    value: "user|mcs",
    help: "processors of the step's own; in a job the same as --exact",
  }),
  { ...same("export", "SRUN_EXPORT_ENV"), help: "what of the environment the tasks see" },
  same("extra-node-info"),
  same("gid"),
  same("gpu-bind", "SLURM_GPU_BIND"),
  same("gpu-freq", "SLURM_GPU_FREQ"),
  same("gpus", "SLURM_GPUS"),
  same("gpus-per-node", "SLURM_GPUS_PER_NODE"),
  same("gpus-per-socket"),
  same("gpus-per-task", "SLURM_GPUS_PER_TASK"),
  same("gres", "SLURM_STEP_GRES"),
  same("gres-flags", "SLURM_GRES_FLAGS"),
  same("help"),
  option("het-group", shownOnly("a job has one component here", asks("hetGroup", groups)), {
    value: "groups",
    aliases: ["pack-group"],
    help: "components of a heterogeneous job",
  }),
  same("hint", "SLURM_HINT"),
  same("hold"),
  option("immediate -I", immediate, {
    variable: "SLURM_IMMEDIATE",
    value: "seconds",
    help: "give up when it cannot start within this time",
  }),
  option("input -i", asks("input", text), {
    variable: "SLURM_STDINMODE",
    value: "all|none|task|file",
    help: "what the tasks read as standard input",
  }),
  { ...same("job-name", "SLURM_JOB_NAME"), help: "the name of the step, or of the job" },
  option("interactive", ignored("a shell of salloc's is no step here", undefined, "nothing"), {
    help: "make an interactive step, as a salloc that runs its shell there does",
  }),
  option("jobid", counted("jobId", 1), { value: "id", help: "run inside of this job" }),
  option("kill-on-bad-exit -K", killOnBadExit, {
    variable: "SLURM_KILL_BAD_EXIT",
    value: "0|1",
    help: "end all tasks when one fails",
  }),
  option("label -l", asks("label"), { variable: "SLURM_LABELIO", help: "put the task's number before each line" }),
  same("licenses"),
  same("mail-type"),
  same("mail-user"),
  same("mcs-label"),
  same("mem", "SLURM_MEM_PER_NODE"),
  { ...same("mem-bind", "SLURM_MEM_BIND"), effect: shown("memoryBinding", memoryBinding) },
  same("mem-per-cpu", "SLURM_MEM_PER_CPU"),
  same("mem-per-gpu", "SLURM_MEM_PER_GPU"),
  same("mincpus"),
  option("mpi", ignored("an MPI library starts by itself here; use mpirun inside the job", mpiType), {
    variable: "SLURM_MPI_TYPE",
    value: "type",
    help: "how MPI is started",
  }),
  option("msg-timeout", ignored(oneMachine, number(1)), { value: "seconds", help: "patience with nodes" }),
  option("multi-prog", asks("multiProg"), { help: "the operand is a file: which tasks run which program" }),
  same("network", "SLURM_NETWORK"),
  same("nice"),
  option("no-allocate -Z", refused("--no-allocate only permitted by root user", "nothing"), {
    help: "run without an allocation (root only)",
  }),
  same("no-kill", "SLURM_NO_KILL"),
  same("nodefile"),
  same("nodelist"),
  same("nodes", "SLURM_NNODES"),
  same("ntasks", "SLURM_NTASKS"),
  same("ntasks-per-core", "SLURM_NTASKS_PER_CORE"),
  same("ntasks-per-gpu", "SLURM_NTASKS_PER_GPU"),
  same("ntasks-per-node", "SLURM_NTASKS_PER_NODE"),
  same("ntasks-per-socket", "SLURM_NTASKS_PER_SOCKET"),
  same("ntasks-per-tres"),
  same("open-mode", "SLURM_OPEN_MODE"),
  { ...same("output", "SLURM_STDOUTMODE"), help: "where the tasks' standard output goes" },
  same("overcommit", "SLURM_OVERCOMMIT"),
  option("overlap", asks("overlap"), { variable: "SLURM_OVERLAP", help: "share processors with other steps" }),
  same("oversubscribe"),
  same("partition", "SLURM_PARTITION"),
  same("power", "SLURM_POWER"),
  same("prefer"),
  option("preserve-env -E", asks("preserveEnvironment"), { help: "leave the variables that count nodes and tasks" }),
  same("priority"),
  same("profile", "SLURM_PROFILE"),
  option("prolog", ignored(ownPrograms, text), {
    variable: "SLURM_PROLOG",
    value: "program",
    help: "program run before the step",
  }),
  same("propagate", "SLURM_PROPAGATE"),
  option("pty", asks("pty"), { help: "task 0 has the terminal, the others have none" }),
  same("qos", "SLURM_QOS"),
  same("quiet"),
  option("quit-on-interrupt", asks("quitOnInterrupt"), { help: "the first interrupt ends the tasks" }),
  same("reboot"),
  option("relative -r", asks("relative", number(0)), { value: "node", help: "first node of the step" }),
  same("reservation", "SLURM_RESERVATION"),
  option("resv-ports", ignored("no ports are set aside", text, "maybe"), {
    variable: "SLURM_RESV_PORTS",
    value: "count",
    help: "ports for the tasks",
  }),
  option("send-libs", ignored(oneMachine, text, "maybe"), {
    variable: "SLURM_SEND_LIBS",
    value: "yes|no",
    help: "copy libraries to nodes",
  }),
  same("signal"),
  option("slurmd-debug", ignored("there is no slurmd here", text), { value: "level", help: "how much slurmd says" }),
  same("sockets-per-node"),
  same("spread-job", "SLURM_SPREAD_JOB"),
  same("switches", "SLURM_REQ_SWITCH"),
  option("task-epilog", ignored(ownPrograms, text), {
    variable: "SLURM_TASK_EPILOG",
    value: "program",
    help: "program run after each task",
  }),
  option("task-prolog", ignored(ownPrograms, text), {
    variable: "SLURM_TASK_PROLOG",
    value: "program",
    help: "program run before each task",
  }),
  same("test-only"),
  same("thread-spec", "SLURM_THREAD_SPEC"),
  option("threads -T", ignored(oneMachine, number(1)), {
    variable: "SLURM_THREADS",
    value: "count",
    help: "threads that srun starts tasks with",
  }),
  same("threads-per-core", "SLURM_THREADS_PER_CORE"),
  option("time -t", sets("wallTime", timeLimit), {
    variable: "SLURM_TIMELIMIT",
    value: "time",
    help: "time limit: M, M:S, H:M:S, D-H, D-H:M:S",
  }),
  same("time-min"),
  same("tmp"),
  same("uid"),
  option("unbuffered -u", ignored(passedOn, undefined, "nothing"), {
    variable: "SLURM_UNBUFFEREDIO",
    help: "do not hold lines back",
  }),
  same("usage"),
  same("use-min-nodes", "SLURM_USE_MIN_NODES"),
  same("verbose", "SLURM_DEBUG"),
  same("version"),
  option("wait -W", counted("wait", 0), {
    variable: "SLURM_WAIT",
    value: "seconds",
    help: "end the tasks so long after the first one ended",
  }),
  same("wckey", "SLURM_WCKEY"),
  option("whole", asks("whole"), { variable: "SLURM_WHOLE", help: "the step holds all that the job has" }),
  option("x11", ignored("the caller's display is the tasks' own", text, "maybe"), {
    value: "which",
    help: "forward X11",
  }),
]);

/** Other variables, read where the first is not set. */
export const otherRunVariables: Readonly<Record<string, string>> = {
  SLURM_NTASKS: "SLURM_NPROCS",
  SLURM_NNODES: "SLURM_JOB_NUM_NODES",
  SLURM_WORKING_DIR: "SLURM_REMOTE_CWD",
  SRUN_EXPORT_ENV: "SLURM_EXPORT_ENV",
  SRUN_CONTAINER: "SLURM_CONTAINER",
};
