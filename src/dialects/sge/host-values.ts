/** Owns values that differ by host: `4,[node1=2],[@big=8]`. */

import type { ClusterDescription } from "../../model/cluster.ts";
import { hostsIn } from "../../model/queues.ts";

/** The value as it holds on a host. */
export function valueOn(text: string, host: string, cluster: ClusterDescription): string {
  const { usual, others } = taken(text);
  return others.find(([place]) => hostsIn(cluster, place).includes(host))?.[1] ?? usual;
}

/** The text with another value for one host (or group); null: with none of its own. */
export function withValueOn(text: string, place: string, value: string | null): string {
  const { usual, others } = taken(text);
  const kept = others.filter(([name]) => name !== place);
  const all = value === null ? kept : [...kept, [place, value] as const];
  return [usual, ...all.map(([name, said]) => `[${name}=${said}]`)].join(",");
}

function taken(text: string): {
  readonly usual: string;
  readonly others: readonly (readonly [place: string, value: string])[];
} {
  const at = text.indexOf(",[");
  if (at < 0) return { usual: text, others: [] };
  const others = [...text.slice(at).matchAll(/\[([^=\]]+)=([^\]]*)\]/g)];
  return { usual: text.slice(0, at), others: others.map(([, place = "", value = ""]) => [place, value]) };
}
