/** Owns how a variable stands in a line of shell, and what is put in its place. */

import type { Counterpart } from "./counterpart.ts";

/** `$NAME`, `${NAME…}`, or a bare name within arithmetic; columns from 0, of the whole expansion. */
export interface Syntax {
  readonly form: "plain" | "braced" | "arithmetic";
  readonly start: number;
  readonly end: number;
  /** Inside the braces: what stands before and behind the name. */
  readonly before: string;
  readonly behind: string;
}

/** How the name at a column is expanded; null if it is not. */
export function spanOf(line: string, at: number, name: string): Syntax | null {
  const head = line.slice(0, at);
  const end = at + name.length;
  const [, operator] = /\$\{([#!]?)$/.exec(head) ?? [];
  if (operator !== undefined) {
    const close = closing(line, end);
    if (close === null) return null;
    const start = at - 2 - operator.length;
    return { form: "braced", start, end: close + 1, before: operator, behind: line.slice(end, close) };
  }
  if (head.endsWith("$")) return { form: "plain", start: at - 1, end, before: "", behind: "" };
  return isArithmetic(head) ? { form: "arithmetic", start: at, end, before: "", behind: "" } : null;
}

function closing(line: string, from: number): number | null {
  let depth = 0;
  for (let at = from; at < line.length; at++) {
    if (line[at] === "{") depth++;
    else if (line[at] === "}" && depth-- === 0) return at;
  }
  return null;
}

// Within (( )) or the brackets of an array's element names stand without a dollar.
function isArithmetic(head: string): boolean {
  const open = head.lastIndexOf("((");
  if (open !== -1 && !head.slice(open).includes("))")) return true;
  const bracket = head.lastIndexOf("[");
  return bracket !== -1 && !head.slice(bracket).includes("]") && /\w$/.test(head.slice(0, bracket));
}

/** The text that stands for the expansion; null if it cannot be written in this form. */
export function replacement(syntax: Syntax, to: Counterpart, shell: "bourne" | "csh" | "other"): string | null {
  if (to.kind === "none") return null;
  if (to.kind === "variable") return renamed(syntax, to.name, shell === "csh" ? undefined : to.fallback);
  // A fallback is not needed where there is always a number.
  if (syntax.before !== "" || !/^(:?[-?][^$`]*)?$/.test(syntax.behind)) return null;
  if (to.kind === "text") return shell === "csh" ? to.text.replace(/^\$\((.*)\)$/, "`$1`") : to.text;
  const { renumbering, name } = to;
  if (renumbering.kind === "listed") {
    const lookup = `echo ${renumbering.indices.join(" ")} | cut -d' ' -f$${name}`;
    return shell === "csh" ? `\`${lookup}\`` : `$(${lookup})`;
  }
  const by = renumbering.kind === "shifted" ? renumbering.by : 0;
  const sum = by < 0 ? `-${-by}` : `+${by}`;
  if (syntax.form === "arithmetic") return `(${name}${sum})`;
  return shell === "csh" ? `\`expr $${name} ${sum[0]} ${sum.slice(1)}\`` : `$((${name}${sum}))`;
}

function renamed({ form, before, behind }: Syntax, name: string, fallback?: string): string {
  if (form === "braced")
    return `\${${before}${name}${behind === "" && before === "" && fallback ? `:-${fallback}` : behind}}`;
  if (fallback) return `\${${name}:-${fallback}}`;
  return form === "arithmetic" ? name : `$${name}`;
}
