/** Owns wildcard patterns as Grid Engine has them in names of jobs, queues and users. */

import type { ClusterDescription } from "../../model/cluster.ts";
import { everyHost, hostsIn } from "../../model/queues.ts";

/** Whether a text has characters that make it a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[\]&|!()]/.test(text);
}

/** Whether a pattern stands for a text: `*`, `?`, `[...]`, joined by `|` and `&`, turned round by `!`. */
export function matches(pattern: string, text: string): boolean {
  return pattern.split("|").some((each) => each.split("&").every((one) => matchesOne(one, text)));
}

/** A host, and the groups it may be in. */
export type Place = Pick<ClusterDescription, "host" | "nodes" | "hostGroups">;

/** Whether a queue request (`queue`, `queue@host`, `queue@@group`) stands for a queue on the host; none without a queue's name does. */
export function matchesQueue(request: string, queue: string, at: Place): boolean {
  const turned = request.startsWith("!");
  const [name = "", place] = turned ? split(request.slice(1)) : split(request);
  return (name !== "" && matches(name, queue) && (place === undefined || isAt(place, at))) !== turned;
}

function isAt(place: string, cluster: Place): boolean {
  if (!place.startsWith("@")) return matches(place, cluster.host);
  return [everyHost, ...(cluster.hostGroups ?? []).map(({ name }) => name)].some(
    (group) => matches(place, group) && hostsIn(cluster, group).includes(cluster.host),
  );
}

function split(request: string): readonly string[] {
  const at = request.indexOf("@");
  return at < 0 ? [request] : [request.slice(0, at), request.slice(at + 1)];
}

function matchesOne(pattern: string, text: string): boolean {
  return pattern.startsWith("!") ? !matchesOne(pattern.slice(1), text) : expression(pattern).test(text);
}

function expression(pattern: string): RegExp {
  const source = pattern.replace(/\[([^\]]+)\]|[\\^$.*+?()[\]{}|/]/g, (found, set: string | undefined) => {
    if (set !== undefined) return `[${set.replace(/^!/, "^").replace(/\\/g, "\\\\")}]`;
    return found === "*" ? ".*" : found === "?" ? "." : `\\${found}`;
  });
  return new RegExp(`^${source}$`, "su");
}
