/** Owns which clusters `-M` means: this one by its name or as `local`, targets, `all`; names that nobody knows. */

import type { ClusterDescription } from "../../model/cluster.ts";
import { UsageError } from "../../model/errors.ts";
import { localTarget } from "../../model/forwarding.ts";

/** Clusters in the order in which they are listed; null: nobody asked for any. */
export interface ClustersAsked {
  readonly names: readonly string[] | null;
  /** What is said of names that nobody knows, in lines; empty where there are none. */
  readonly complaints: readonly string[];
}

/**
 * What a list of names means. A cluster that refuses nothing it was not told to takes names that nobody knows for its own,
 * if there is no other. Throws UsageError where a strict one knows none of them.
 */
export function clustersAsked(list: readonly string[] | null, cluster: ClusterDescription): ClustersAsked {
  if (list === null) return { names: null, complaints: [] };
  const { name, targets = [], strict } = cluster;
  const known = (each: string): boolean => each === name || each === localTarget || targets.includes(each);
  const asked = list.flatMap((each) => (each === "all" ? [name, ...[...targets].sort()] : [each]));
  const names = [...new Set(asked.filter(known))];
  const unknown = [...new Set(asked.filter((each) => !known(each)))];
  const complaints = unknown.map((each) => `No cluster '${each}' known by database.`);
  if (names.length > 0) return { names, complaints };
  if (!strict) return { names: unknown.slice(0, 1), complaints: [] };
  const hint = "Use 'sacctmgr list clusters' to see available clusters.";
  const last = `'${list.join(",")}' can't be reached now, or it is an invalid entry for --cluster.  ${hint}`;
  throw new UsageError([...complaints, last].join("\n"), 1);
}

/** The line that comes before what is listed of a cluster; a blank one sets it apart from the one before. */
export function clusterHeading(name: string, at: number): string {
  return `${at === 0 ? "" : "\n"}CLUSTER: ${name}\n`;
}
