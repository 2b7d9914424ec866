/** Owns `qstat -j -xml`: everything about jobs as elements, one row each, in the real order. */

import type { Element as Started } from "../../model/job.ts";
import type { Request } from "../../model/spec.ts";
import { bytesOf, type Complex, complexNamed, secondsOf } from "./complexes.ts";
import { predecessorsOf } from "./detail.ts";
import { isCommand, suitabilityNumber } from "./detail-rows.ts";
import { requestedPredecessors } from "./request-lines.ts";
import { type Detailed, jobMessages, type Message, queueMessages } from "./scheduling-info.ts";
import { shownOrigin } from "./submitted-environment.ts";
import { declaration, documentLines, type Element, element, elementLines } from "./xml.ts";

/** The document about jobs. */
export function detailDocument(jobs: readonly Detailed[]): Generator<string> {
  const [first] = jobs;
  const own = jobs.map((one) => ({ id: one.job.id, messages: jobMessages(one.listed, one.world) }));
  const content = [
    element(
      "djob_info",
      jobs.map((one) =>
        element(
          "element",
          rows.flatMap((row) => row(one)),
        ),
      ),
    ),
    element("messages", [
      element("element", [
        ...listOf(
          "SME_message_list",
          own.flatMap(({ id, messages }) => messages.map((one) => messageElement(one, id))),
        ),
        ...listOf("SME_global_message_list", first ? queueMessages(first.world).map((one) => messageElement(one)) : []),
      ]),
    ]),
  ];
  return documentLines("detailed_job_info", "qstat/detailed_job_info.xsd", content);
}

/** The document about jobs that nobody knows. */
export function* unknownJobsDocument(asked: readonly string[]): Generator<string> {
  yield declaration;
  yield "<unknown_jobs >\n";
  for (const one of asked) yield* elementLines(element("ST_name", one), 2);
  yield "</unknown_jobs>\n";
}

/** Elements of a job that say one thing; none where there is nothing to say. */
type Row = (detailed: Detailed) => readonly Element[];

const text =
  (name: string, value: (detailed: Detailed) => string | number | null): Row =>
  (detailed) => {
    const found = value(detailed);
    return found === null ? [] : [element(name, found)];
  };
const zero =
  (...names: readonly string[]): Row =>
  () =>
    names.map((name) => element(name, 0));
const flag = (is: boolean | null | undefined): string => (is ? "true" : "false");
const seconds = (at: number): number => Math.floor(at / 1000);

