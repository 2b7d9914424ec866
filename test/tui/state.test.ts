/** The monitor's reducer: keys in, state and errands out, nothing drawn. */

import { describe, expect, test } from "vitest";
import type { WatchedJob } from "../../src/model/watch.ts";
import { shellText } from "../../src/tui/acts.ts";
import { linesOf } from "../../src/tui/lines.ts";
import { reduce } from "../../src/tui/reducer.ts";
import { type Errand, firstState, type State } from "../../src/tui/state.ts";
import { ended, job, runs, size, start } from "./samples.ts";

/** A monitor without a screen: what it was told to do is kept. */
function monitor(list: readonly WatchedJob[], columns: Partial<State> = {}) {
  const { jobs, state: first } = start(list, { ...firstState(size, "neutral", ""), whole: true, ...columns });
  const hold = { state: first, errands: [] as Errand[] };
  const happen = (happening: Parameters<typeof reduce>[1]): void => {
    const { state, errands } = reduce(hold.state, happening, jobs);
    hold.state = state;
    for (const errand of errands) if (errand.kind === "arrange") jobs.arrange(errand.how);
    hold.errands.push(...errands.filter(({ kind }) => kind !== "arrange"));
  };
  const press = (...keys: readonly string[]): void => {
    for (const key of keys) happen({ kind: "key", key, text: key.length === 1 ? key : key === "space" ? " " : "" });
  };
  const shown = () => {
    const lines = linesOf(jobs, hold.state);
    return Array.from({ length: lines.count }, (_, at) => {
      const line = lines.at(at);
      return line?.kind === "group"
        ? `[${line.group.name} ${line.group.jobs}]`
        : line?.kind === "job"
          ? line.job.head.id
          : `part ${line?.place}`;
    });
  };
  const commands = () => hold.errands.flatMap((errand) => (errand.kind === "run" ? [shellText(errand.commands)] : []));
  return { jobs, hold, happen, press, shown, commands };
}

const few = [
  job(1, { part: ended("completed") }),
  job(2),
  job(3, { part: runs(null) }),
  job(4, { part: ended("failed") }),
];

describe("the order", () => {
  test("is what runs, what waits, then what ended, latest first", () => {
    expect(monitor(few).shown()).toEqual([3, 2, 1, 4]);
  });

  test("s sorts by the next column, S the other way round", () => {
    const { press, shown } = monitor(few);
    press("s");
    expect(shown()).toEqual([1, 2, 3, 4]);
    press("S");
    expect(shown()).toEqual([4, 3, 2, 1]);
  });

  test("a job that moves takes the cursor along, unless it stands at the top", () => {
    const { jobs, happen, press, hold, shown } = monitor(few);
    press("j");
    expect(shown()[hold.state.cursor]).toBe(2);
    jobs.put([job(5, { part: runs(null, { startedAt: 5 }) })]);
    happen({ kind: "moved" });
    expect(shown()[hold.state.cursor]).toBe(2);
    press("g");
    jobs.put([job(6, { part: runs(null, { startedAt: 4 }) })]);
    happen({ kind: "moved" });
    expect(hold.state.cursor).toBe(0);
  });

  test("b groups by state; a group is folded and unfolded", () => {
    const { press, shown } = monitor(few);
    press("b");
    expect(shown()).toEqual(["[done 1]", 1, "[failed 1]", 4, "[running 1]", 3, "[waiting 1]", 2]);
    press("return");
    expect(shown()).toEqual(["[done 1]", "[failed 1]", 4, "[running 1]", 3, "[waiting 1]", 2]);
    press("right");
    expect(shown()[1]).toBe(1);
  });
});

describe("the filter", () => {
  const list = [
    job(1, { name: "train", user: "ada" }),
    job(2, { name: "test", user: "bob" }),
    job(3, { part: runs(null) }),
  ];
  for (const [typed, ids] of [
    ["tra", [1]],
    ["user:bob", [2]],
    ["!user:bob", [3, 1]],
    ["state:PENDING", [1, 2]],
    ["state:qw user:ada", [1]],
    ["/^t.*t$/", [2]],
    ["/unfinished[", []],
    ["nothing of the kind", []],
  ] as const)
    test(`"${typed}" shows ${ids.join(", ") || "nothing"}`, () => {
      const { press, shown } = monitor(list);
      press("/", ...[...typed].map((letter) => (letter === " " ? "space" : letter)), "return");
      expect(shown()).toEqual(ids);
    });

  test("escape takes it away", () => {
    const { press, shown, hold } = monitor(list);
    press("/", "t", "r", "return", "escape");
    expect(hold.state.filter).toBe("");
    expect(shown()).toHaveLength(3);
  });
});

describe("arrays", () => {
  const array = job(7, { indices: [[1, 1000]], tally: { waiting: 1000 } });

  test("are one line until they are unfolded, and only known parts take room", () => {
    const { press, shown, happen, hold } = monitor([array]);
    press("l");
    expect(shown()).toEqual([7]);
    const look = { job: 7, from: 0, total: 2, stdout: "", stderr: "", script: "", environment: [] };
    happen({ kind: "looked", look: { ...look, parts: [runs(1), runs(2)] } });
    expect(shown()).toEqual([7, "part 0", "part 1"]);
    press("G", "h");
    expect(shown()).toEqual([7]);
    expect(hold.state.cursor).toBe(0);
  });

  test("an element is acted on alone", () => {
    const { press, happen, commands } = monitor([array]);
    press("l");
    const look = { job: 7, from: 0, total: 2, stdout: "", stderr: "", script: "", environment: [] };
    happen({ kind: "looked", look: { ...look, parts: [runs(1), runs(2)] } });
    press("j", "j", "H", "c", "y");
    expect(commands()).toEqual(["scontrol hold 7_2", "scancel 7_2"]);
  });

  test("the log of the next element is one key away, round the end", () => {
    const { press, hold } = monitor([
      job(7, {
        indices: [
          [1, 2],
          [5, 5],
        ],
        part: runs(2),
      }),
    ]);
    press("o", "]", "]", "[");
    const subjects = hold.errands.map((errand) => (errand.kind === "log" ? errand.subject.index : null));
    expect(subjects).toEqual([2, 5, 1, 5]);
  });
});

describe("acts", () => {
  const list = [job(1), job(2, { dialect: "sge" }), job(3)];

  test("what can't be undone is asked for, with the command", () => {
    const { press, hold, commands } = monitor(list);
    press("c");
    expect(hold.state.question?.text).toBe("cancel job 1?");
    press("x");
    expect(hold.state.question).not.toBeNull();
    press("n");
    expect(hold.state.question).toBeNull();
    expect(commands()).toEqual([]);
    press("c", "y");
    expect(commands()).toEqual(["scancel 1"]);
  });

  test("marked jobs of both families are done by each family's own command", () => {
    const { press, commands, hold } = monitor(list);
    press("*", "c", "y", "*", "H");
    expect(commands()).toEqual(["scancel 1 3; qdel 2", "scontrol hold 1,3; qhold 2"]);
    expect(hold.state.marked.size).toBe(0);
  });

  test("all that the filter shows are marked, and no others", () => {
    const { press, hold } = monitor(list);
    press("/", "i", "d", ":", "3", "return", "*");
    expect([...hold.state.marked]).toEqual([3]);
  });

  test("a new time limit is typed", () => {
    const { press, commands } = monitor(list);
    press("T", "1", "0", "return", "j", "T", "1", "return");
    expect(commands()).toEqual(["scontrol update JobId=1 TimeLimit=10", "qalter -l h_rt=1 2"]);
  });
});
