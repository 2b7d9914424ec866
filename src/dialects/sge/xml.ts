/** Owns how Grid Engine writes XML: elements one below the other, two blanks deeper each, and its own way of quoting. */

/** An element; `attributes` stand as they are written in the start tag. */
export interface Element {
  readonly name: string;
  readonly attributes: string;
  readonly content: string | readonly Element[];
}

/** An element with a text or with elements in it. */
export function element(name: string, content: string | number | readonly Element[], attributes = ""): Element {
  return { name, attributes, content: typeof content === "number" ? String(content) : content };
}

/** The first line of every document. */
export const declaration = "<?xml version='1.0'?>\n";

/** Where the schemas are; the documents say so. */
export const schemas = "http://arc.liv.ac.uk/repos/darcs/sge/source/dist/util/resources/schemas";

/** The lines of an element, so many levels deep. */
export function* elementLines({ name, attributes, content }: Element, depth: number): Generator<string> {
  const before = "  ".repeat(depth);
  const start = attributes ? `${name} ${attributes}` : name;
  if (typeof content === "string") {
    yield `${before}<${start}>${quoted(content)}</${name}>\n`;
    return;
  }
  yield `${before}<${start}>\n`;
  for (const one of content) yield* elementLines(one, depth + 1);
  yield `${before}</${name}>\n`;
}

/** A whole document: its root has two blanks before the attribute, as the real one writes it. */
export function* documentLines(root: string, schema: string, content: readonly Element[]): Generator<string> {
  yield declaration;
  yield* elementLines(element(root, content, ` xmlns:xsd="${schemas}/${schema}"`), 0);
}

/** A text between tags. `<` becomes `%lt;`, which is the real one's slip; characters XML can't have are left out. */
export function quoted(text: string): string {
  return text.replace(unfit, "").replace(/[&<>"']/g, (found) => entities[found] ?? found);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no XML document may have
const unfit = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "%lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&apos;",
};
