/** Owns `headnode translate`: which scripts are read, where they are written, and how the account is shown. */

import { copyFileSync, existsSync, mkdirSync, realpathSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { configPath, loadConfig } from "../config/file.ts";
import type { EnvironmentKind, SiteWords } from "../language/neutral.ts";
import { RefusedError, UsageError } from "../model/errors.ts";
import type { DialectName } from "../model/job.ts";
import { accountText, losses, type Translation } from "../translation/account.ts";
import { translate } from "../translation/translate.ts";
import type { CliFacts, CliReply } from "./reply.ts";
import { dialectOf, filesAt, textOf } from "./script-files.ts";

/** What `headnode translate` was asked. */
export interface TranslateAsk {
  readonly scripts: readonly string[];
  readonly to: DialectName;
  readonly from?: DialectName | undefined;
  readonly output?: string | undefined;
  readonly inPlace: boolean;
  readonly report?: string | undefined;
  readonly json: boolean;
  readonly strict: boolean;
  readonly quiet: boolean;
  readonly pe: readonly string[];
  readonly memory: string;
  readonly gpus: string;
}

interface Done extends Translation {
  readonly file: string;
  /** Why the script could not be read; its text is empty then. */
  readonly error: string | null;
}

/** The reply of `headnode translate`: 0, 1 if something is lost, 2 if a script cannot be read. */
export async function translateScripts(facts: CliFacts, asked: TranslateAsk): Promise<CliReply> {
  const files = asked.scripts.length === 0 ? ["-"] : asked.scripts.flatMap((path) => filesAt(facts.cwd, path));
  checkPlaces(facts, files, asked);
  const site = siteWords(facts, asked);
  const all = files.map((file) => translated(facts, file, { ...asked, site }));
  const code = all.some(({ error }) => error !== null) ? 2 : all.some(({ account }) => losses(account) > 0) ? 1 : 0;
  const good = all.filter(({ error, account }) => error === null && !(asked.strict && losses(account) > 0));
  const err = shown(facts, all, asked);
  if (asked.inPlace || asked.output !== undefined) for (const one of good) write(facts, one, asked);
  if (asked.json) return { code, out: json(all), err };
  if (asked.inPlace || asked.output !== undefined) return { code, err };
  return { code, out: good.map(({ script }) => script).join(""), encoding: "latin1", err };
}

/** Throws UsageError where nobody said where to. */
function checkPlaces(
  { cwd }: CliFacts,
  files: readonly string[],
  { inPlace, output, json: asJson }: TranslateAsk,
): void {
  if (files.length === 0) throw new UsageError("there is no job script in there", 2);
  if (inPlace && output !== undefined) throw new UsageError("--in-place and --output do not go together", 2);
  if (inPlace && files.includes("-"))
    throw new UsageError("standard input has no place to be written to: leave out --in-place", 2);
  const isDirectory =
    output !== undefined && existsSync(resolve(cwd, output)) && statSync(resolve(cwd, output)).isDirectory();
  const several = files.length > 1 && !isDirectory && !inPlace && !asJson;
  if (several && (output === undefined || existsSync(resolve(cwd, output))))
    throw new UsageError(`${files.length} scripts need a directory to be written to: -o DIRECTORY, or --in-place`, 2);
}

function translated(facts: CliFacts, file: string, asked: TranslateAsk & { readonly site: SiteWords }): Done {
  const name = file === "-" ? "standard input" : file;
  const text = textOf(facts.cwd, file, "latin1");
  const from = asked.from ?? dialectOf(text) ?? (asked.to === "slurm" ? "sge" : "slurm");
  try {
    const script = { text, file: basename(name), now: Date.now() };
    const { account, ...done } = translate(script, { from, to: asked.to, site: asked.site });
    const shown = account.map((one) => ({ ...one, was: utf8(one.was), now: utf8(one.now) }));
    return { file, error: null, ...done, account: shown };
  } catch (error) {
    if (!(error instanceof UsageError || error instanceof RefusedError)) throw error;
    const message = `${error.where ? `${error.where}: ` : ""}${error.message.trim()}`;
    return { file, from, to: asked.to, script: "", account: [], error: message };
  }
}

function siteWords({ env }: CliFacts, { pe, memory, gpus }: TranslateAsk): SiteWords {
  const loaded = loadConfig(configPath(env));
  const described = loaded.kind === "wrong" ? [] : loaded.config.parallelEnvironments;
  const fromConfig = described.map(({ name, allocation_rule: rule }) => [name, kindOf(rule ?? "")] as const);
  return { environments: Object.fromEntries([...pe.map(environment), ...fromConfig]), memory, gpus };
}

// $pe_slots is one host; a number is so many on each.
function kindOf(rule: string): EnvironmentKind {
  if (rule === "$pe_slots") return "threads";
  return /^[0-9]+$/.test(rule) ? Number(rule) : "ranks";
}

function environment(text: string): readonly [string, EnvironmentKind] {
  const [, name = "", kind = ""] = /^([^=]+)=(threads|ranks|[1-9][0-9]*)$/.exec(text) ?? [];
  if (name === "") throw new UsageError(`--pe takes NAME=threads, NAME=ranks or NAME=number, not ${text}`, 2);
  return [name, kind === "threads" || kind === "ranks" ? kind : Number(kind)];
}

/** Writes a script beside its place and moves it there, so that nobody sees half of one. */
function write({ cwd }: CliFacts, { file, script }: Done, { inPlace, output = "" }: TranslateAsk): void {
  const source = file === "-" ? null : realpathSync(resolve(cwd, file));
  const path = inPlace && source ? source : outputPath(resolve(cwd, output), file);
  if (inPlace) copyFileSync(path, `${path}.bak`);
  mkdirSync(dirname(path), { recursive: true });
  const mode = source ? statSync(source).mode & 0o7777 : 0o666;
  const beside = `${path}.headnode-${process.pid}`;
  writeFileSync(beside, script, { encoding: "latin1", mode, flag: "wx" });
  renameSync(beside, path);
}

function outputPath(output: string, file: string): string {
  const isDirectory = existsSync(output) && statSync(output).isDirectory();
  return isDirectory ? join(output, basename(file === "-" ? "job.sh" : file)) : output;
}

/** The account, shown or written; errors are always shown. */
function shown(
  { cwd }: CliFacts,
  all: readonly Done[],
  { report, json: asJson, quiet, strict, to }: TranslateAsk,
): string {
  const account = all.map((one) => (one.error === null ? accountText(one.file, one) : "")).join("");
  const errors = all.map(({ file, error }) => (error === null ? "" : `headnode: ${file}: ${utf8(error)}\n`)).join("");
  const refused = all.filter((one) => strict && losses(one.account) > 0);
  const refusals = refused.map(
    ({ file }) => `headnode: ${file}: not written, because something would be lost in ${to}\n`,
  );
  if (report !== undefined) writeFileSync(resolve(cwd, report), asJson ? json(all) : account);
  return (report === undefined && !quiet && !asJson ? account : "") + errors + refusals.join("");
}

function json(all: readonly Done[]): string {
  const documents = all.map(({ file, from, to, script, account, error }) => ({
    ...{ file, from, to, error, lost: losses(account), script: utf8(script) },
    account,
  }));
  return `${JSON.stringify(documents.length === 1 ? documents[0] : documents, null, 2)}\n`;
}

// Scripts are bytes to us; people read UTF-8.
function utf8(bytes: string): string {
  return Buffer.from(bytes, "latin1").toString("utf8");
}
