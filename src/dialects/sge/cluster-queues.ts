/** Owns `qstat -g c`: one line for each cluster queue. */

import type { QueueInstance } from "./queue-instances.ts";
import { type Element, element } from "./xml.ts";

/** The table. */
export function* clusterQueueLines(instances: readonly QueueInstance[], cpus: number): Generator<string> {
  if (instances.length === 0) return;
  const width = Math.max(30, ...instances.map(({ name }) => name.length));
  yield `${"CLUSTER QUEUE".padEnd(width)}  CQLOAD   USED    RES  AVAIL  TOTAL aoACDS  cdsuE  \n`;
  yield `${"-".repeat(width + 50)}\n`;
  for (const one of instances) {
    const { load, used, available, total, alarmed, manual } = summaryOf(one, cpus);
    const numbers = [used, 0, available, total, alarmed, manual].map((number) => String(number).padStart(6)).join(" ");
    yield `${one.name.padEnd(width)} ${load.toFixed(2).padStart(7)} ${numbers} \n`;
  }
}

/** The same as elements. */
export function clusterQueueElements(instances: readonly QueueInstance[], cpus: number): readonly Element[] {
  return instances.map((one) => {
    const { load, used, available, total, alarmed, manual } = summaryOf(one, cpus);
    return element("cluster_queue_summary", [
      element("name", one.name),
      element("load", load.toFixed(5)),
      element("used", used),
      element("resv", 0),
      element("available", available),
      element("total", total),
      element("temp_disabled", alarmed),
      element("manual_intervention", manual),
    ]);
  });
}

// Slots of a queue that takes nothing are not available.
function summaryOf({ load, used, slots, states }: QueueInstance, cpus: number) {
  const alarmed = /[aoACDS]/.test(states);
  const manual = /[cdsuE]/.test(states);
  return {
    load: load / Math.max(1, cpus),
    used,
    available: alarmed || manual ? 0 : Math.max(0, slots - used),
    total: slots,
    alarmed: alarmed ? slots : 0,
    manual: manual ? slots : 0,
  };
}
