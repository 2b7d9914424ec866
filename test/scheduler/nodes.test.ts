/** Jobs that ask for several nodes are given several, where there are so many. */

import { expect, test } from "vitest";
import type { Holding } from "../../src/model/scheduling.ts";
import { roomOf } from "../../src/scheduler/room.ts";

const nodes = ["a", "b", "c", "d"].map((name) => ({ name, cpus: 2, memory: 100, gpus: 0 }));
const amounts = (cpus: number) => ({ cpus, memory: 0, gpus: 0 });

test("as many nodes as asked for, each with room for its share", () => {
  const room = roomOf(nodes, []);
  expect(room.take(amounts(2), 2).node).toBe("a,b");
  expect(room.take(amounts(4), 2).node).toBe("c,d");
  expect(room.take(amounts(2), 2).node).toBe("a,b");
  expect(room.free().cpus).toBe(0);
});

test("no more than there are", () => {
  expect(roomOf(nodes, []).take(amounts(8), 16).node).toBe("a,b,c,d");
  expect(roomOf(nodes.slice(0, 1), []).take(amounts(2), 4).node).toBe("a");
});

test("what runs on several nodes takes its share of each", () => {
  const need = { ...amounts(4), nodes: 2, wallTime: 1000 };
  const held: Holding = {
    ...{ job: 1, index: null, node: "a,b", need, cpuList: [0, 1, 2, 3], gpuList: [], queue: "", startedAt: 0 },
  };
  expect(roomOf(nodes, [held]).take(amounts(2)).node).toBe("c");
});

const mark = { state: "drain", reason: "fan", by: { name: "root", uid: 0 }, at: 0 } as const;
const drained = nodes.map((node) => (node.name === "b" ? { ...node, mark } : node));

test("nothing is started on a node with a mark, and what it has is not free", () => {
  const room = roomOf(drained, []);
  expect(room.free().cpus).toBe(6);
  expect(room.take(amounts(4), 2).node).toBe("a,c");
  expect(room.take(amounts(2)).node).toBe("d");
});

test("what still runs on such a node takes nothing from the others", () => {
  const need = { ...amounts(2), nodes: 1, wallTime: 1000 };
  const held = { job: 1, index: null, node: "b", need, cpuList: [2, 3], gpuList: [], queue: "", startedAt: 0 };
  expect(roomOf(drained, [held]).free().cpus).toBe(6);
  const both = { ...held, node: "a,b", need: { ...amounts(4), nodes: 2, wallTime: 1000 }, cpuList: [0, 1, 2, 3] };
  expect(roomOf(drained, [both]).free().cpus).toBe(4);
});
