/** Owns `--json` and `--yaml`: data as the OpenAPI plugin of Slurm 22.05 prints it. */

/** A number that is printed with a fraction though it may be whole. */
export interface Decimal {
  readonly decimal: number;
}

/** Anything that can be printed; objects keep the order of their keys. */
export type Data = null | boolean | number | string | Decimal | readonly Data[] | { readonly [key: string]: Data };

/** Lists by their keys. */
export interface Lists {
  readonly [key: string]: Iterable<Data>;
}

/** How an answer is printed. `database`: it comes from the accounting. */
export interface Form {
  readonly yaml: boolean;
  readonly database: boolean;
}

/** A whole answer: `what` are its lists. */
export function answerText(what: Lists, form: Form): string {
  return [...answerPieces(what, form)].join("");
}

/** The same piece by piece: of long lists no more is made at a time than one item. */
export function* answerPieces(what: Lists, { yaml: asYaml, database }: Form): Generator<string> {
  const plugin = database
    ? { type: "openapi/dbv0.0.38", name: "Slurm OpenAPI DB v0.0.38" }
    : { type: "openapi/v0.0.38", name: "Slurm OpenAPI v0.0.38" };
  const meta: Data = { plugin, Slurm: slurm };
  if (asYaml) {
    yield `%YAML 1.1\n--- !!map\n${yamlMap({ meta, errors: [] }, "")}`;
    for (const [key, items] of Object.entries(what)) yield* yamlList(key, items);
    return;
  }
  yield `{\n  "meta": ${json(meta, "  ")},\n  "errors": ${json([], "  ")}`;
  for (const [key, items] of Object.entries(what)) yield* jsonList(key, items);
  yield "\n}";
}

function* jsonList(key: string, items: Iterable<Data>): Generator<string> {
  yield `,\n  ${JSON.stringify(key)}: [`;
  let before = "";
  for (const item of items) {
    yield `${before}\n    ${json(item, "    ")}`;
    before = ",";
  }
  yield "\n  ]";
}

function* yamlList(key: string, items: Iterable<Data>): Generator<string> {
  let opening = `!!str ${key}: !!seq\n`;
  for (const item of items) {
    yield `${opening}- ${yaml(item, "")}`;
    opening = "";
  }
  if (opening !== "") yield `!!str ${key}: !!seq []\n`;
}

const slurm = { version: { major: 22, micro: 8, minor: 5 }, release: "22.05.8" };

function isDecimal(data: object): data is Decimal {
  return "decimal" in data;
}

function fraction({ decimal }: Decimal): string {
  return Number.isInteger(decimal) ? decimal.toFixed(1) : String(decimal);
}

function json(data: Data, indent: string): string {
  if (data === null || typeof data === "boolean" || typeof data === "number") return String(data);
  if (typeof data === "string") return JSON.stringify(data).replaceAll("/", "\\/");
  const inner = `${indent}  `;
  const block = (items: readonly string[], [open, close]: readonly [string, string]) =>
    `${open}${items.map((item) => `\n${inner}${item}`).join(",")}\n${indent}${close}`;
  if (isList(data))
    return block(
      data.map((item) => json(item, inner)),
      ["[", "]"],
    );
  if (isDecimal(data)) return fraction(data);
  return block(
    Object.entries(data).map(([key, value]) => `${JSON.stringify(key)}: ${json(value, inner)}`),
    ["{", "}"],
  );
}

function isList(data: Data): data is readonly Data[] {
  return Array.isArray(data);
}

function yamlMap(data: { readonly [key: string]: Data }, indent: string): string {
  return Object.entries(data)
    .map(([key, value]) => `${indent}!!str ${key}: ${yaml(value, indent)}`)
    .join("");
}

/** A value after its key or dash, with its line end. Lists stand as far left as their key. */
function yaml(data: Data, indent: string): string {
  // What is empty is nothing.
  if (data === null || data === "") return "!!null null\n";
  if (typeof data === "boolean") return `!!bool ${data}\n`;
  if (typeof data === "number") return `!!int ${data}\n`;
  if (typeof data === "string") return `!!str ${data}\n`;
  if (isList(data)) {
    if (data.length === 0) return "!!seq []\n";
    return `!!seq\n${data.map((item) => `${indent}- ${yaml(item, indent)}`).join("")}`;
  }
  if (isDecimal(data)) return `!!float ${fraction(data)}\n`;
  return Object.keys(data).length === 0 ? "!!map {}\n" : `!!map\n${yamlMap(data, `${indent}  `)}`;
}
