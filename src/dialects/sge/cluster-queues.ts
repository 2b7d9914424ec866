/** Owns `qstat -g c`: one line for each cluster queue. */

import type { QueueInstance } from "./queue-instance.ts";
import { type Element, element } from "./xml.ts";

/** The table. */
export function* clusterQueueLines(instances: readonly QueueInstance[], cpus: number): Generator<string> {
  if (instances.length === 0) return;
  const width = Math.max(30, ...instances.map(({ name }) => name.length));
  yield `${"CLUSTER QUEUE".padEnd(width)}  CQLOAD   USED    RES  AVAIL  TOTAL aoACDS  cdsuE  \n`;
  yield `${"-".repeat(width + 50)}\n`;
  for (const one of together(instances)) {
    const { name, load, used, available, total, alarmed, manual } = summaryOf(one, cpus);
    const numbers = [used, 0, available, total, alarmed, manual].map((number) => String(number).padStart(6)).join(" ");
    yield `${name.padEnd(width)} ${load.toFixed(2).padStart(7)} ${numbers} \n`;
  }
}

/** The same as elements. */
export function clusterQueueElements(instances: readonly QueueInstance[], cpus: number): readonly Element[] {
  return together(instances).map((one) => {
    const { name, load, used, available, total, alarmed, manual } = summaryOf(one, cpus);
    return element("cluster_queue_summary", [
      element("name", name),
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

/** All there is of each queue, on whatever hosts. */
function together(instances: readonly QueueInstance[]): readonly (readonly QueueInstance[])[] {
  const names = [...new Set(instances.map(({ name }) => name))];
  return names.map((name) => instances.filter((one) => one.name === name));
}

// Slots of a queue that takes nothing are not available.
function summaryOf(instances: readonly QueueInstance[], cpus: number) {
  const sum = (amount: (one: QueueInstance) => number) => instances.reduce((all, one) => all + amount(one), 0);
  const isAlarmed = ({ states }: QueueInstance) => /[aoACDS]/.test(states);
  const isManual = ({ states }: QueueInstance) => /[cdsuE]/.test(states);
  return {
    name: instances[0]?.name ?? "",
    load: sum(({ load }) => load ?? 0) / Math.max(1, cpus),
    used: sum(({ used }) => used),
    available: sum((one) => (isAlarmed(one) || isManual(one) ? 0 : Math.max(0, one.slots - one.used))),
    total: sum(({ slots }) => slots),
    alarmed: sum((one) => (isAlarmed(one) ? one.slots : 0)),
    manual: sum((one) => (isManual(one) ? one.slots : 0)),
  };
}
