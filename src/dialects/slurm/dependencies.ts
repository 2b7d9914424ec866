/** Owns dependencies as Slurm words them. */

import { type Clause, parse } from "#grammar/dependencies.js";
import { attempt, codec, ValueError } from "../../language/codec.ts";
import { assigns, type Effect } from "../../language/option.ts";
import type { Condition, Dependency } from "../../model/dependency.ts";
import type { JudgedCondition } from "../../model/verbs.ts";

type Kind = Condition["kind"];

/** Words for conditions; the first word of a kind is how it is written. */
const types: readonly (readonly [string, Kind])[] = [
  ["afterok", "ok"],
  ["afternotok", "notOk"],
  ["afterany", "end"],
  ["", "end"],
  ["afterburstbuffer", "stagedOut"],
  ["after", "start"],
  ["aftercorr", "correspondingOk"],
  ["singleton", "singleton"],
];

/** `type:id:id+minutes,…` or joined by `?`. */
export const dependencies = codec<Dependency>(
  "dependency",
  (text) => {
    const { need, clauses } = parse(text, { startRule: "Typed" });
    return { need, conditions: clauses.flatMap(conditionsOf) };
  },
  ({ need, conditions }) => conditions.map(writeCondition).join(need === "any" ? "?" : ","),
);

/** `--dependency`: what cannot be read is refused by the controller, so it is only noted here. */
export const dependencyEffect: Effect = {
  ...assigns({
    takes: "value",
    fields: ["dependency"],
    apply: () => ({}),
    write: ({ dependency }) => {
      const written = dependency && dependencies.write(dependency);
      return written ? [written] : null;
    },
  }),
  apply: ([value = ""]) => {
    if (value === "") return { spec: { dependency: null }, asks: { dependencyText: null, refusal: null } };
    const read = attempt(dependencies, value);
    if ("error" in read) return { asks: { refusal: { reason: whyNot(value), spendsId: true } } };
    return { spec: { dependency: read.value }, asks: { dependencyText: value, refusal: null } };
  },
};

// Jobs that grow by others have come and gone.
function whyNot(text: string): string {
  return /^expand:[0-9]+$/i.test(text) ? "Requested operation not supported on this system" : "Job dependency problem";
}

/** Conditions as squeue shows them: what is met is left out, an array's id is followed by `_*`. */
export function showDependency(
  dependency: Dependency | null,
  judged: readonly JudgedCondition[],
  isArray: (id: number) => boolean,
): string {
  const shown = judged
    .filter(({ standing }) => standing !== "met")
    .map(({ condition, standing }) => {
      const whole = condition.kind !== "singleton" && condition.job !== null && condition.index === null;
      const all = whole && isArray(condition.job ?? 0) ? "_*" : "";
      return `${writeCondition(condition, all)}(${standing === "never" ? "failed" : "unfulfilled"})`;
    });
  return shown.join(dependency?.need === "any" ? "?" : ",") || "(null)";
}

function conditionsOf({ type, jobs }: Clause): readonly Condition[] {
  const kind = types.find(([word]) => word === type.toLowerCase())?.[1];
  if (kind === undefined) throw problem(`unknown dependency type ${type}`);
  if (kind === "singleton") {
    if (jobs.length > 0) throw problem("singleton names no job");
    return [{ kind }];
  }
  if (jobs.length === 0 || jobs.some(({ id }) => id === 0)) throw problem(`${type} needs a job id`);
  return jobs.map(({ id, index, minutes }) => ({ kind, job: id, name: null, index, delay: minutes * 60 }));
}

function problem(message: string): ValueError {
  return new ValueError(message, { kind: "dependency", column: 1 });
}

function writeCondition(condition: Condition, all: unknown = ""): string {
  const word = types.find(([, kind]) => kind === condition.kind)?.[0] ?? "afterany";
  if (condition.kind === "singleton") return word;
  const element = condition.index === null ? (typeof all === "string" ? all : "") : `_${condition.index}`;
  return `${word}:${condition.job}${element}${condition.delay ? `+${condition.delay / 60}` : ""}`;
}
