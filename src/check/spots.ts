/** Owns where findings about options lie in the script. */

import type { PlacedWord } from "../language/reading.ts";
import type { Spot } from "./finding.ts";
import type { Option } from "./subject.ts";

/** A spot that underlines an option with its value. */
export function optionSpot({ line, column, text }: Option, message: string): Spot {
  return { line, column, length: Math.max(1, text.length), message };
}

/** A place; what has none is the script's beginning. */
export function placeOf(where: PlacedWord["where"]): { line: number; column: number } {
  return { line: where.line ?? 1, column: where.column ?? 1 };
}

/** A word that begins another part of a job of several kinds. */
export function isHeterogeneous(word: string): boolean {
  return /^(het|pack)job$/.test(word);
}
