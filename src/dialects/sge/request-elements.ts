/** Owns what jobs asked for as XML, as `qstat -r -xml` has it. */

import type { Request } from "../../model/spec.ts";
import { slotsText } from "./detail-rows.ts";
import type { Line } from "./lines.ts";
import { requestedPredecessors } from "./request-lines.ts";
import { type Element, element } from "./xml.ts";

/** The elements behind a job's others; `predecessors` are the jobs it still waits for. */
export function demandElements(line: Line, predecessors: readonly number[]): readonly Element[] {
  const { job, element: started, slots } = line;
  const { spec } = job;
  const environment = spec.parallelEnvironment;
  const requests = spec.requests ?? [];
  const asked = requestedPredecessors(job);
  return [
    element("full_job_name", job.name),
    ...(environment ? [element("requested_pe", slotsText(environment), `name="${environment.name}"`)] : []),
    ...(environment && started ? [element("granted_pe", slots, `name="${environment.name}"`)] : []),
    ...requests.filter(({ soft }) => !soft).map(hardElement),
    ...requests.filter(({ soft }) => soft).map(({ name, value }) => element("soft_request", value, `name="${name}"`)),
    ...(spec.queues ?? []).map((queue) => element("hard_req_queue", queue)),
    ...(spec.masterQueues ?? []).map((queue) => element("master_hard_req_queue", queue)),
    ...asked.map((one) => element("predecessor_jobs_req", one)),
    ...(asked.length > 0 ? predecessors.map((one) => element("predecessor_jobs", one)) : []),
    element("binding", spec.binding ?? "NONE"),
  ];
}

function hardElement({ name, value }: Request): Element {
  return element("hard_request", value, `name="${name}" resource_contribution="0.000000"`);
}
