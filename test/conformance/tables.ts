/** Owns the tables in Slurm's recordings, which stand in remarks: each row as the command that it was made with. */

/** A kind of table: the remark above it, what its rows look like, and the command and output of one. */
interface Table {
  /** What of the remark the command needs is in its group. */
  readonly title: RegExp;
  readonly row: RegExp;
  readonly command: (name: string, title: string) => string;
  readonly output: (value: string, name: string) => string;
}

const tables: readonly Table[] = [
  {
    title: /^# letter, then \[header\].*: squeue -j (\S+) -o/,
    row: /^%(\w) {2}(.*)$/,
    command: (letter, ids) => `squeue -j ${ids} -o '[%${letter}]' 2>&1 | tr '\\n' ' '`,
    output: (value) => value,
  },
  {
    title: /^# name, then \[header\].*: squeue -j (\S+) -O/,
    row: /^([\w-]+) +(\[.*)$/,
    command: (name, ids) => `squeue -j ${ids} -O '${name}:30' 2>&1 | sed 's/ *$//; s/^/[/; s/$/]/' | tr '\\n' ' '`,
    output: (value) => value,
  },
  {
    title: /^# job (\d+) \(see sacct\.txt/,
    row: /^(\w+) +(\1\|.*)$/,
    command: (name, id) => `sacct -j ${id} -P -o ${name} 2>&1 | tr '\\n' '|'`,
    output: (value) => value,
  },
  {
    title: /^# state names and codes that -t (accepts)/,
    row: /^accepted '(\w+)'()$/,
    command: (name) => `squeue -h -t '${name}' >/dev/null 2>&1 && echo "accepted '${name}'"`,
    output: (_, name) => `accepted '${name}'\n`,
  },
];

/** The text of a recording with every row of its tables as a command. */
export function withTables(text: string): string {
  let table: Table | undefined;
  let title = "";
  let inBlock = false;
  return text
    .split("\n")
    .map((line) => {
      if (line.startsWith("--- ")) inBlock = !line.startsWith("--- exit");
      const opened = inBlock ? undefined : tables.find((each) => each.title.test(line));
      if (opened) {
        table = opened;
        title = opened.title.exec(line)?.[1] ?? "";
      }
      return inBlock || !table ? line : asCommand(line, table, title);
    })
    .join("\n");
}

function asCommand(line: string, table: Table, title: string): string {
  const [, name, value = ""] = table.row.exec(line) ?? [];
  if (name === undefined) return line;
  const output = table.output(value, name);
  const end = output.endsWith("\n") ? output.slice(0, -1) : `${output}\n(no newline at end)`;
  return `--- cmd\n${table.command(name, title)}\n--- stdout\n${end}\n--- exit 0`;
}
