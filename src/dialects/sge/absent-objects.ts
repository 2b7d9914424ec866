/** Owns what qconf says of kinds of objects of which there are none here, and of deeds that have nothing to do. */

import type { ClusterDescription } from "../../model/cluster.ts";
import { isHost } from "./host-view.ts";

/** What an option comes to: its reply, or null where it would change something that is not kept here. */
export type AbsentReply = { readonly out?: string; readonly err?: string; readonly code: number } | null;

interface Ask {
  readonly word: string;
  readonly cluster: ClusterDescription;
  /** `user@host`. */
  readonly who: string;
}

/** The reply of an option that has nothing to change; null where it would have to change something. */
export function absentReply(option: string, ask: Ask): AbsentReply {
  return rows[option]?.(ask) ?? null;
}

type Row = (ask: Ask) => AbsentReply;

const no = (err: string): AbsentReply => ({ err: `${err}\n`, code: 1 });
const noneCalled =
  (kind: string): Row =>
  ({ word }) =>
    no(`denied: ${kind} "${word}" does not exist`);
const unlessManager =
  (kind: string): Row =>
  ({ word }) =>
    word === "root" ? null : no(`denied: ${kind} "${word}" does not exist`);
const noTree: Row = () => ({ out: "No sharetree\n", code: 0 });

const rows: Readonly<Record<string, Row>> = {
  dprj: noneCalled("project"),
  dcal: noneCalled("calendar"),
  dckpt: noneCalled("checkpointing environment"),
  drqs: noneCalled("resource quota set"),
  duser: noneCalled("user"),
  dm: unlessManager("manager"),
  do: unlessManager("operator"),
  dstree: () => no("sharetree does not exist"),
  rsstnode: noTree,
  de: ({ word, cluster }) =>
    cluster.nodes.some(({ name }) => isHost(word, name)) ? null : no(`can't resolve hostname "${word}"`),
  cq: ({ word, cluster }) =>
    cluster.queues.some(({ name }) => name === word) ? null : no(`invalid queue or job "${word}"`),
  tsm: ({ who }) => ({ out: `${who} triggers scheduler monitoring\n`, code: 0 }),
};
