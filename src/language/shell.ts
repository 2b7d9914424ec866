/** Owns a careful, shallow look at a shell script: which text is code, which is quoted, a comment or a here-document. */

/** One line of a script as the shell sees it. */
export interface ShellLine {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** The text with comments and everything quoted blanked out; columns stay. */
  readonly code: string;
  /** The text with comments and single-quoted parts blanked out: what the shell expands. */
  readonly expanded: string;
  /** Content of a here-document. */
  readonly inDocument: boolean;
  /** Content of a here-document in which the shell expands variables: its end was not quoted. */
  readonly documentExpands: boolean;
  /** The line goes on with what an earlier line began: a backslash, or an open quote. */
  readonly continues: boolean;
}

type Quote = "" | "'" | '"';

/** All lines of a script. A file that is no shell script gives lines that mean nothing. */
export function shellLines(text: string): readonly ShellLine[] {
  const lines: ShellLine[] = [];
  const documents: Document[] = [];
  let quote: Quote = "";
  let backslash = false;
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    const [document] = documents;
    if (document) {
      if ((document.tabs ? line.replace(/^\t+/, "") : line) === document.end) documents.shift();
      const within = { inDocument: true, documentExpands: document.expands, continues: false };
      lines.push({ number: at + 1, text: line, code: "", expanded: "", ...within });
      continue;
    }
    const continues = backslash || quote !== "";
    const seen = blanked(line, quote);
    quote = seen.quote;
    backslash = quote === "" && /\\$/.test(seen.code);
    lines.push({ number: at + 1, text: line, ...seen, inDocument: false, documentExpands: false, continues });
    documents.push(...documentsOf(line, seen.code));
  }
  return lines;
}

/** The first line that is neither blank nor a comment; past the end if there is none. */
export function firstCommand(text: string): number {
  const lines = text.split(/\r?\n/);
  const at = lines.findIndex((line) => /^[ \t]*[^# \t\r]/.test(line));
  return at === -1 ? lines.length + 1 : at + 1;
}

function blanked(line: string, open: Quote): { code: string; expanded: string; quote: Quote } {
  let quote = open;
  let code = "";
  let expanded = "";
  for (let at = 0; at < line.length; at++) {
    const character = line[at] as string;
    if (quote !== "'" && character === "\\") {
      const pair = line.slice(at, at + 2);
      code += quote === "" ? pair : "  ".slice(0, pair.length);
      expanded += pair.replace(/[$`]/g, " ");
      at++;
    } else if (quote === "" && character === "#" && (at === 0 || /[\s;&|(]/.test(line[at - 1] ?? ""))) break;
    else if (quote === "" && (character === "'" || character === '"')) {
      quote = character;
      code += character;
      expanded += " ";
    } else if (character === quote) {
      quote = "";
      code += character;
      expanded += " ";
    } else {
      code += quote === "" ? character : " ";
      expanded += quote === "'" ? " " : character;
    }
  }
  return { code, expanded, quote };
}

interface Document {
  readonly end: string;
  readonly tabs: boolean;
  readonly expands: boolean;
}

function documentsOf(line: string, code: string): Document[] {
  return [...code.matchAll(/(?<![<(\d])<<(-?)(?!<)\s*/g)].flatMap((found) => {
    const rest = line.slice((found.index ?? 0) + found[0].length);
    const [, quote, , end] = /^(\\?(["']?))([\w.!-]+)\2/.exec(rest) ?? [];
    return end === undefined ? [] : [{ end, tabs: found[1] === "-", expands: quote === "" }];
  });
}
