/** Owns host lists: names one by one, and folded into brackets as `n[1-3,5],m`. */

import { attempt } from "../../language/codec.ts";
import { nodeNames } from "../../model/cluster.ts";
import { hosts } from "./codecs.ts";

/** The hosts of a list; null if it is none. Slurm 22.05 wants nothing but more brackets behind a bracket. */
export function expandHosts(text: string): readonly string[] | null {
  if (/\][^,[]*(,|$)/.test(text.replaceAll(/\](?=,|$)/g, ""))) return null;
  const read = attempt(hosts, text.replaceAll(/,{2,}/g, ",").replaceAll(/^,|,$/g, ""));
  return "value" in read ? read.value : null;
}

/** Names folded in their order: neighbours that differ in their last number share a bracket. */
export function foldHosts(names: readonly string[]): string {
  const groups: Group[] = [];
  for (const { prefix, digits } of names.map(takeApart)) {
    const last = groups.at(-1);
    const range = last?.ranges.at(-1);
    if (last === undefined || last.prefix !== prefix || digits === "" || range === undefined)
      groups.push({ prefix, ranges: digits === "" ? [] : [{ first: digits, last: digits }] });
    else if (follows(range, digits)) range.last = digits;
    else last.ranges.push({ first: digits, last: digits });
  }
  return groups.map(writeGroup).join(",");
}

/** By prefix, then by the length of the number as it is written, then by the number. */
export function sortHosts(names: readonly string[]): readonly string[] {
  const parts = names.map(takeApart);
  parts.sort((a, b) => {
    if (a.prefix !== b.prefix) return a.prefix < b.prefix ? -1 : 1;
    return a.digits.length - b.digits.length || Number(a.digits) - Number(b.digits);
  });
  return parts.map(({ prefix, digits }) => prefix + digits);
}

/** The nodes of an element, folded. */
export function nodeList(element: { readonly node: string }): string {
  return foldHosts(nodeNames(element));
}

/** The node that runs an element's script. */
export function firstNode(element: { readonly node: string }): string {
  return nodeNames(element)[0] ?? "";
}

interface Host {
  readonly prefix: string;
  readonly digits: string;
}

interface Range {
  readonly first: string;
  last: string;
}

interface Group {
  readonly prefix: string;
  readonly ranges: Range[];
}

function takeApart(name: string): Host {
  const [, prefix = name, digits = ""] = /^(.*?)([0-9]*)$/s.exec(name) ?? [];
  return { prefix, digits };
}

// Leading zeros count: 09 is followed by 10, 9 is not followed by 010.
function follows({ first, last }: Range, digits: string): boolean {
  return digits === String(Number(last) + 1).padStart(first.length, "0");
}

function writeGroup({ prefix, ranges }: Group): string {
  const [only] = ranges;
  if (only === undefined) return prefix;
  if (ranges.length === 1 && only.first === only.last) return prefix + only.first;
  const list = ranges.map(({ first, last }) => (first === last ? first : `${first}-${last}`)).join(",");
  return `${prefix}[${list}]`;
}
