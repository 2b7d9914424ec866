/** Owns the texts made from the table of keys: the commented file, what holds, and the document. */

import { type Key, type Section, sections } from "./keys.ts";
import { type Content, isTable, readTree, type Table } from "./tree.ts";

/** What `headnode config init` writes: everything there is to say, commented out. */
export function commentedConfig(): string {
  const intro =
    "# headnode's config. What is commented out holds by itself; headnode config check looks for mistakes.\n";
  return `${intro}\n${sections.map(commentedSection).join("\n")}`;
}

function commentedSection({ name, form, about, keys, sample }: Section): string {
  const title = about === "" ? "" : `# ${about}\n`;
  const rows = Object.entries(keys).map(([key, row]) => commentedKey(key, row, form === "top" || form === "one"));
  if (form === "top") return rows.join("");
  if (form === "open") return `${title}[${name}]\n# ${sample}\n`;
  if (form === "nodes") return `${title}# [[${name}]]\n${rows.join("")}`;
  if (form === "one") return `${title}[${name}]\n${rows.join("")}`;
  return `${title}# [${name}.${/^[\w-]+$/.test(sample) ? sample : `"${sample}"`}]\n${rows.join("")}`;
}

function commentedKey(key: string, { example, about, otherwise }: Key<unknown>, plain: boolean): string {
  return `# ${key} = ${example}${plain ? "" : " "}  # ${about} (otherwise: ${otherwise})\n`;
}

/** One line for each key: what it is and where from. `path` stands before the line of what the file says. */
export function standingConfig(text: string, path: string): string {
  const root = readTree(text);
  if ("message" in root) return "";
  const rows = sections.flatMap((section) => standingRows(root, section, path));
  const width = Math.max(...rows.map(([key]) => key.length));
  const wide = Math.min(40, Math.max(...rows.map(([, value]) => value.length)));
  return rows.map(([key, value, from]) => `${key.padEnd(width)}  ${value.padEnd(wide)}  ${from}\n`).join("");
}

type Row = readonly [key: string, value: string, from: string];

function standingRows(root: Table, { name, form, keys }: Section, path: string): readonly Row[] {
  const found = form === "top" ? root : root.entries.get(name)?.value.content;
  if (form === "top" || form === "one") return keyRows(keys, isTable(found) ? found : null, { prefix: name, path });
  const entry = root.entries.get(name);
  if (entry === undefined) return [[name, form === "nodes" ? "1" : "none", "default"]];
  if (!isTable(found)) return [[name, written(entry.value.content), `${path}:${entry.at.line}`]];
  return [...found.entries].flatMap(([key, { at, value }]) =>
    isTable(value.content)
      ? keyRows(keys, value.content, { prefix: `${name}.${key}`, path }).filter(([, , from]) => from !== "default")
      : [[`${name}.${key}`, written(value.content), `${path}:${at.line}`] as const],
  );
}

function keyRows(
  keys: Section["keys"],
  table: Table | null,
  { prefix, path }: { readonly prefix: string; readonly path: string },
): readonly Row[] {
  return Object.entries(keys).map(([key, { otherwise }]) => {
    const said = table?.entries.get(key);
    const name = prefix === "" ? key : `${prefix}.${key}`;
    return said === undefined
      ? [name, otherwise, "default"]
      : [name, written(said.value.content), `${path}:${said.at.line}`];
  });
}

function written(content: Content): string {
  if (isTable(content)) {
    const pairs = [...content.entries].map(([key, { value }]) => `${key} = ${written(value.content)}`);
    return pairs.length === 0 ? "{}" : `{ ${pairs.join(", ")} }`;
  }
  return Array.isArray(content)
    ? `[${content.map((each) => written(each.content)).join(", ")}]`
    : JSON.stringify(content);
}

/** docs/config.md. */
export function configDocument(): string {
  return [
    "# The config",
    "",
    "Made from the table of keys by `npm run docs`; a test fails when it is stale.",
    "",
    "Nothing needs one. It is read from `$HEADNODE_CONFIG`, else `$XDG_CONFIG_HOME/headnode/config.toml`, else",
    "`~/.config/headnode/config.toml`. `headnode config init` writes one in which everything is commented out,",
    "`headnode config check` looks for mistakes, `headnode config` shows what holds and where from.",
    "The daemon reads it when it starts, and again before the next command when it was changed, or for",
    "`headnode daemon reload`. A change that can't be read is reported by every command, and what held before goes on.",
    "",
    ...sections.flatMap(documentedSection),
  ].join("\n");
}

function documentedSection({ name, form, about, keys }: Section): readonly string[] {
  const title = { top: "Above all sections", nodes: `[[${name}]]`, named: `[${name}.NAME]`, modules: `[${name}.NAME]` };
  const rows = Object.entries(keys).map(([key, row]) =>
    `| \`${key}\` | ${row.kind.name} | ${row.otherwise} | ${row.about} |`.replaceAll("\\|", "|"),
  );
  const table = ["| key | value | otherwise | what it means |", "| --- | --- | --- | --- |", ...rows, ""];
  return [
    `## ${form === "top" ? title.top : `\`${form === "one" || form === "open" ? `[${name}]` : title[form]}\``}`,
    "",
    ...(about === "" ? [] : [`${about}.`, ""]),
    ...(rows.length === 0 ? [] : table),
  ];
}
