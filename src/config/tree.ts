/** Owns the shape of a config's text: TOML as a tree in which every key and value knows its place. */

import { type AST, ParseError, parseTOML } from "toml-eslint-parser";

/** Line and column, both from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** What a value is made of. Times and dates come as the text they were written as. */
export type Content = string | number | boolean | readonly Value[] | Table;

export interface Value {
  readonly at: Place;
  readonly content: Content;
}

/** Keys of one table, in the order in which they were said. A table said in pieces is one. */
export interface Table {
  readonly kind: "table";
  readonly at: Place;
  readonly entries: Map<string, Entry>;
}

export interface Entry {
  /** Of the key. */
  readonly at: Place;
  readonly value: Value;
}

/** What is wrong, and where. */
export interface Finding {
  readonly at: Place;
  readonly message: string;
}

/** The tree of a text, or what is wrong with its form. */
export function readTree(text: string): Table | Finding {
  try {
    const root = emptyTable({ line: 1, column: 1 });
    for (const node of parseTOML(text).body[0].body) {
      if (node.type === "TOMLTable") addTable(root, node);
      else addPair(root, node);
    }
    return root;
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    return { at: { line: error.lineNumber, column: error.column + 1 }, message: error.message };
  }
}

export function isTable(content: Content | undefined): content is Table {
  return typeof content === "object" && "kind" in content;
}

function emptyTable(at: Place): Table {
  return { kind: "table", at, entries: new Map() };
}

function addTable(root: Table, node: AST.TOMLTable): void {
  let table = root;
  for (const key of node.key.keys) {
    const last = key === node.key.keys.at(-1);
    table = last && node.kind === "array" ? appended(table, key) : inner(table, key);
  }
  for (const pair of node.body) addPair(table, pair);
}

function addPair(table: Table, pair: AST.TOMLKeyValue): void {
  const keys = [...pair.key.keys];
  const last = keys.pop();
  const place = keys.reduce(inner, table);
  if (last) place.entries.set(nameOf(last), { at: start(last), value: valueAt(pair.value) });
}

/** The table under a key; of a list of tables the last one. */
function inner(table: Table, key: AST.TOMLBare | AST.TOMLQuoted): Table {
  const found = table.entries.get(nameOf(key))?.value.content;
  if (isTable(found)) return found;
  if (Array.isArray(found)) {
    const content = found.at(-1)?.content;
    if (isTable(content)) return content;
  }
  const made = emptyTable(start(key));
  table.entries.set(nameOf(key), { at: start(key), value: { at: start(key), content: made } });
  return made;
}

function appended(table: Table, key: AST.TOMLBare | AST.TOMLQuoted): Table {
  const made = emptyTable(start(key));
  const found = table.entries.get(nameOf(key))?.value.content;
  const before = Array.isArray(found) ? found : [];
  const value = { at: start(key), content: [...before, { at: start(key), content: made }] };
  table.entries.set(nameOf(key), { at: start(key), value });
  return made;
}

function valueAt(node: AST.TOMLContentNode): Value {
  const at = start(node);
  if (node.type === "TOMLArray") return { at, content: node.elements.map(valueAt) };
  if (node.type === "TOMLInlineTable") {
    const table = emptyTable(at);
    for (const pair of node.body) addPair(table, pair);
    return { at, content: table };
  }
  if ("datetime" in node) return { at, content: node.datetime };
  return { at, content: node.value };
}

function nameOf(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === "TOMLBare" ? key.name : key.value;
}

function start(node: AST.TOMLNode): Place {
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}
