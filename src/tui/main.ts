/** Owns the way into the monitor: what it is drawn with is loaded here, and nowhere else. */

import type { Environment } from "../relay/state-directory.ts";
import type { Vocabulary } from "./words.ts";

/** Runs `headnode top` to its end. */
export async function top(
  { env }: { readonly env: Environment },
  options: { readonly words: Vocabulary; readonly filter: string },
): Promise<{ readonly code?: number; readonly out?: string }> {
  // React looks at this when it is loaded; what the monitor has run is to see the environment as it was.
  const asItWas = { ...env };
  process.env.NODE_ENV ??= "production";
  const { open } = await import("./top.tsx");
  return open({ env: asItWas }, options);
}
