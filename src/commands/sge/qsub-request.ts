/** Owns how qsub gathers its texts: default files, files of options, the script. */

import { errnoText } from "../../dialects/sge/errno.ts";
import { type JobSources, type JobTexts, readSources } from "../../dialects/sge/reading.ts";
import type { OptionFiles } from "../../dialects/sge/sources.ts";
import type { Context } from "../../language/context.ts";
import { UsageError } from "../../model/errors.ts";

/** The texts of a request and what they say so far. */
export interface Request {
  readonly texts: JobTexts;
  readonly sources: JobSources;
}

/** The request without its script: default files and command line. */
export async function requestWithoutScript(context: Context): Promise<Request> {
  const paths = [...siteFile(context), `${context.user.home}/.sge_request`, `${context.cwd}/.sge_request`];
  // At home both are the same file, and it is read once.
  const found = await Promise.all(
    [...new Set(paths)].map(async (name) => ({ name, text: await textOf(context, name) })),
  );
  const site = context.verbs.description.defaults?.sge ?? [];
  const defaultFiles = [
    ...(site.length === 0 ? [] : [{ name: "config.toml", text: site.join(" ") }]),
    ...found.flatMap(({ name, text }) => (text === null ? [] : [{ name, text }])),
  ];
  return complete(context, { args: context.args, script: null, file: "", defaultFiles, now: context.clock.now() });
}

/** Default options of a whole installation, where there is one. */
function siteFile({ variable }: Context): readonly string[] {
  const root = variable("SGE_ROOT");
  return root ? [`${root}/${variable("SGE_CELL") || "default"}/common/sge_request`] : [];
}

/** The request with its script on top. */
export function requestWithScript(
  context: Context,
  { texts }: Request,
  script: { bytes: Uint8Array; file: string },
): Promise<Request> {
  return complete(context, { ...texts, script: new TextDecoder().decode(script.bytes), file: script.file });
}

/** The script as qsub gets it: from a file, or from standard input where none is named. */
export async function readScriptFile(context: Context, path: string | null): Promise<Uint8Array> {
  if (path === null) {
    const bytes = await context.readInput();
    if (bytes.length === 0) throw unreadable("no input read from stdin", 4);
    return bytes;
  }
  const place = absolute(context, path);
  if (path !== "" && context.files.kind(place) === "directory")
    throw unreadable(`error reading from file ${path}`, 4, `error: fread("${path}") failed: Is a directory\n`);
  const read = path === "" ? { errno: "ENOENT" } : await context.files.read(place);
  if ("bytes" in read) return read.bytes;
  throw unreadable(`error opening ${path}: ${errnoText(read.errno)}`, 14);
}

function unreadable(why: string, exitCode: number, before = ""): UsageError {
  return new UsageError(`${before}Unable to read script file because of error: ${why}`, exitCode);
}

// Files that -@ names may name others; each is read once.
async function complete(context: Context, texts: JobTexts): Promise<Request> {
  const sources = readSources(texts);
  const wanted = [...sources.files.wanted, ...sources.line.wanted, ...sources.script.wanted];
  if (wanted.length === 0) return { texts, sources };
  const read = await Promise.all(
    wanted.map(async (path) => [path, await textOf(context, absolute(context, path))] as const),
  );
  const optionFiles: OptionFiles = new Map([...(texts.optionFiles ?? []), ...read]);
  return complete(context, { ...texts, optionFiles });
}

async function textOf(context: Context, path: string): Promise<string | null> {
  const read = await context.files.read(path);
  return "bytes" in read ? new TextDecoder().decode(read.bytes) : null;
}

function absolute(context: Context, path: string): string {
  return path.startsWith("/") ? path : `${context.cwd}/${path}`;
}
