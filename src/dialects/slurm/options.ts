/** Owns sbatch's options, one row each, in the order in which sbatch lists them. */

import { type Codec, mapped, text, texts, ValueError } from "../../language/codec.ts";
import {
  asks,
  assigns,
  type Effect,
  ignored,
  means,
  option,
  optional,
  refused,
  sets,
  shownOnly,
} from "../../language/option.ts";
import { optionTable } from "../../language/table.ts";
import { arrays } from "./arrays.ts";
import {
  exported,
  generic,
  gpus,
  hosts,
  licenses,
  mailTypes,
  memory,
  niceness,
  nodeCount,
  number,
  priority,
  shaped,
  timeLimit,
} from "./codecs.ts";
import { dependencyEffect } from "./dependencies.ts";
import { moment } from "./moments.ts";
import { warning } from "./signals.ts";

const oneMachine = "there is one machine";
const noCounters = "no usage is sampled here";
const noTopology = "sockets, cores and boards are not told apart here";
const noBinding = "memory and GPUs are not bound here";
const noBurstBuffer = "there is no burst buffer here";
const noFederation = "there is one cluster";

/** One text as a list of one: an output file. */
const file = mapped(
  text,
  (path) => [path],
  (paths: readonly string[]) => paths[0] ?? null,
);

const array: Effect = assigns({
  takes: "value",
  fields: ["array", "arrayThrottle"],
  apply: ([value = ""]) => {
    const { ranges, throttle } = arrays.read(value);
    return { array: ranges, arrayThrottle: throttle };
  },
  write: ({ array: ranges, arrayThrottle: throttle }) => {
    const written = arrays.write({ ranges, throttle });
    return written === null ? null : [written];
  },
});

const exclusive: Effect = assigns({
  takes: "maybe",
  fields: ["exclusive"],
  apply: ([value]) => ({
    exclusive:
      value === undefined || value === "" ? "node" : shaped("specification", /^(user|mcs)$/i, true).read(value),
  }),
  write: (spec) =>
    spec.exclusive === "node" ? [] : spec.exclusive && spec.exclusive !== "no" ? [spec.exclusive] : null,
});

const killOnInvalidDependency: Effect = assigns({
  takes: "value",
  fields: ["cancelIfNeverMet"],
  apply: ([value = ""]) => ({
    cancelIfNeverMet: shaped("specification", /^(yes|no)$/i, true).read(value) === "yes",
  }),
  write: ({ cancelIfNeverMet }) => (cancelIfNeverMet === null ? null : [cancelIfNeverMet ? "yes" : "no"]),
});

const openMode: Effect = assigns({
  takes: "value",
  fields: ["openMode"],
  apply: ([value = ""]) => {
    const append = /^a/i.test(shaped("specification", /^[at]/i).read(value));
    return { openMode: append ? "append" : "truncate" };
  },
  write: (spec) => (spec.openMode === null ? null : [spec.openMode === "append" ? "a" : "t"]),
});

const verbose: Effect = {
  ...asks("verbose"),
  apply: (_, draft) => ({ asks: { verbose: (typeof draft.asks.verbose === "number" ? draft.asks.verbose : 0) + 1 } }),
};

const ignoredNumber = (why: string, least = 1): Effect => ignored(why, number(least));
const ignoredShape = (why: string, shape: RegExp, kind = "specification"): Effect => ignored(why, shaped(kind, shape));

const distribution = /^(\*|block|cyclic|arbitrary|plane=[0-9]+)(:(\*|block|cyclic|fcyclic)){0,2}(,(no)?pack)?$/i;
const governor = "conservative|ondemand|performance|powersave|schedutil|userspace";
const frequency = new RegExp(
  `^(([0-9]+|low|medium|high|highm1)(-([0-9]+|low|medium|high|highm1))?(:(${governor}))?|${governor})$`,
  "i",
);
const frequencies =
  /^((memory=)?(low|medium|high|highm1|[0-9]+)|verbose)(,((memory=)?(low|medium|high|highm1|[0-9]+)|verbose))*$/i;
const gpuBinding = /^((verbose|v|quiet|q),)?(none|closest|single:[0-9]+|per_task:[0-9]+|map_gpu:.+|mask_gpu:.+)$/i;
const memoryBinding = /^((no)?sort|q(uiet)?|v(erbose)?|no(ne)?|rank|local|map_mem:.+|mask_mem:.+|p(refer)?|,)+$/i;
const profile = /^(all|none|(energy|task|lustre|network)(,(energy|task|lustre|network))*)$/i;

