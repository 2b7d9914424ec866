// The lines of the Node runner: launches that wait for the place of a member of their line that has ended.

import type { Launch } from "../model/launch.ts";

/** Something of a line that was begun, until its end is acknowledged. */
export interface Member {
  readonly key: string;
  readonly line: string;
  readonly affinity: string;
  /** In whose place it was begun, and the launch's note. */
  readonly after?: { readonly key: string; readonly note: string };
}

export interface Lines {
  began(member: Member): void;
  /** It is over, and its place is free until that is acknowledged. */
  ended(key: string): void;
  acknowledged(key: string): void;
  wait(launch: Launch): void;
  /** Without a key: all that waits. */
  forget(key?: string): void;
  /** Everything that was begun in another's place, in the order in which it began. */
  followers(): readonly Member[];
}

/** `begin` begins a launch in a member's place; false where it was withdrawn. */
export function createLines(begin: (launch: Launch, place: Member) => boolean): Lines {
  const members = new Map<string, Member>();
  /** Keys of members that have ended, in the order of their ends, and of those in whose place something was begun. */
  const ends = new Set<string>();
  const followed = new Set<string>();
  let waiting: Launch[] = [];
  const placeOf = ({ line }: Launch): Member | undefined => {
    const isFree = (key: string): boolean => members.get(key)?.line === line && !followed.has(key);
    return members.get([...ends].find(isFree) ?? "");
  };
  /** What was withdrawn leaves the place to the next one; one that fails at once is itself a place. */
  const fill = (): void => {
    for (let next = waiting.find(placeOf); next; next = waiting.find(placeOf)) {
      const [launch, place] = [next, placeOf(next)];
      waiting = waiting.filter((other) => other !== launch);
      if (!place) return;
      followed.add(place.key);
      if (!begin({ ...launch, affinity: place.affinity }, place)) followed.delete(place.key);
    }
  };
  return {
    began: (member) => void members.set(member.key, member),
    ended(key) {
      if (!members.has(key)) return;
      ends.add(key);
      fill();
    },
    acknowledged(key) {
      for (const known of [members, ends, followed]) known.delete(key);
    },
    wait(launch) {
      waiting.push(launch);
      fill();
    },
    forget(key) {
      waiting = key === undefined ? [] : waiting.filter((launch) => launch.key !== key);
    },
    followers: () => [...members.values()].filter(({ after }) => after),
  };
}
