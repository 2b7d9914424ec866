/** Owns what is known of how busy the machine is at one moment. */

/** What a look at the machine gave; sizes in bytes. */
export interface MachineUse {
  /** Processes that ran or wanted to, on average over 1, 5 and 15 minutes. */
  readonly load: readonly [number, number, number];
  /** How busy the processors were since the last look, in percent. */
  readonly busy: number;
  readonly memoryUsed: number;
  readonly memoryFree: number;
  readonly swapTotal: number;
  readonly swapUsed: number;
  /** What the first processor runs at; 0 where the machine does not say. */
  readonly megahertz: number;
  /** Epoch ms of the machine's start; 0: nobody knows. */
  readonly bootedAt: number;
  /** As `uname -srv` and `uname -m` tell. */
  readonly system: string;
  readonly architecture: string;
  /** How long this daemon has been up. */
  readonly daemonSeconds: number;
  /** Of plain machines that are reached, by the names of their nodes. */
  readonly machines?: Readonly<Record<string, MachineUse>>;
}

/** What is known of a node: of this machine's it is all the same; null: nothing. */
export function machineAt(
  use: MachineUse,
  { name, target }: { readonly name: string; readonly target?: string },
): MachineUse | null {
  return target === undefined ? use : (use.machines?.[name] ?? null);
}

/** A machine at rest of which nothing is known. */
export const idleMachine: MachineUse = {
  load: [0, 0, 0],
  busy: 0,
  memoryUsed: 0,
  memoryFree: 0,
  swapTotal: 0,
  swapUsed: 0,
  megahertz: 0,
  bootedAt: 0,
  system: "Linux",
  architecture: "x86_64",
  daemonSeconds: 0,
};

/** What can be measured of it; memory in bytes, loads also for each of the processors. */
export type Measure = keyof typeof measures;

/** How each is measured. */
export const measures = {
  load1: ({ load }: MachineUse) => load[0],
  load5: ({ load }: MachineUse) => load[1],
  load15: ({ load }: MachineUse) => load[2],
  load1Each: ({ load }: MachineUse, cpus: number) => load[0] / cpus,
  load5Each: ({ load }: MachineUse, cpus: number) => load[1] / cpus,
  load15Each: ({ load }: MachineUse, cpus: number) => load[2] / cpus,
  busy: ({ busy }: MachineUse) => busy,
  memoryFree: ({ memoryFree }: MachineUse) => memoryFree,
  memoryUsed: ({ memoryUsed }: MachineUse) => memoryUsed,
  swapFree: ({ swapTotal, swapUsed }: MachineUse) => swapTotal - swapUsed,
  swapUsed: ({ swapUsed }: MachineUse) => swapUsed,
  virtualFree: ({ memoryFree, swapTotal, swapUsed }: MachineUse) => memoryFree + swapTotal - swapUsed,
  virtualUsed: ({ memoryUsed, swapUsed }: MachineUse) => memoryUsed + swapUsed,
} as const satisfies Readonly<Record<string, (use: MachineUse, cpus: number) => number>>;
