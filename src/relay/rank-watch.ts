// Holds the processes of a step, run by the Node relay, to the memory that they may have together.

import { type ProcessRow, proportionalKiB, readProcess, readProcesses } from "./process-table.ts";

/** Who is watched. */
export interface WatchedRanks {
  /** KiB; 0 is any. Asked at each look. */
  readonly limitKiB: () => number;
  /** Process numbers of the ranks that run. */
  readonly ranks: () => ReadonlyMap<number, number>;
}

export interface RankWatch {
  /** How many processes of a rank were killed. */
  readonly killsOf: (rank: number) => number;
  readonly stop: () => void;
}

/** Milliseconds before the first look, doubled up to one of the next two: near the limit or far from it; and after a kill. */
const [firstLookMs, nearLookMs, easyLookMs, afterKillMs] = [30, 250, 1000, 50];

/** While the ranks have more than they may, the largest of their processes is killed. */
export function watchRanks({ limitKiB: mostKiB, ranks }: WatchedRanks): RankWatch {
  const kills = new Map<number, number>();
  let timer: NodeJS.Timeout | undefined;
  let [pauseMs, victim] = [firstLookMs, ""];
  const plan = (ms: number): void => {
    timer = setTimeout(look, ms).unref();
  };
  const look = (): void => {
    const limitKiB = mostKiB();
    const found = descendants(ranks());
    const used = found.reduce((sum, { row }) => sum + row.rssKiB, 0);
    pauseMs = Math.min(used > limitKiB / 2 ? nearLookMs : easyLookMs, pauseMs * 2);
    // Forked processes share most of what they have: only what is really there counts, but it takes longer to learn.
    const passed = used > limitKiB && found.reduce((sum, { row }) => sum + proportionalKiB(row), 0) > limitKiB;
    const [largest] = passed ? found.sort((a, b) => b.row.rssKiB - a.row.rssKiB) : [];
    if (largest) end(largest, found);
    plan(largest ? afterKillMs : pauseMs);
  };
  const end = ({ rank, row }: Descendant, found: readonly Descendant[]): void => {
    if (found.some((other) => keyOf(other.row) === victim)) return; // it still dies
    victim = keyOf(row);
    kills.set(rank, (kills.get(rank) ?? 0) + 1);
    if (readProcess(row.pid)?.started === row.started) process.kill(row.pid, "SIGKILL");
  };
  if (mostKiB() > 0) plan(firstLookMs);
  return { killsOf: (rank) => kills.get(rank) ?? 0, stop: () => clearTimeout(timer) };
}

interface Descendant {
  readonly rank: number;
  readonly row: ProcessRow;
}

function keyOf({ pid, started }: ProcessRow): string {
  return `${pid} ${started}`;
}

/** The living processes of each rank: itself and what descends from it. */
function descendants(ranks: ReadonlyMap<number, number>): Descendant[] {
  const rankOf = new Map([...ranks].map(([rank, pid]) => [pid, rank]));
  const rows = readProcesses();
  for (let before = -1; before !== rankOf.size; ) {
    before = rankOf.size;
    for (const { pid, parent } of rows) {
      const rank = rankOf.get(parent);
      if (rank !== undefined && !rankOf.has(pid)) rankOf.set(pid, rank);
    }
  }
  return rows.flatMap((row) => {
    const rank = rankOf.get(row.pid);
    return rank === undefined ? [] : [{ rank, row }];
  });
}
