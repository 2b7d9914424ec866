/** Owns qdel: removes what waits, ends what runs. */

import { asksNothing, type Deletion, type Doomed, deletionUsage, readDeletion } from "../../dialects/sge/deletion.ts";
import { deletionTold, noJobsOf, noSuchName, type Told } from "../../dialects/sge/deletion-texts.ts";
import { isManager } from "../../dialects/sge/managers.ts";
import { matches } from "../../dialects/sge/patterns.ts";
import type { Command } from "../../language/command.ts";
import type { Context } from "../../language/context.ts";
import type { Indices } from "../../model/indices.ts";

export const qdel: Command = {
  dialect: "sge",
  name: "qdel",
  wordError: (message) => `${message}\n`,
  async run(context) {
    const deletion = readDeletion(context.args);
    if (deletion.help) return { out: deletionUsage() };
    if (asksNothing(deletion))
      return { out: "ERROR! no option argument\n", next: async () => ({ err: deletionUsage(), code: 1 }) };
    const { users } = deletion;
    if (users?.includes("*") && context.user.uid !== 0)
      return { out: `denied: "${context.user.name}" must be manager to modify all jobs\n`, code: 1 };
    const told = users && deletion.jobs.length === 0 ? allOf(context, deletion, users) : each(context, deletion);
    const out = told.flatMap(({ lines }) => lines.map((line) => `${line}\n`)).join("");
    if (deletion.force && !isManager(context.user, context.verbs.description)) return { out: out + inVain, code: 1 };
    return { out, code: told.every(({ good }) => good) ? 0 : 1 };
  },
};

/** The real one asks again for a minute where nobody but a manager may force anything, with a dot for each time. */
const inVain = `${".".repeat(12)}\n`;

function allOf(context: Context, deletion: Deletion, users: readonly string[]): readonly Told[] {
  const ids = live(context, users).map(({ id }) => id);
  return ids.length ? ids.map((id) => remove(context, deletion, { id, tasks: null })) : [noJobsOf(users)];
}

function each(context: Context, deletion: Deletion): readonly Told[] {
  return deletion.jobs.flatMap((doomed) => {
    if (doomed.id !== null && !deletion.users)
      return [remove(context, deletion, { id: doomed.id, tasks: doomed.tasks })];
    return named(context, deletion, doomed);
  });
}

// With -u an id is a name among these users' jobs, and no job is called by a number.
function named(context: Context, deletion: Deletion, { word, tasks }: Doomed): readonly Told[] {
  const users = deletion.users ?? [context.user.name];
  const found = live(context, users).filter(({ name }) => matches(word, name));
  if (found.length === 0) return [noSuchName(word, users)];
  return found.map(({ id }) => remove(context, deletion, { id, tasks }));
}

function live({ verbs, user }: Context, users: readonly string[]) {
  const jobs = verbs.select({}).map(({ job }) => job);
  const own = jobs.filter(
    (job) => (user.uid === 0 || job.user.uid === user.uid) && users.some((one) => matches(one, job.user.name)),
  );
  return [...new Map(own.map((job) => [job.id, job])).values()];
}

function remove({ verbs, user }: Context, { force }: Deletion, target: { id: number; tasks: Indices | null }): Told {
  const { id, tasks } = target;
  const alive = verbs.select({ ids: [{ id, indices: null }] }).length > 0;
  const results = verbs.cancel({ id, indices: tasks }, user.uid);
  return deletionTold(results, { who: user.name, id, tasks, alive, forced: force && user.uid === 0 });
}
