/** Owns the table of `headnode`'s commands: words, what they are for, their options, and who does the work. */

import type { Argv } from "yargs";
import { UsageError } from "../model/errors.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** One command. `Options` is what its words give. */
export interface CliCommand<Options> {
  readonly words: string;
  readonly about: string;
  readonly build: (args: Argv) => Argv<Options>;
  /** `--` holds the words after a double dash. */
  readonly run: (
    facts: CliFacts,
    options: Options & { readonly "--"?: unknown; readonly $0: string },
  ) => Promise<CliReply>;
}

/** Forgets the options' type, which only the row itself needs. */
function row<Options>(command: CliCommand<Options>): CliCommand<unknown> {
  return command as CliCommand<unknown>;
}

/** An option or place for any number of words; none if left out. */
function texts(describe: string) {
  return { describe, type: "string", array: true, default: [] as string[] } as const;
}

/** The number of `--name=N`, which may be left out: 1; 0 if the option was not said. */
function countOf({ argv }: CliFacts, name: string): number {
  const words = argv.slice(0, argv.includes("--") ? argv.indexOf("--") : argv.length);
  const said = words.findLast((word) => word === `--${name}` || word.startsWith(`--${name}=`));
  if (said === undefined) return 0;
  const [, count = "1"] = said.split("=");
  if (!/^[1-9][0-9]*$/.test(count)) throw new UsageError(`--${name} takes a number from 1, not ${count}`, 2);
  return Number(count);
}

