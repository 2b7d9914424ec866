/** Owns `-l`: named requests, how a later one replaces an earlier one of its name, and how they are kept. */

import { parse } from "#grammar/resources.js";
import { type Codec, codec } from "../../language/codec.ts";
import type { JobSpec, Request } from "../../model/spec.ts";
import { complexNamed, secondsOf } from "./complexes.ts";

/** The text of one `-l`; all requests in it are hard or soft alike. */
export function requestList(soft: boolean): Codec<readonly Request[]> {
  return codec(
    "resource list",
    // An empty list is accepted and asks for nothing.
    (value) =>
      /^[, \t]*$/.test(value) ? [] : parse(value, { startRule: "Requests" }).map((one) => kept({ ...one, soft })),
    (requests) => requests.map(({ name, value }) => `${name}=${value}`).join(","),
  );
}

/** Earlier requests and later ones: a name asked for again takes its place at the end. Hard and soft don't mix. */
export function mergedRequests(before: readonly Request[], now: readonly Request[]): readonly Request[] {
  return now.reduce<readonly Request[]>(
    (all, request) => [...all.filter((other) => !same(other, request)), request],
    before,
  );
}

/** What requests say in fields of their own: the limits of wall time. */
export function wallTimes(requests: readonly Request[]): Partial<JobSpec> {
  const [hard, soft] = [secondsAsked(requests, "h_rt"), secondsAsked(requests, "s_rt")];
  return { ...(hard === null ? {} : { wallTime: hard }), ...(soft === null ? {} : { softWallTime: soft }) };
}

/** The value of a hard request; null if it was not made. */
export function asked(requests: readonly Request[] | null, name: string): string | null {
  return requests?.find((request) => request.name === name && !request.soft)?.value ?? null;
}

function secondsAsked(requests: readonly Request[], name: string): number | null {
  const value = asked(requests, name);
  const seconds = value === null ? null : secondsOf(value);
  return seconds !== null && seconds >= 0 ? seconds : null;
}

// Short names are expanded and times shown in seconds, infinity as it was written.
function kept(request: Request): Request {
  const row = complexNamed(request.name);
  if (!row) return request;
  const seconds = row.kind === "time" ? secondsOf(request.value) : null;
  const value = seconds === null || !Number.isFinite(seconds) ? request.value : String(seconds);
  return { ...request, name: row.name, value };
}

function same(one: Request, other: Request): boolean {
  return one.name === other.name && one.soft === other.soft;
}
