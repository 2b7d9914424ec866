// Questions about what jobs use that are on their way: each key is answered once, by its figures or by its end.

import type { LiveUsage } from "../model/usage.ts";

export interface UsageQuestions {
  /** Resolves when every key is answered. */
  ask(keys: readonly string[]): Promise<ReadonlyMap<string, LiveUsage>>;
  /** Null: it does not run. */
  answer(key: string, usage: LiveUsage | null): void;
  /** No more answers will come. */
  end(): void;
}

interface Question {
  readonly open: Set<string>;
  readonly found: Map<string, LiveUsage>;
  readonly resolve: (found: ReadonlyMap<string, LiveUsage>) => void;
}

/** No questions yet; `send` puts one to the runner. */
export function createUsageQuestions(send: (keys: readonly string[]) => void): UsageQuestions {
  let questions: readonly Question[] = [];
  const settle = (): void => {
    for (const { open, found, resolve } of questions) if (open.size === 0) resolve(found);
    questions = questions.filter(({ open }) => open.size > 0);
  };
  return {
    ask: (keys) =>
      new Promise((resolve) => {
        questions = [...questions, { open: new Set(keys), found: new Map(), resolve }];
        if (keys.length > 0) send(keys);
        settle();
      }),
    answer(key, usage) {
      for (const { open, found } of questions) if (open.delete(key) && usage) found.set(key, usage);
      settle();
    },
    end() {
      for (const { open } of questions) open.clear();
      settle();
    },
  };
}