const rows: readonly Row[] = [
  text("JB_job_number", ({ job }) => job.id),
  zero("JB_ar"),
  text("JB_exec_file", ({ job }) => `job_scripts/${job.id}`),
  text("JB_submission_time", ({ job }) => seconds(job.submittedAt)),
  text("JB_owner", ({ job }) => job.user.name),
  text("JB_uid", ({ job }) => job.user.uid),
  text("JB_group", ({ job }) => job.user.group),
  text("JB_gid", ({ job }) => job.user.gid),
  text("JB_account", ({ job }) => job.account || "sge"),
  text("JB_merge_stderr", ({ job }) => flag(job.spec.joinStreams)),
  mailList,
  text("JB_project", ({ job }) => job.spec.project || null),
  text("JB_notify", ({ job }) => flag(job.spec.notify)),
  text("JB_job_name", ({ job }) => job.name),
  ({ job }) => paths("JB_stdout_path_list", job.spec.stdout),
  text("JB_jobshare", ({ job }) => job.spec.jobShare ?? 0),
  ({ job }) => requests("JB_hard_resource_list", job.spec.requests, false),
  ({ job }) => requests("JB_soft_resource_list", job.spec.requests, true),
  ({ job }) =>
    listOf(
      "JB_hard_queue_list",
      (job.spec.queues ?? []).map((queue) => element("destin_ident_list", [element("QR_name", queue)])),
    ),
  ({ job }) => paths("JB_shell_list", job.spec.shell?.split(",") ?? null),
  ({ job }) =>
    listOf(
      "JB_env_list",
      shownOrigin(job.environment).map((one) => variable("job_sublist", one)),
    ),
  ({ job }) =>
    listOf(
      "JB_job_args",
      job.command.slice(1).map((one) => element("element", [element("ST_name", one)])),
    ),
  text("JB_script_file", ({ job }) => job.command[0] ?? ""),
  ({ listed }) =>
    listOf(
      "JB_ja_tasks",
      listed.flatMap((one) => (one.kind === "element" ? runningTask(one.element) : [])),
    ),
  errorTasks,
  ({ job }) =>
    listOf(
      "JB_context",
      (job.spec.contexts ?? []).map((entry) => variable("context_list", splitEntry(entry))),
    ),
  text("JB_cwd", ({ job }) => (job.spec.workingDirectory === null ? null : job.workingDirectory)),
  ({ job }) => paths("JB_stderr_path_list", job.spec.stderr),
  ({ job }) => predecessorRequests(job),
  ({ job, listed }) =>
    listOf(
      "JB_jid_predecessor_list",
      job.spec.dependency
        ? predecessorsOf(listed).map((id) => element("job_predecessors", [element("JRE_job_number", id)]))
        : [],
    ),
  zero("JB_deadline"),
  text("JB_execution_time", ({ job }) => job.spec.beginTime ?? 0),
  zero("JB_checkpoint_attr", "JB_checkpoint_interval"),
  text("JB_reserve", ({ job }) => flag(job.spec.reserve)),
  text("JB_mail_options", ({ job }) => mailBits(job.spec.mailEvents)),
  ({ job }) => paths("JB_stdin_path_list", job.spec.stdin === null ? null : [job.spec.stdin]),
  text("JB_priority", ({ job }) => 1024 + (job.spec.priority ?? 0)),
  text("JB_restart", ({ job: { spec } }) => (spec.requeue === null ? 0 : spec.requeue ? 1 : 2)),
  zero("JB_verify", "JB_script_size"),
  text("JB_pe", ({ job }) => job.spec.parallelEnvironment?.name ?? null),
  ({ job }) =>
    listOf(
      "JB_pe_range",
      (job.spec.parallelEnvironment?.slots ?? []).map(({ first, last }) =>
        range("ranges", [first, last ?? 9_999_999, 1]),
      ),
    ),
  text("JB_verify_suitable_queues", ({ job: { spec } }) => suitabilityNumber(spec) ?? 0),
  zero("JB_soft_wallclock_gmt", "JB_hard_wallclock_gmt", "JB_override_tickets", "JB_version"),
  ({ job }) =>
    listOf(
      "JB_ja_structure",
      (job.spec.array ?? [{ first: 1, last: 1, step: 1 }]).map(({ first, last, step }) =>
        range("task_id_range", [first, last, step]),
      ),
    ),
  text("JB_type", ({ job }) => (isCommand(job) ? 64 : 0) + (job.spec.array ? 128 : 0)),
  binding,
  text("JB_ja_task_concurrency", ({ job }) => job.spec.arrayThrottle ?? 0),
  text("JB_nurg", ({ normalUrgency }) => normalUrgency.toFixed(6)),
];

function mailList({ job }: Detailed): readonly Element[] {
  const asked = job.spec.mailUsers;
  const users = asked ?? [`${job.user.name}@${job.submitHost}`];
  const each = users.map((one) => {
    const [user = "", host = ""] = one.split("@");
    return element(asked ? "mail_list" : "element", [element("MR_user", user), element("MR_host", host)]);
  });
  return listOf("JB_mail_list", each);
}

function paths(name: string, entries: readonly string[] | null): readonly Element[] {
  return listOf(
    name,
    (entries ?? []).map((entry) => {
      const colon = entry.indexOf(":");
      return element("path_list", [
        element("PN_path", entry.slice(colon + 1)),
        element("PN_host", entry.slice(0, Math.max(0, colon))),
        element("PN_file_host", ""),
        element("PN_file_staging", "false"),
      ]);
    }),
  );
}

const valueTypes: Readonly<Record<Complex["kind"], number>> = {
  ...{ integer: 1, string: 2, time: 3, memory: 4, boolean: 5, host: 7, double: 8 },
};

function requests(name: string, all: readonly Request[] | null, soft: boolean): readonly Element[] {
  const asked = all?.filter((request) => request.soft === soft) ?? [];
  return listOf(name, asked.map(requestElement));
}

