/** Owns the jobs of `squeue --json`, key by key in their order. */

import { placeText } from "../../model/away.ts";
import { generic, gpus, licenses } from "./codecs.ts";
import { nameColumns } from "./columns.ts";
import { eligibleAt } from "./eligibility.ts";
import { endOf, indexText, type Line, ownId, priorityOf, startOf } from "./listing.ts";
import type { Data } from "./openapi.ts";
import { reasonOf, stateOf } from "./states.ts";

/** What is told of a job besides its line. */
export interface QueueDatum {
  readonly line: Line;
  /** The highest exit code of its steps. */
  readonly derivedCode: number;
}

interface Keys {
  readonly [key: string]: Data;
}

/** One job as data. */
export function jobData(datum: QueueDatum): Data {
  return { ...submitted(datum), ...federation, ...placed(datum), ...decided(datum) };
}

function submitted({ line, derivedCode }: QueueDatum): Keys {
  const { job, element, geometry, cluster } = line;
  const { spec } = job;
  return {
    account: job.account,
    accrue_time: seconds(element ? job.submittedAt : eligibleAt(line)),
    admin_comment: placeText(line.listed) ?? "",
    ...arrayData(line),
    association_id: 0,
    batch_features: "",
    batch_flag: !job.attended,
    batch_host: element?.node ?? "",
    flags: flagsOf(line),
    burst_buffer: "",
    burst_buffer_state: "",
    cluster: line.listed.away?.target ?? cluster.name,
    cluster_features: "",
    command: job.command.join(" "),
    comment: spec.comment ?? "",
    container: "",
    contiguous: false,
    core_spec: null,
    thread_spec: null,
    cores_per_socket: null,
    billable_tres: element === null ? null : { decimal: geometry.cpus },
    cpus_per_task: (spec.cpusPerRank ?? 1) > 1 ? spec.cpusPerRank : null,
    cpu_frequency_minimum: null,
    cpu_frequency_maximum: null,
    cpu_frequency_governor: null,
    cpus_per_tres: given(shown(line, "cpus-per-tres")),
    deadline: spec.deadline ?? 0,
    delay_boot: 0,
    dependency: given(shown(line, "Dependency")),
    derived_exit_code: derivedCode * 256,
    eligible_time: seconds(eligibleAt(line)),
    end_time: seconds(endOf(line)),
    excluded_nodes: (spec.excludedNodes ?? []).join(","),
    exit_code: element?.state === "ended" ? (element.code ?? 0) * 256 + (element.signal ?? 0) : 0,
    features: spec.features ?? "",
  };
}

function placed({ line }: QueueDatum): Keys {
  const { job, element, listed, geometry, cluster } = line;
  const perCpu = geometry.memoryPerCpu ?? cluster.defaultMemoryPerCpu;
  const { spec } = job;
  return {
    gres_detail: [],
    group_id: job.user.gid,
    group_name: job.user.group,
    job_id: ownId(line),
    ...resourcesOf(line),
    job_state: stateOf(listed).word,
    last_sched_evaluation: seconds(element?.startedAt ?? job.submittedAt),
    licenses: licenses.write(spec.licenses ?? []) ?? "",
    max_cpus: 0,
    max_nodes: spec.nodes?.most ?? spec.nodes?.least ?? 0,
    mcs_label: "",
    memory_per_tres: given(shown(line, "mem-per-tres")),
    name: job.name,
    nodes: element?.node ?? "",
    nice: spec.nice || null,
    tasks_per_core: null,
    tasks_per_node: spec.ranksPerNode ?? 0,
    tasks_per_socket: null,
    tasks_per_board: 0,
    cpus: geometry.cpus,
    node_count: geometry.nodes,
    tasks: geometry.tasks,
    het_job_id: 0,
    het_job_id_set: "",
    het_job_offset: 0,
    partition: job.queue,
    prefer: "",
    memory_per_node: geometry.memoryPerNode === null ? null : mebibytes(geometry.memoryPerNode),
    memory_per_cpu: geometry.memoryPerNode === null ? mebibytes(perCpu ?? 0) : null,
    minimum_cpus_per_node: Number(shown(line, "MinCPUs")),
    minimum_tmp_disk_per_node: mebibytes(spec.temporaryDisk ?? 0),
  };
}

