/** Owns work on files and messages to the backend that must happen one after the other, outside of any transaction. */

export interface Errands {
  /** Does this after everything that was asked for before; a failure is logged. */
  add(errand: () => Promise<void> | void): void;
  /** How many are not done. */
  count(): number;
}

export function createErrands(log: (line: string) => void): Errands {
  let last = Promise.resolve();
  let count = 0;
  return {
    add(errand) {
      count += 1;
      last = last
        .then(errand)
        .catch((error: unknown) => log(`an errand failed: ${error instanceof Error ? error.stack : String(error)}`))
        .finally(() => {
          count -= 1;
        });
    },
    count: () => count,
  };
}