function requestElement({ name, value }: Request): Element {
  const row = complexNamed(name);
  const amount = row?.kind === "time" ? secondsOf(value) : row?.kind === "memory" ? bytesOf(value) : Number(value);
  const number = amount !== null && Number.isFinite(amount) ? amount : 0;
  return element("qstat_l_requests", [
    element("CE_name", name),
    element("CE_valtype", valueTypes[row?.kind ?? "string"]),
    element("CE_stringval", value),
    element("CE_doubleval", number.toFixed(6)),
    element("CE_relop", 0),
    element("CE_consumable", row?.consumable ? 1 : 0),
    element("CE_dominant", 0),
    element("CE_pj_doubleval", "0.000000"),
    ...["CE_pj_dominant", "CE_requestable", "CE_tagged"].map((key) => element(key, 0)),
  ]);
}

// An empty variable has no value at all.
function variable(name: string, [key, value]: readonly [string, string]): Element {
  return element(name, [element("VA_variable", key), ...(value === "" ? [] : [element("VA_value", value)])]);
}

function splitEntry(entry: string): readonly [string, string] {
  const end = entry.indexOf("=");
  return [entry.slice(0, end), entry.slice(end + 1)];
}

function runningTask(started: Started): readonly Element[] {
  if (started.state === "ended") return [];
  const cpu = (started.userMicros + started.systemMicros) / 1e6;
  const usage = { cpu, mem: 0, io: 0, iow: 0, vmem: 0, maxvmem: 0 };
  return [
    element("ulong_sublist", [
      element("JAT_status", started.state === "starting" ? 64 : 128),
      element("JAT_task_number", started.index ?? 1),
      element(
        "JAT_scaled_usage_list",
        Object.entries(usage).map(([name, value]) =>
          element("scaled", [element("UA_name", name), element("UA_value", value.toFixed(6))]),
        ),
      ),
      element("JAT_start_time", seconds(started.startedAt ?? 0)),
      element("JAT_ntix", "0.500000"),
    ]),
  ];
}

function errorTasks({ listed }: Detailed): readonly Element[] {
  const tasks = listed.flatMap((one) => {
    if (one.kind !== "waiting" || one.part.error === null) return [];
    const message = [element("QIM_type", 1), element("QIM_message", one.part.error)];
    return [
      element("ulong_sublist", [
        element("JAT_status", 0),
        element("JAT_task_number", one.part.indices?.[0]?.[0] ?? 1),
        element("JAT_message_list", [element("ulong_sublist", message)]),
        element("JAT_start_time", 0),
        element("JAT_ntix", "0.500000"),
      ]),
    ];
  });
  return listOf("JB_ja_tasks", tasks);
}

function predecessorRequests(job: Detailed["job"]): readonly Element[] {
  return listOf(
    "JB_jid_request_list",
    requestedPredecessors(job).map((one) =>
      element("element", [
        element("JRE_job_number", typeof one === "number" ? one : 0),
        ...(typeof one === "number" ? [] : [element("JRE_job_name", one)]),
      ]),
    ),
  );
}

const mailLetters: Readonly<Record<string, number>> = { a: 0x40000, b: 0x80000, e: 0x100000, n: 0x200000, s: 0x400000 };

function mailBits(events: readonly string[] | null): number {
  return (events ?? []).reduce((sum, letter) => sum | (mailLetters[letter] ?? 0), 0);
}

function range(name: string, [first, last, step]: readonly [number, number, number]): Element {
  return element(name, [element("RN_min", first), element("RN_max", last), element("RN_step", step)]);
}

function binding(): readonly Element[] {
  const numbers = [
    "type",
    "parameter_n",
    "parameter_socket_offset",
    "parameter_core_offset",
    "parameter_striding_step_size",
  ];
  return [
    element("JB_binding", [
      element("element", [
        element("BN_strategy", "no_job_binding"),
        ...numbers.map((name) => element(`BN_${name}`, 0)),
        element("BN_parameter_explicit", "no_explicit_binding"),
      ]),
    ]),
  ];
}

function messageElement({ number, text: words }: Message, job?: number): Element {
  const about = element("MES_job_number_list", [element("ulong_sublist", [element("ULNG_value", job ?? 0)])]);
  return element("element", [
    ...(job === undefined ? [] : [about]),
    element("MES_message_number", number),
    element("MES_message", words),
  ]);
}

function listOf(name: string, content: readonly Element[]): readonly Element[] {
  return content.length > 0 ? [element(name, content)] : [];
}