const limit = /^(as|core|cpu|data|fsize|memlock|nofile|nproc|rss|stack)$/i;

/** `--propagate`: all, none or names of limits, of which the first that nobody knows is told. */
const limitNames: Codec<string> = {
  kind: "limit names",
  read: (text) => {
    const unknown = /^(all|none|)$/i.test(text) ? undefined : text.split(",").find((name) => !limit.test(name));
    if (unknown !== undefined) throw new ValueError(unknown, { kind: "limit names", column: 1 });
    return text;
  },
  write: (text) => text,
};

/** The sbatch of Slurm 22.05. */
export const sbatchOptions = optionTable("getopt", [
  option("account -A", sets("account", text), { variable: "SBATCH_ACCOUNT", value: "name", help: "who is charged" }),
  option(
    "acctg-freq",
    ignoredShape(
      noCounters,
      /^([0-9]+|(task|energy|filesystem|network)=[0-9]+)(,(task|energy|filesystem|network)=[0-9]+)*$/,
      "frequency",
    ),
    { variable: "SBATCH_ACCTG_FREQ", value: "type=seconds", help: "how often usage is sampled" },
  ),
  option("array -a", array, {
    variable: "SBATCH_ARRAY_INX",
    value: "indexes",
    help: "run as an array, one element an index; %n limits how many run at a time",
  }),
  option("batch", ignored(oneMachine, text), {
    variable: "SBATCH_BATCH",
    value: "features",
    help: "features of the node that runs the script",
  }),
  option("begin -b", moment("beginTime"), { value: "time", help: "do not start before this time" }),
  option("bb", ignored(noBurstBuffer, text), {
    variable: "SBATCH_BURST_BUFFER",
    value: "spec",
    help: "burst buffer wanted",
  }),
  option("bbf", ignored(noBurstBuffer, text), { value: "file", help: "burst buffer wanted, read from a file" }),
  option("cluster-constraint", ignored(noFederation, text), {
    variable: "SBATCH_CLUSTER_CONSTRAINT",
    value: "features",
    help: "features of the cluster in a federation",
  }),
  option("chdir -D", sets("workingDirectory", text), { value: "directory", help: "where the script runs" }),
  option("clusters -M", sets("clusters", texts), {
    variable: "SBATCH_CLUSTERS",
    value: "names",
    aliases: ["cluster"],
    help: "cluster to submit to; its name is added to the answer",
  }),
  option("comment", sets("comment", text), { value: "text", help: "free text kept with the job" }),
  option("container", refused("--container: containers are not run here; start the container inside the script"), {
    variable: "SBATCH_CONTAINER",
    value: "bundle",
    help: "OCI bundle to run in",
  }),
  option("context", ignored("there is no SELinux context to set", text, "maybe"), {
    value: "context",
    help: "SELinux context",
  }),
  option("contiguous", ignored(oneMachine, undefined, "nothing"), { help: "nodes next to each other" }),
  option("constraint -C", sets("features", text), {
    variable: "SBATCH_CONSTRAINT",
    value: "features",
    help: "features the node must have",
  }),
  option("core-spec -S", ignoredNumber("no core is set aside", 0), {
    variable: "SBATCH_CORE_SPEC",
    value: "count",
    help: "cores set aside for the system",
  }),
  option("cores-per-socket", ignoredNumber(noTopology), { value: "count", help: "cores a socket must have" }),
  option("cpu-freq", ignoredShape("the machine's own governor decides", frequency, "cpu frequency"), {
    variable: "SLURM_CPU_FREQ_REQ",
    value: "min[-max[:gov]]",
    help: "processor frequency asked for",
  }),
  option("cpus-per-gpu", sets("cpusPerGpu", number(1)), {
    variable: "SBATCH_CPUS_PER_GPU",
    value: "count",
    help: "processors for each GPU",
  }),
  option("cpus-per-task -c", sets("cpusPerRank", number(1)), { value: "count", help: "processors for each task" }),
  option("deadline", moment("deadline"), { value: "time", help: "drop the job when it cannot end by then" }),
  option("delay-boot", ignored("nodes are not booted here", timeLimit), {
    variable: "SBATCH_DELAY_BOOT",
    value: "minutes",
    help: "wait before nodes are booted for their features",
  }),
  option("dependency -d", dependencyEffect, { value: "type:id", help: "wait for what becomes of other jobs" }),
  option("distribution -m", shownOnly(oneMachine, sets("distribution", shaped("distribution", distribution, true))), {
    variable: "SBATCH_DISTRIBUTION",
    value: "way",
    help: "how tasks are laid out over nodes",
  }),
  option("error -e", sets("stderr", file), {
    variable: "SBATCH_ERROR",
    value: "file",
    help: "where standard error goes",
  }),
  option("exclude -x", sets("excludedNodes", hosts), { value: "hosts", help: "nodes not to run on" }),
  option("exclusive", exclusive, {
    variable: "SBATCH_EXCLUSIVE",
    value: "user|mcs",
    help: "share the node with nobody",
  }),
  option("export", sets("export", exported), {
    variable: "SBATCH_EXPORT",
    value: "names",
    help: "what of the environment the job sees",
  }),
  option("export-file", asks("exportFile", text), { value: "file", help: "more variables for the job, from a file" }),
  option(
    "extra-node-info -B",
    ignoredShape(noTopology, /^(\*|[1-9][0-9]*(-[0-9]+)?)(:(\*|[1-9][0-9]*(-[0-9]+)?)){0,2}$/, "topology"),
    { value: "sockets[:cores[:threads]]", help: "sockets, cores and threads a node must have" },
  ),
  option("get-user-env", optional(sets("userEnvironment", shaped("specification", /^[0-9]*[sl]?$/i)), "0"), {
    variable: "SBATCH_GET_USER_ENV",
    value: "timeout",
    help: "start from the login environment",
  }),
  option("gid", refused("--gid only permitted by root user"), { value: "group", help: "group to run as (root only)" }),
  option("gpu-bind", ignoredShape(noBinding, gpuBinding, "gpu binding"), {
    variable: "SBATCH_GPU_BIND",
    value: "way",
    help: "which task sees which GPU",
  }),
  option("gpu-freq", ignoredShape("the GPU's own frequency is left alone", frequencies, "gpu frequency"), {
    variable: "SBATCH_GPU_FREQ",
    value: "frequency",
    help: "GPU frequency asked for",
  }),
  option("gpus -G", sets("gpus", gpus), {
    variable: "SBATCH_GPUS",
    value: "[type:]count",
    help: "GPUs for the whole job",
  }),
  option("gpus-per-node", sets("gpusPerNode", gpus), {
    variable: "SBATCH_GPUS_PER_NODE",
    value: "[type:]count",
    help: "GPUs on each node",
  }),
  option("gpus-per-socket", ignored(noTopology, gpus), {
    variable: "SBATCH_GPUS_PER_SOCKET",
    value: "[type:]count",
    help: "GPUs on each socket",
  }),
  option("gpus-per-task", sets("gpusPerRank", gpus), {
    variable: "SBATCH_GPUS_PER_TASK",
    value: "[type:]count",
    help: "GPUs for each task",
  }),
  option("gres", sets("genericResources", generic), {
    variable: "SBATCH_GRES",
    value: "name[:type]:count",
    help: "counted resources on each node",
  }),
  option("gres-flags", ignoredShape(noBinding, /^(disable-binding|enforce-binding)$/i), {
    variable: "SBATCH_GRES_FLAGS",
    value: "flags",
    help: "how counted resources are bound",
  }),
  option("help -h", asks("help"), { help: "print this" }),
  option(
    "hint",
    shownOnly(noTopology, sets("hint", shaped("hint", /^(compute_bound|memory_bound|(no)?multithread)$/i))),
    { variable: "SBATCH_HINT", value: "kind", help: "what binds the program" },
  ),
  option("hold -H", means("held", true), { help: "submit on hold" }),
  option("ignore-pbs", asks("ignorePbs"), { variable: "SBATCH_IGNORE_PBS", help: "do not read #PBS and #BSUB lines" }),
  option("input -i", sets("stdin", text), {
    variable: "SBATCH_INPUT",
    value: "file",
    help: "file read as standard input",
  }),
  option("job-name -J", sets("name", text), {
    variable: "SBATCH_JOB_NAME",
    value: "name",
    help: "the name listings show",
  }),
  option("kill-on-invalid-dep", killOnInvalidDependency, {
    value: "yes|no",
    help: "cancel when the dependency can never be met",
  }),
  option("licenses -L", shownOnly("licences are not counted here", sets("licenses", licenses)), {
    value: "names",
    help: "licences taken from the pool",
  }),
  option("mail-type", sets("mailEvents", mailTypes), {
    value: "types",
    help: "events that are mailed; STAGE_OUT, of a burst buffer, never comes",
  }),
  option("mail-user", sets("mailUsers", texts), {
    value: "user",
    help: "who gets the mail",
  }),
  option("mcs-label", ignored("there is one user", text), { value: "label", help: "security label" }),
  option("mem", sets("memoryPerNode", memory), {
    variable: "SBATCH_MEM_PER_NODE",
    value: "size",
    help: "memory on each node; 0 is all of it",
  }),
  option("mem-bind", ignoredShape(noBinding, memoryBinding, "memory binding"), {
    variable: "SBATCH_MEM_BIND",
    value: "way",
    help: "how memory is bound",
  }),
  option("mem-per-cpu", sets("memoryPerCpu", memory), {
    variable: "SBATCH_MEM_PER_CPU",
    value: "size",
    help: "memory for each processor",
  }),
  option("mem-per-gpu", sets("memoryPerGpu", memory), {
    variable: "SBATCH_MEM_PER_GPU",
    value: "size",
    help: "memory for each GPU",
  }),
  option("mincpus", sets("cpusPerNode", number(1)), { value: "count", help: "least processors on each node" }),
  option("network", ignored(oneMachine, text), {
    variable: "SBATCH_NETWORK",
    value: "type",
    help: "interconnect wanted",
  }),
  option("nice", optional(sets("nice", niceness), "100"), { value: "adjustment", help: "go behind others" }),
  option("no-kill -k", ignored("the job ends with its machine", shaped("specification", /^(off|no|set)?$/i), "maybe"), {
    variable: "SBATCH_NO_KILL",
    value: "off",
    help: "go on when a node fails",
  }),
  option("no-requeue", means("requeue", false), { variable: "SBATCH_NO_REQUEUE", help: "never start again" }),
  option("nodefile -F", asks("nodeFile", text), { value: "file", help: "nodes the job must have, from a file" }),
  option("nodelist -w", sets("nodeList", hosts), { value: "hosts", help: "nodes the job must have" }),
  option("nodes -N", sets("nodes", nodeCount), { value: "least[-most]", help: "how many nodes" }),
  option("ntasks -n", sets("ranks", number(1)), { value: "count", help: "how many tasks" }),
  option("ntasks-per-core", ignoredNumber(noTopology), { value: "count", help: "tasks on each core" }),
  option("ntasks-per-gpu", ignoredNumber("tasks are not tied to GPUs here"), {
    value: "count",
    help: "tasks for each GPU",
  }),
  option("ntasks-per-node", sets("ranksPerNode", number(1)), {
    value: "count",
    aliases: ["tasks-per-node"],
    help: "tasks on each node",
  }),
  option("ntasks-per-socket", ignoredNumber(noTopology), { value: "count", help: "tasks on each socket" }),
  option("ntasks-per-tres", ignoredNumber("tasks are not tied to GPUs here"), {
    value: "count",
    help: "older name of --ntasks-per-gpu",
  }),
  option("open-mode", openMode, {
    variable: "SBATCH_OPEN_MODE",
    value: "append|truncate",
    help: "what happens to output files that exist",
  }),
  option("output -o", sets("stdout", file), {
    variable: "SBATCH_OUTPUT",
    value: "file",
    help: "where standard output goes",
  }),
  option("overcommit -O", means("overcommit", true), {
    variable: "SBATCH_OVERCOMMIT",
    help: "more tasks than processors",
  }),
  option("oversubscribe -s", means("exclusive", "no"), { help: "share processors with other jobs" }),
  option("parsable", asks("parsable"), { help: "print the job id alone" }),
  option("partition -p", sets("queues", texts), {
    variable: "SBATCH_PARTITION",
    value: "names",
    help: "partitions the job may run in",
  }),
  option("power", ignored("power is not managed here", text), {
    variable: "SBATCH_POWER",
    value: "flags",
    help: "power management",
  }),
  option("prefer", ignored(oneMachine, text), { value: "features", help: "features a node had better have" }),
  option("priority", sets("priority", priority), { value: "value", help: "fixed place in the queue" }),
  option("profile", ignoredShape(noCounters, profile, "profile"), {
    variable: "SBATCH_PROFILE",
    value: "kinds",
    help: "usage written into a profile",
  }),
  option("propagate", optional(asks("propagate", limitNames), "ALL"), {
    value: "limits",
    help: "which of the shell's limits the job gets",
  }),
  option("qos -q", sets("qualityOfService", text), {
    variable: "SBATCH_QOS",
    value: "name",
    help: "quality of service",
  }),
  option("quiet -Q", asks("quiet"), { help: "print nothing but errors" }),
  option("reboot", shownOnly("the machine is not rebooted", asks("reboot")), {
    help: "reboot nodes first; only operators may say it",
  }),
  option("requeue", means("requeue", true), { variable: "SBATCH_REQUEUE", help: "may be started again" }),
  option("reservation", sets("reservation", text), {
    variable: "SBATCH_RESERVATION",
    value: "name",
    help: "reservation to run in",
  }),
  option("signal", sets("warning", warning), {
    variable: "SBATCH_SIGNAL",
    value: "[B:]signal[@seconds]",
    help: "signal ahead of the time limit; B: to the script's shell",
  }),
  option("sockets-per-node", ignoredNumber(noTopology), { value: "count", help: "sockets a node must have" }),
  option("spread-job", ignored(oneMachine, undefined, "nothing"), {
    variable: "SBATCH_SPREAD_JOB",
    help: "use as many nodes as possible",
  }),
  option("switches", ignoredShape(oneMachine, /^0*[1-9][0-9]*(@.*)?$/, "number"), {
    variable: "SBATCH_REQ_SWITCH",
    value: "count[@time]",
    help: "most switches between nodes",
  }),
  option("test-only", asks("testOnly"), { help: "say when it would start, submit nothing" }),
  option("thread-spec", ignoredNumber("no thread is set aside"), {
    variable: "SBATCH_THREAD_SPEC",
    value: "count",
    help: "threads set aside for the system",
  }),
  option("threads-per-core", shownOnly(noTopology, sets("threadsPerCore", number(1))), {
    variable: "SBATCH_THREADS_PER_CORE",
    value: "count",
    help: "hardware threads used on each core",
  }),
  option("time -t", sets("wallTime", timeLimit), {
    variable: "SBATCH_TIMELIMIT",
    value: "time",
    help: "time limit: M, M:S, H:M:S, D-H, D-H:M:S",
  }),
  option("time-min", sets("minimumWallTime", timeLimit), { value: "time", help: "shortest time limit that would do" }),
  option("tmp", shownOnly("scratch space is not counted here", sets("temporaryDisk", memory)), {
    value: "size",
    help: "scratch space on each node",
  }),
  option("uid", refused("--uid only permitted by root user"), { value: "user", help: "user to run as (root only)" }),
  option("use-min-nodes", ignored(oneMachine, undefined, "nothing"), {
    variable: "SBATCH_USE_MIN_NODES",
    help: "prefer fewer nodes",
  }),
  option("verbose -v", verbose, { variable: "SBATCH_DEBUG", help: "say more; may be repeated" }),
  option("version -V", asks("version"), { help: "print the version" }),
  option("usage", asks("usage"), { help: "print the short usage" }),
  option("wait -W", asks("wait"), {
    variable: "SBATCH_WAIT",
    help: "return when the job has ended, with its exit code",
  }),
  option("wait-all-nodes", ignored(oneMachine, shaped("flag", /^[01]$/)), {
    variable: "SBATCH_WAIT_ALL_NODES",
    value: "0|1",
    help: "start when all nodes are ready",
  }),
  option("wckey", shownOnly("no accounting by key", sets("workloadKey", text)), {
    variable: "SBATCH_WCKEY",
    value: "key",
    help: "workload characterization key",
  }),
  option("wrap", asks("wrap", text), { value: "command", help: "make a script of this command" }),
]);

/** Older names of variables, read where the newer one is not set. */
export const otherVariables: Readonly<Record<string, string>> = {
  SBATCH_CLUSTERS: "SLURM_CLUSTERS",
  SBATCH_HINT: "SLURM_HINT",
  SBATCH_ACCTG_FREQ: "SLURM_ACCTG_FREQ",
};
