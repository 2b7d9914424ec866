/** Owns -i of listings: the same again every so many seconds, until the user has seen enough. */

import type { Context, Reply } from "../../language/context.ts";

/** What `list` replies, again and again; a signal ends it. */
export function repeated(context: Context, seconds: number, list: () => Reply): Reply {
  return { ...list(), next: () => afterPause(context, seconds, list) };
}

async function afterPause(context: Context, seconds: number, list: () => Reply): Promise<Reply> {
  let cancel = (): void => undefined;
  const over = new Promise<null>((resolve) => {
    cancel = context.clock.after(seconds * 1000, () => resolve(null));
  });
  const signal = await Promise.race([over, context.interrupted]);
  cancel();
  if (signal !== null) return { out: "\n", code: 128 + signal };
  return { out: "\n", next: async () => repeated(context, seconds, list) };
}
