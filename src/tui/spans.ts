/** Owns lines as they are drawn: pieces of text with their looks. */

export interface Span {
  readonly text: string;
  readonly color?: string | undefined;
  readonly bold?: boolean;
  readonly inverse?: boolean;
  readonly underline?: boolean;
}

export type StyledLine = readonly Span[];

export const plain = (text: string): StyledLine => [{ text }];
export const tinted = (text: string, color: string | undefined): Span => ({ text, color });
export const strong = (text: string): Span => ({ text, bold: true });

/** The line's letters alone. */
export function textOf(line: StyledLine): string {
  return line.map(({ text }) => text).join("");
}

/** The line in so many characters, what is left filled with blanks. */
export function filled(line: StyledLine, width: number): StyledLine {
  const spans: Span[] = [];
  let left = width;
  for (const span of line) {
    const text = span.text.slice(0, left);
    left -= text.length;
    if (text !== "") spans.push({ ...span, text });
  }
  return left > 0 ? [...spans, { text: " ".repeat(left) }] : spans;
}

/** Neighbours that look alike become one: each piece costs the terminal and the layout something. */
export function joined(line: StyledLine): StyledLine {
  const spans: Span[] = [];
  for (const span of line) {
    const last = spans.at(-1);
    if (span.text === "") continue;
    if (last && looksLike(last, span)) spans[spans.length - 1] = { ...last, text: last.text + span.text };
    else spans.push(span);
  }
  return spans;
}

function looksLike(a: Span, b: Span): boolean {
  return a.color === b.color && !a.bold === !b.bold && !a.inverse === !b.inverse && !a.underline === !b.underline;
}
