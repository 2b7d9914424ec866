/** Owns sets of users as qconf changes them by name: users added, taken out, whole sets removed. */

import type { Context, Reply } from "../../language/context.ts";
import type { UserSet } from "../../model/cluster.ts";
import type { ChangeAsk } from "./qconf-ask.ts";
import { keep } from "./qconf-keeping.ts";

/** `-au`, `-du` and `-dul`. */
export async function changeUsers({ context, option, words }: ChangeAsk): Promise<Reply> {
  const [first = "", second = ""] = words.map((word) => word.split(",").filter(Boolean)).map((list) => list.join(","));
  if (option === "dul") return told(first.split(",").map((set) => removeSet(context, set)));
  const pairs = second.split(",").flatMap((set) => first.split(",").map((user) => ({ set, user })));
  return told(pairs.map((pair) => (option === "au" ? addUser : removeUser)(context, pair)));
}

interface Told {
  readonly line: string;
  readonly good: boolean;
}

interface Member {
  readonly set: string;
  readonly user: string;
}

function addUser(context: Context, { set, user }: Member): Told {
  const found = setNamed(context, set);
  if (found?.users.includes(user)) return { line: `"${user}" is already in access list "${set}"`, good: false };
  put(context, { ...(found ?? { name: set }), users: [...(found?.users ?? []), user] });
  return { line: `added "${user}" to access list "${set}"`, good: true };
}

function removeUser(context: Context, { set, user }: Member): Told {
  const found = setNamed(context, set);
  if (!found && emptySets.includes(set)) return { line: `user "${user}" is not in access list "${set}"`, good: false };
  if (!found) return { line: `access list "${set}" doesn't exist`, good: false };
  if (!found.users.includes(user)) return { line: `user "${user}" is not in access list "${set}"`, good: false };
  put(context, { ...found, users: found.users.filter((each) => each !== user) });
  return { line: `deleted user "${user}" from access list "${set}"`, good: true };
}

function removeSet(context: Context, set: string): Told {
  if (!setNamed(context, set)) return { line: `denied: userset "${set}" does not exist`, good: false };
  keep(context, [{ kind: "userSet", name: set, change: { definition: null } }]);
  const { user, verbs } = context;
  return { line: `${user.name}@${verbs.description.host} removed "${set}" from userset list`, good: true };
}

/** Sets that every cluster has from the start. */
const emptySets: readonly string[] = ["arusers", "deadlineusers", "defaultdepartment"];

function setNamed({ verbs }: Context, set: string): UserSet | undefined {
  return verbs.description.userSets?.find(({ name }) => name === set);
}

function put(context: Context, set: UserSet): void {
  keep(context, [{ kind: "userSet", name: set.name, change: { definition: set } }]);
}

function told(all: readonly Told[]): Reply {
  return { err: all.map(({ line }) => `${line}\n`).join(""), code: all.every(({ good }) => good) ? 0 : 1 };
}
