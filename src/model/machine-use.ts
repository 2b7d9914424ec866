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
  /** How long this daemon has been up. */
  readonly daemonSeconds: number;
}

/** A machine at rest of which nothing is known. */
export const idleMachine: MachineUse = {
  load: [0, 0, 0],
  busy: 0,
  memoryUsed: 0,
  memoryFree: 0,
  swapTotal: 0,
  swapUsed: 0,
  daemonSeconds: 0,
};
