/** Owns how names of output files with Grid Engine's `$JOB_ID` become ones with Slurm's `%j`, and the other way round. */

const known: readonly (readonly [variable: string, letter: string])[] = [
  ["JOB_ID", "j"],
  ["JOB_NAME", "x"],
  ["TASK_ID", "a"],
  ["USER", "u"],
  ["HOSTNAME", "N"],
];

/** In neutral placeholders. A directory takes the name that Grid Engine gives by itself. */
export function neutralPattern(
  path: string,
  stream: "o" | "e",
  isArray: boolean,
): { path: string; how: string | null } {
  const local = path.replace(/^[\w.-]*:(?=\/|[^/])/, "");
  const text = local.replaceAll("%", "%%").replace(/\$([A-Z_]+)/g, (whole, name) => {
    const letter = known.find(([variable]) => variable === name)?.[1];
    return letter === undefined ? whole : letter === "j" && isArray ? "%A" : `%${letter}`;
  });
  if (/(^|\/)\.{0,2}$/.test(text))
    return { path: `${text.replace(/\/$/, "")}/${defaultName(stream, isArray)}`, how: null };
  if (text.includes("$")) return { path: text, how: `${/\$\{?\w+/.exec(text)?.[0]} stays as it is in the file's name` };
  const perhapsDirectory = text !== "/dev/null" && !/[.%][^/]*$/.test(text);
  return { path: text, how: perhapsDirectory ? "taken for a file; a directory needs a name behind it" : null };
}

/** The name that Grid Engine gives by itself, in neutral placeholders. */
export function defaultName(stream: "o" | "e", isArray: boolean): string {
  return isArray ? `%x.${stream}%A.%a` : `%x.${stream}%j`;
}

/** In Grid Engine's placeholders; `how` says what it cannot do. */
export function ownPattern(path: string, isArray: boolean): { path: string; how: string | null } {
  const hows: string[] = [];
  const expanded = path.replace(/%([0-9]*)([a-zA-Z%])/g, (whole, width: string, letter: string) => {
    if (letter === "%") return "%";
    const variable = letter === "A" || letter === "J" ? "JOB_ID" : known.find(([, own]) => own === letter)?.[0];
    if (letter === "j" && isArray) hows.push("all tasks have the same $JOB_ID");
    if (width !== "" && variable !== undefined) hows.push("numbers are not padded");
    if (variable === undefined) hows.push(`${whole} has no counterpart`);
    return variable === undefined ? whole : `$${variable}`;
  });
  // Capitals and underscores behind a variable are read as part of its name.
  const text = expanded.replace(/(?<=\$(?:JOB_ID|JOB_NAME|TASK_ID|USER|HOSTNAME))(_|(?=[A-Z]))/g, "-");
  if (text !== expanded) hows.push("- for _, which Grid Engine would take for a part of the variable's name");
  return { path: text, how: hows.length ? [...new Set(hows)].join("; ") : null };
}