function decided({ line }: QueueDatum): Keys {
  const { job, element, listed, geometry } = line;
  const { spec } = job;
  const reason = reasonOf(listed);
  return {
    preempt_time: 0,
    pre_sus_time: 0,
    priority: priorityOf(line),
    profile: null,
    qos: spec.qualityOfService ?? "normal",
    reboot: false,
    required_nodes: (spec.nodeList ?? []).join(","),
    requeue: spec.requeue ?? true,
    resize_time: 0,
    restart_cnt: Number(shown(line, "RestartCnt")),
    resv_name: spec.reservation ?? "",
    shared: sharedData(spec.exclusive),
    show_flags: ["SHOW_ALL", "SHOW_DETAIL", "SHOW_LOCAL"],
    sockets_per_board: 0,
    sockets_per_node: null,
    start_time: seconds(startOf(line)),
    // A reason that is a sentence is a description.
    state_description: reason.includes(" ") ? reason : "",
    state_reason: reason.includes(" ") ? (element ? "None" : "Resources") : reason,
    ...streamData(line),
    submit_time: seconds(job.submittedAt),
    suspend_time: 0,
    system_comment: "",
    time_limit: Number.isFinite(geometry.wallTime) ? Math.ceil(geometry.wallTime / 60) : null,
    time_minimum: Math.ceil((spec.minimumWallTime ?? 0) / 60),
    threads_per_core: spec.threadsPerCore,
    tres_bind: "",
    tres_freq: "",
    tres_per_job: given(shown(line, "tres-per-job")),
    tres_per_node:
      generic.write(spec.genericResources ?? []) ||
      (spec.gpusPerNode ? `gres:gpu:${gpus.write(spec.gpusPerNode)}` : ""),
    tres_per_socket: "",
    tres_per_task: given(shown(line, "tres-per-task")),
    tres_req_str: shown(line, "tres-alloc"),
    tres_alloc_str: element === null ? "" : shown(line, "tres-alloc"),
    user_id: job.user.uid,
    user_name: job.user.name,
    wckey: spec.workloadKey ?? "",
    current_working_directory: job.workingDirectory,
  };
}

/** How far the nodes are shared. */
function sharedData(exclusive: string | null): string | null {
  if (exclusive === "no") return "shared";
  return exclusive === "node" ? "none" : exclusive;
}

const federation = { federation_origin: "", federation_siblings_active: "", federation_siblings_viable: "" };

const seconds = (epoch: number | null) => (epoch === null ? 0 : Math.floor(epoch / 1000));
const mebibytes = (bytes: number) => Math.ceil(bytes / 2 ** 20);
const given = (text: string) => (text === "N/A" || text === "(null)" ? "" : text);

/** What squeue shows under that name. */
function shown(line: Line, name: string): string {
  return nameColumns.find(({ ask }) => ask === name)?.value(line) ?? "";
}

function arrayData(line: Line): Keys {
  const { job, element } = line;
  const isArray = job.indices !== null;
  return {
    array_job_id: isArray ? job.id : 0,
    array_task_id: element?.index ?? null,
    array_max_tasks: isArray ? job.throttle : 0,
    array_task_string: isArray && element === null ? (indexText(line) ?? "") : "",
  };
}

function flagsOf({ job: { spec }, element }: Line): readonly string[] {
  return [
    ...(spec.cpusPerRank ? ["JOB_CPUS_SET"] : []),
    ...(element !== null && element.state !== "ended" ? ["JOB_WAS_RUNNING"] : []),
    ...(spec.memoryPerNode !== null || spec.memoryPerCpu !== null ? ["JOB_MEM_SET"] : []),
  ];
}

/** What it was given, core by core; told of what has started. */
function resourcesOf({ element, geometry }: Line): Keys {
  if (!element) return {};
  const cores = coresOf(element.cpuList).map((core) => [String(core), "allocated"] as const);
  const node = {
    sockets: { "0": { cores: Object.fromEntries(cores) } },
    nodename: element.node,
    cpus_used: 0,
    memory_used: 0,
    memory_allocated: mebibytes(geometry.memory),
  };
  const totals = { nodes: element.node, allocated_cores: geometry.cpus, allocated_hosts: 1 };
  return { job_resources: { ...totals, allocated_nodes: [node] } };
}

function coresOf(list: string): readonly number[] {
  return list
    .split(",")
    .filter(Boolean)
    .flatMap((range) => {
      const [first = 0, last = first] = range.split("-").map(Number);
      return Array.from({ length: last - first + 1 }, (_, at) => first + at);
    });
}

// Only names that somebody gave are told.
function streamData(line: Line): Keys {
  const { spec } = line.job;
  return {
    standard_error: spec.stderr ? shown(line, "STDERR") : "",
    standard_input: shown(line, "STDIN"),
    standard_output: spec.stdout ? shown(line, "STDOUT") : "",
  };
}
