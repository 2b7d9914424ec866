/** Owns what processes use: the figures, what each is measured in, and how those of several processes come together. */

/**
 * The figures in the order in which runners tell them and the store keeps them: new ones go to the end. `maxRssKiB` and
 * `maxVirtualKiB` are the most that all processes of a job had at once, as far as somebody looked, and never less than
 * what one of them had as `wait4` tells. `virtualKiBMillis` is address space integrated over processor time (KiB × ms).
 * Bytes are what was read and written by system calls, of files or not; blocks are of 512 bytes and reached a disk.
 * `memoryKills` counts processes ended for want of memory.
 */
export const usageFields = [
  "userMicros",
  "systemMicros",
  "maxRssKiB",
  "maxVirtualKiB",
  "virtualKiBMillis",
  "readBytes",
  "writtenBytes",
  "minorFaults",
  "majorFaults",
  "inBlocks",
  "outBlocks",
  "voluntarySwitches",
  "involuntarySwitches",
  "memoryKills",
] as const;

export type UsageField = (typeof usageFields)[number];

/** What a job, a step or one process of it used. */
export type Usage = { readonly [F in UsageField]: number };

/** What runs uses now, together with all that it has used so far. */
export interface LiveUsage extends Usage {
  /** Of all living processes at this moment. */
  readonly rssKiB: number;
  readonly virtualKiB: number;
  readonly pids: readonly number[];
}

/** What the ranks of a step used: all together, the most that one of them did and which one that was. */
export interface RankUsage {
  readonly total: Usage;
  readonly most: Usage;
  readonly mostRank: Usage;
  /** The least of each that one of them did, and which one that was; left out in records of before it was kept. */
  readonly least?: Usage;
  readonly leastRank?: Usage;
  /** Processor time of the rank that had least of it. */
  readonly leastCpuMicros: number;
  readonly leastCpuRank: number;
}

/** Nothing used. */
export const noUsage: Usage = fromFigures([]);

/** The figures in their order; trailing ones that nobody told are 0. */
export function figuresOf(usage: Usage): number[] {
  return usageFields.map((field) => usage[field]);
}

/** Reads what `figuresOf` wrote. */
export function fromFigures(figures: readonly number[]): Usage {
  // By number and without copies: this is done for every element that ends.
  return {
    userMicros: figures[0] ?? 0,
    systemMicros: figures[1] ?? 0,
    maxRssKiB: figures[2] ?? 0,
    maxVirtualKiB: figures[3] ?? 0,
    virtualKiBMillis: figures[4] ?? 0,
    readBytes: figures[5] ?? 0,
    writtenBytes: figures[6] ?? 0,
    minorFaults: figures[7] ?? 0,
    majorFaults: figures[8] ?? 0,
    inBlocks: figures[9] ?? 0,
    outBlocks: figures[10] ?? 0,
    voluntarySwitches: figures[11] ?? 0,
    involuntarySwitches: figures[12] ?? 0,
    memoryKills: figures[13] ?? 0,
  };
}

/** The figures of something that carries them among other things. */
export function usageOf(carrier: Usage): Usage {
  return fromFigures(figuresOf(carrier));
}

/** What is left of everything that adds up, once a part is taken away; the most that was used at once stays. */
export function without(whole: Usage, part: Usage): Usage {
  const { maxRssKiB, maxVirtualKiB } = whole;
  const figures = usageFields.map((field) => Math.max(0, whole[field] - part[field]));
  return { ...fromFigures(figures), maxRssKiB, maxVirtualKiB };
}

/** Ranks brought together, the first one is rank 0. */
export function usageOfRanks(ranks: readonly Usage[]): RankUsage {
  const cpu = ranks.map(({ userMicros, systemMicros }) => userMicros + systemMicros);
  const columns = usageFields.map((field) => ranks.map((rank) => rank[field]));
  const most = columns.map((column) => Math.max(0, ...column));
  const least = columns.map((column) => (column.length === 0 ? 0 : Math.min(...column)));
  const leastCpuMicros = cpu.length === 0 ? 0 : Math.min(...cpu);
  return {
    total: fromFigures(columns.map((column) => column.reduce((sum, figure) => sum + figure, 0))),
    most: fromFigures(most),
    mostRank: fromFigures(columns.map((column, at) => Math.max(0, column.indexOf(most[at] ?? 0)))),
    least: fromFigures(least),
    leastRank: fromFigures(columns.map((column, at) => Math.max(0, column.indexOf(least[at] ?? 0)))),
    leastCpuMicros,
    leastCpuRank: Math.max(0, cpu.indexOf(leastCpuMicros)),
  };
}
