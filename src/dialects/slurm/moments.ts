/** Owns points in time as `--begin` and `--deadline` take them, and how Slurm shows times. */

import { type ClockTime, parse, type Spoken } from "#grammar/times.js";
import { codec, ValueError } from "../../language/codec.ts";
import { assigns, type Effect } from "../../language/option.ts";

/** Sets a field to a point in time; what is relative counts from the ask `now` (epoch ms). */
export function moment(field: "beginTime" | "deadline"): Effect {
  const effect = assigns({
    takes: "value",
    fields: [field],
    apply: ([value = ""], { asks }) => ({
      [field]: Math.floor(moments(typeof asks.now === "number" ? asks.now : 0).read(value) / 1000),
    }),
    write: (spec) => {
      const seconds = spec[field];
      return seconds === null ? null : [stamp(seconds * 1000)];
    },
  });
  return effect;
}

/** `2026-11-21T02:43:40`, local time. */
export function stamp(epoch: number): string {
  const date = new Date(epoch);
  const two = (number: number) => String(number).padStart(2, "0");
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day}T${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** `Sat Nov 21 02:50:48 2026` and a line end: what opens long listings. */
export function clockLine(epoch: number): string {
  const [weekday, month, day = "", year, time] = new Date(epoch).toString().split(" ");
  return `${weekday} ${month} ${day} ${time} ${year}\n`;
}

/** Reads a point in time that may be relative to `now`; epoch ms. */
export const moments = (now: number) =>
  codec<number>(
    "moment",
    (text) => {
      if (/^now *[+-]/i.test(text)) checkShift(text);
      if (/^[0-9]{1,2}-|^[0-9]{8,}$/.test(text)) throw bad(0);
      const spoken: Spoken = parse(text, { startRule: "Spoken" });
      checkRange(text, spoken);
      return epochOf(spoken, now);
    },
    stamp,
  );

function bad(at: number): ValueError {
  return new ValueError("not a time", { kind: "moment", column: at + 1 });
}

// Slurm points at the amount's first digit if the unit is none of its own, and after it if something follows.
function checkShift(text: string): void {
  const [whole, amount = "", rest = ""] = /^now *[+-] *([0-9]*)(.*)$/i.exec(text) ?? [""];
  const first = whole.length - rest.length - amount.length;
  const unit = /^(second|minute|hour|day|week)s?/.exec(rest)?.[0] ?? "";
  if (amount === "") throw bad(Math.min(first, text.length));
  if (rest !== "" && unit === "") throw bad(first);
  if (rest.length > unit.length) throw bad(text.length);
}

function checkRange(text: string, spoken: Spoken): void {
  const clock = "clock" in spoken ? spoken.clock : null;
  const colon = text.indexOf(":");
  if (clock && clock.hour > 23) throw bad(0);
  if (clock && clock.minute > 59) throw bad(colon + 1);
  if (clock && clock.second > 59) throw bad(text.indexOf(":", colon + 1));
  if (spoken.kind !== "date") return;
  if (spoken.month < 1 || spoken.month > 12 || spoken.day < 1 || spoken.day > 31) throw bad(text.indexOf("-") + 1);
}

function epochOf(spoken: Spoken, now: number): number {
  switch (spoken.kind) {
    case "now":
      return now + spoken.shift * 1000;
    case "epoch":
      return spoken.seconds * 1000;
    case "day":
      return dayAt(now, spoken.days, spoken.clock);
    case "clock": {
      const today = dayAt(now, 0, spoken.clock);
      return today >= now ? today : dayAt(now, 1, spoken.clock);
    }
    case "date":
      return dateAt(spoken, now);
  }
}

function dayAt(now: number, days: number, clock: ClockTime | null): number {
  const day = new Date(now);
  const { hour, minute, second } = clock ?? midnight;
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hour, minute, second).getTime();
}

const midnight: ClockTime = { hour: 0, minute: 0, second: 0 };

// A date without a year is the next such day.
function dateAt(date: Extract<Spoken, { kind: "date" }>, now: number): number {
  const { hour, minute, second } = date.clock ?? midnight;
  const inYear = (year: number) => new Date(year, date.month - 1, date.day, hour, minute, second).getTime();
  if (date.year !== null) return inYear(date.year);
  const thisYear = new Date(now).getFullYear();
  return inYear(thisYear) >= now ? inYear(thisYear) : inYear(thisYear + 1);
}