/** All commands, in the order of the help. The modules are loaded when they are called. */
export const cliCommands: readonly CliCommand<unknown>[] = [
  row({
    words: "env [dialects..]",
    about: 'words for the shell that put the commands on PATH: eval "$(headnode env)"',
    build: (args) =>
      args
        .positional("dialects", {
          describe: "which families; both if left out",
          choices: ["slurm", "sge"] as const,
          array: true,
        })
        .option("shell", {
          describe: "shell to speak; the one in $SHELL if left out",
          choices: ["bash", "zsh", "sh", "fish", "csh", "tcsh"] as const,
        })
        .option("off", { describe: "take them away again", type: "boolean", default: false }),
    run: async (facts, options) => (await import("./env.ts")).shellWords(facts, options),
  }),
  row({
    words: "parse <script>",
    about: "what a script and flags mean, without running anything",
    build: (args) =>
      args
        .positional("script", { describe: "job script", type: "string", demandOption: true })
        .option("as", {
          describe: "whose rules; found out from the script if left out",
          choices: ["slurm", "sge", "pbs"] as const,
        })
        .option("json", { describe: "as JSON; docs/parse.md says what is in it", type: "boolean", default: false }),
    run: async (facts, { "--": flags, ...options }) =>
      (await import("./parse.ts")).parseScript(facts, {
        ...options,
        flags: Array.isArray(flags) ? flags.map(String) : [],
      }),
  }),
  row({
    words: "check [scripts..]",
    about: "what in a script will not do what it says, without running it",
    build: (args) =>
      args
        .positional("scripts", texts("job scripts, directories of them, - for standard input"))
        .option("as", {
          describe: "whose rules; found out from the script if left out",
          choices: ["slurm", "sge", "pbs"] as const,
        })
        .option("format", {
          describe: "how findings are shown",
          choices: ["text", "json", "sarif"] as const,
          default: "text" as const,
        })
        .option("json", { describe: "the same as --format json", type: "boolean", default: false })
        .option("sarif", { describe: "the same as --format sarif", type: "boolean", default: false })
        .option("profile", { describe: "the cluster it is for, as headnode profile capture wrote it", type: "string" })
        .option("notes", { describe: "also what is only worth knowing", type: "boolean", default: false })
        .option("fix", { describe: "mend what is safe to mend", type: "boolean", default: false })
        .option("dry-run", { describe: "show what --fix would change", type: "boolean", default: false })
        .option("explain", { describe: "what a check is about; all of them without a name", type: "string" }),
    run: async (facts, { json, sarif, format, "dry-run": dryRun, ...options }) =>
      (await import("./check.ts")).checkScripts(facts, {
        ...options,
        dryRun,
        format: json ? "json" : sarif ? "sarif" : format,
      }),
  }),
  row({
    words: "translate [scripts..]",
    about: "a script in another scheduler's words, and what became of each line",
    build: (args) =>
      args
        .positional("scripts", texts("job scripts, directories of them, - for standard input"))
        .option("to", { describe: "whose words", choices: ["slurm", "sge", "pbs"] as const, demandOption: true })
        .options({
          from: {
            describe: "whose script it is; its directives tell if left out",
            choices: ["slurm", "sge", "pbs"] as const,
          },
        })
        .option("output", { alias: "o", describe: "write there: a file, or a directory for several", type: "string" })
        .option("in-place", { describe: "write over the script; FILE.bak keeps it", type: "boolean", default: false })
        .option("report", { describe: "write the account to a file instead of standard error", type: "string" })
        .option("json", { describe: "script and account as JSON", type: "boolean", default: false })
        .option("strict", { describe: "write nothing if something would be lost", type: "boolean", default: false })
        .option("quiet", { describe: "no account", type: "boolean", default: false })
        .option("pe", {
          ...texts("what a parallel environment is: NAME=threads, NAME=ranks, NAME=N on each host"),
          requiresArg: true,
          nargs: 1,
        })
        .option("memory", { describe: "Grid Engine's request for memory", type: "string", default: "h_vmem" })
        .option("gpus", { describe: "Grid Engine's request for GPUs", type: "string", default: "gpu" }),
    run: async (facts, { "in-place": inPlace, ...options }) =>
      (await import("./translate.ts")).translateScripts(facts, { ...options, inPlace }),
  }),
  row({
    words: "run [scripts..]",
    about: "submit scripts, follow them to their end and end with their exit code",
    build: (args) =>
      args
        .positional("scripts", texts("job scripts; what stands behind -- is given to each"))
        .option("as", {
          describe: "whose rules; found out from the script if left out",
          choices: ["slurm", "sge"] as const,
        })
        .option("shard", { describe: "only this share of all elements: 2/8 is the second of eight", type: "string" })
        .option("fail-fast", { describe: "cancel the rest after the first failure, or =N", type: "boolean" })
        .option("retry-failed", {
          describe: "run what failed once more, or =N times; without a script what failed in the last run",
          type: "boolean",
        })
        .option("junit", { describe: "write a JUnit file", type: "string" })
        .option("logs", {
          describe: "output as it comes, whole at each end, of what failed, or not at all",
          choices: ["live", "grouped", "failed", "none"] as const,
        })
        .option("quiet", { describe: "only the jobs' own output", type: "boolean", default: false }),
    run: async (facts, { "--": args, as, shard, junit, logs, quiet, scripts }) =>
      (await import("./run.ts")).runScripts(facts, {
        ...{ scripts, as, shard, junit, logs, quiet },
        failFast: countOf(facts, "fail-fast"),
        retries: countOf(facts, "retry-failed"),
        args: Array.isArray(args) ? args.map(String) : [],
      }),
  }),
  row({
    words: "explain <job>",
    about: "what a job asked for, what is different here, and why it waits",
    build: (args) => args.positional("job", { describe: "job id", type: "string", demandOption: true }),
    run: async (facts, { job }) => (await import("./daemon.ts")).explainJob(facts, job),
  }),
  row({
    words: "resubmit <jobs..>",
    about: "submit jobs again as they were, ended or not: 12, or 12_3 for an element",
    build: (args) => args.positional("jobs", { describe: "job ids", type: "string", array: true, demandOption: true }),
    run: async (facts, { jobs }) => (await import("./daemon.ts")).insist(facts, ["resubmit", ...jobs]),
  }),
  row({
    words: "top",
    about: "the queue, live: jobs, their output, what they use; ? shows the keys",
    build: (args) =>
      args
        .option("words", {
          describe: "whose columns and words",
          choices: ["neutral", "slurm", "sge"] as const,
          default: "neutral" as const,
        })
        .option("filter", { describe: "show only what matches, as / does", type: "string", default: "" }),
    run: async (facts, { words, filter }) => (await import("../tui/main.ts")).top(facts, { words, filter }),
  }),
  row({
    words: "config [what]",
    about: "what the config says and where; init writes a commented one, check looks for mistakes",
    build: (args) => args.positional("what", { choices: ["show", "init", "check"] as const, default: "show" as const }),
    run: async (facts, { what }) => (await import("./config.ts")).configCommand(facts, what),
  }),
  row({
    words: "target <what> [name]",
    about: "clusters that jobs are handed to: headnode target add lab --slurm --over ssh:ada@login.lab",
    build: (args) =>
      args
        .positional("what", { choices: ["add", "list", "remove", "test"] as const, demandOption: true })
        .positional("name", { describe: "what it is called here", type: "string", default: "" })
        .option("slurm", { describe: "it runs Slurm", type: "boolean", default: false })
        .option("sge", { describe: "it runs Grid Engine", type: "boolean", default: false })
        .option("hosts", { describe: "plain machines, no scheduler there", type: "boolean", default: false })
        .option("host", texts("one of these machines and its slots: node1:4, node[1-4]:8"))
        .option("over", {
          describe: "here, or ssh:user@host:port; ssh: each machine by its own name",
          type: "string",
          default: "here",
        })
        .option("variable", texts("NAME=value for every command there"))
        .option("ssh-option", texts("a word for ssh"))
        .option("copy", {
          describe: "files are not shared: they go there and come back",
          type: "boolean",
          default: false,
        })
        .option("directory", { describe: "headnode's own files there", type: "string", default: "" })
        .option("poll", { describe: "most seconds between two looks", type: "number", default: 30 })
        .option("pe", texts("its parallel environments: smp=threads"))
        .option("memory", { describe: "its request for memory of each slot", type: "string", default: "h_vmem" })
        .option("gpus", { describe: "its request for GPUs", type: "string", default: "gpu" }),
    run: async (facts, options) => (await import("./target.ts")).targetCommand(facts, options),
  }),
  row({
    words: "profile <what> <target>",
    about: "capture what a target has and allows, for headnode check and strict mode without it",
    build: (args) =>
      args
        .positional("what", { choices: ["capture"] as const, demandOption: true })
        .positional("target", { describe: "which", type: "string", demandOption: true })
        .option("output", {
          alias: "o",
          describe: "a file; TARGET.toml if left out, - for standard output",
          type: "string",
        }),
    run: async (facts, options) => (await import("./profile.ts")).captureProfile(facts, options),
  }),
  row({
    words: "use [name]",
    about: "where jobs go of which nothing is said: a target, or local",
    build: (args) => args.positional("name", { describe: "target", type: "string", default: "" }),
    run: async (facts, { name }) => (await import("./daemon.ts")).insist(facts, ["target", "use", name]),
  }),
  row({
    words: "simulate [trace]",
    about:
      "the scheduler over a trace in virtual time: a Standard Workload Format file, a made-up one, or what ran here",
    build: (args) =>
      args
        .positional("trace", { describe: "a file; what ran here if left out", type: "string" })
        .option("synthetic", {
          describe: "a made-up trace: jobs=1000000,nodes=1000,cpus=32,seed=1,load=0.85",
          type: "string",
        })
        .option("nodes", { describe: "nodes of the machine; as the trace says if left out", type: "number" })
        .option("cpus", { describe: "processors of each node; as the trace says if left out", type: "number" })
        .option("policy", {
          describe: "which to play; both, for comparison, if left out",
          choices: ["fifo", "backfill"] as const,
          array: true,
          default: ["fifo", "backfill"] as ("fifo" | "backfill")[],
        })
        .option("depth", { describe: "jobs that are looked at in one pass", type: "number", default: 1000 })
        .option("json", { describe: "as JSON, times in seconds", type: "boolean", default: false }),
    run: async (facts, options) => (await import("./simulate.ts")).simulateTrace(facts, options),
  }),
  row({
    words: "doctor",
    about: "what is in use on this machine, and what is amiss",
    build: (args) => args,
    run: async (facts) => (await import("./doctor.ts")).examine(facts),
  }),
  row({
    words: "mail [number]",
    about: "mail of jobs that no mailer took: a list, or one of them",
    build: (args) => args.positional("number", { describe: "which one to show", type: "string" }),
    run: async (facts, { number }) => (await import("./mail.ts")).mailCommand(facts, number),
  }),
  row({
    words: "purge",
    about: "forget jobs that ended long ago",
    build: (args) =>
      args
        .option("older-than", { describe: "age of their end: 12h, 30d, 8w", type: "string", demandOption: true })
        .option("dry-run", { describe: "only say how many there are", type: "boolean", default: false }),
    run: async (facts, options) =>
      (await import("./store.ts")).purge(facts, { olderThan: options["older-than"], dryRun: options["dry-run"] }),
  }),
  row({
    words: "backup <file>",
    about: "write a copy of the store, while it is in use",
    build: (args) => args.positional("file", { describe: "a new file", type: "string", demandOption: true }),
    run: async (facts, { file }) => (await import("./store.ts")).backUp(facts, file),
  }),
  row({
    words: "restore <file>",
    about: "put a copy in the store's place; what waited in it is held",
    build: (args) => args.positional("file", { describe: "what backup wrote", type: "string", demandOption: true }),
    run: async (facts, { file }) => (await import("./store.ts")).restore(facts, file),
  }),
  row({
    words: "completion <shell>",
    about: 'words for the shell that complete options: eval "$(headnode completion bash)"',
    build: (args) =>
      args.positional("shell", {
        describe: "shell to speak",
        choices: ["bash", "zsh", "fish"] as const,
        demandOption: true,
      }),
    run: async (_, { shell }) => (await import("./completion.ts")).completion(shell, cliCommands),
  }),
  row({
    words: "daemon <what>",
    about: "the daemon of this state directory",
    build: (args) =>
      args
        .positional("what", { choices: ["status", "start", "stop", "reload", "logs"] as const, demandOption: true })
        .option("json", { describe: "status as JSON", type: "boolean", default: false })
        .option("lines", { describe: "how many lines of the log", type: "number", default: 50 }),
    run: async (facts, options) => (await import("./daemon.ts")).daemonCommand(facts, options),
  }),
];
