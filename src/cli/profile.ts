/** Owns `headnode profile capture`: what a target tells of itself becomes a file. */

import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { profileText } from "../config/profile.ts";
import type { SiteProfile } from "../model/site-profile.ts";
import { insist } from "./daemon.ts";
import type { CliFacts, CliReply } from "./reply.ts";

/** The reply of `headnode profile capture TARGET`. */
export async function captureProfile(
  facts: CliFacts,
  { target, output }: { readonly target: string; readonly output?: string | undefined },
): Promise<CliReply> {
  const reply = await insist(facts, ["target", "profile", target]);
  if ((reply.code ?? 0) !== 0) return reply;
  const profile: SiteProfile = JSON.parse(reply.out ?? "{}");
  const text = profileText(profile, { target, at: new Date().toISOString().slice(0, 10) });
  if (output === "-") return { out: text };
  const path = resolve(facts.cwd, output ?? `${target}.toml`);
  writeFileSync(path, text);
  const counts = `${profile.queues.length} queues, ${profile.nodes.length} kinds of nodes`;
  return { out: `written: ${path} (${counts}); headnode check --profile ${output ?? `${target}.toml`} job.sh\n` };
}
