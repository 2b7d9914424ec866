/** Owns a mailbox: things put in one by one and taken out together by one who waits for them. */

export interface Mailbox<T> {
  add(item: T): void;
  /** All that came since; waits for the first. Null after the last, once it was closed. */
  take(): Promise<readonly T[] | null>;
  close(): void;
}

export function createMailbox<T>(): Mailbox<T> {
  let items: T[] = [];
  let closed = false;
  let wake: (() => void) | null = null;
  const ring = (): void => {
    wake?.();
    wake = null;
  };
  return {
    add(item) {
      items.push(item);
      ring();
    },
    async take() {
      if (items.length === 0 && !closed)
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      const taken = items;
      items = [];
      return taken.length > 0 ? taken : null;
    },
    close() {
      closed = true;
      ring();
    },
  };
}
