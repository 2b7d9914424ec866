// Compiles the relays and the runner when the package is installed; without a compiler headnode does without them.

import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { chooseFlags, findCompiler } from "./compiler.mjs";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const native = join(here, "native");
/** Of every relay, beside self.c, which is compiled once per command, with its name. */
const relaySources = ["relay.c", "greeting.c", "start.c", "work.c", "group.c", "usage.c", "watch.c", "processes.c"];
/** What runs before the C library has set itself up, where that can be had. */
const quickSources = ["quick.c", "greeting.c"];
const runnerSources = [
  ...["runner.c", "jobs.c", "lines.c", "records.c", "supervisors.c", "talk.c"],
  ...["supervisor.c", "begin.c", "reports.c", "timeline.c", "group.c", "launch.c", "processes.c", "usage.c", "watch.c"],
];

/** Builds everything into shims/native, or leaves that folder out altogether. */
async function build() {
  const fresh = `${native}.${process.pid}`;
  const old = `${fresh}.old`;
  if (process.env.HEADNODE_NO_CC === "1") return rm(native, { recursive: true, force: true });
  const compiler = await findCompiler();
  if (compiler === undefined) {
    console.log("headnode: no C compiler found; the commands work without, but each takes longer to start");
    return rm(native, { recursive: true, force: true });
  }
  try {
    await mkdir(fresh, { recursive: true });
    const quick = quickSources.map((source) => join(here, source));
    await compileAll({ compiler, fresh, ...(await chooseFlags(compiler, fresh, quick)) });
    // Commands that are called meanwhile find the old ones or the new ones.
    await rename(native, old).catch(() => undefined);
    await rename(fresh, native);
  } catch (error) {
    await rm(native, { recursive: true, force: true });
    const reason = String(error.stderr || error.message)
      .split("\n")
      .find((line) => line.trim() !== "");
    console.log(`headnode: the fast start programs could not be compiled (${reason}); the commands work without them`);
  } finally {
    for (const folder of [fresh, old]) await rm(folder, { recursive: true, force: true });
  }
}

async function compileAll({ compiler, fresh, flags, quick }) {
  const { version } = JSON.parse(await readFile(join(here, "..", "package.json"), "utf8"));
  const relay = [...new Set([...(quick ? quickSources : []), ...relaySources])];
  const shared = [...new Set([...relay, ...runnerSources])];
  const object = (source) => join(fresh, source.replace(/c$/, "o"));
  const flagsOf = (source) => [...flags, ...(quick && quickSources.includes(source) ? quick.compile : [])];
  await inParallel(shared, (source) =>
    run(compiler, [...flagsOf(source), "-c", "-o", object(source), source], { cwd: here }),
  );
  const jobs = [{ output: join(fresh, "runner"), sources: runnerSources.map(object) }];
  for (const { dialect, command } of await commands()) {
    const shim = join(here, dialect, command);
    const programs = { SHIM: shim, NODE: process.execPath, DAEMON: join(here, "daemon", "daemon.cjs") };
    const words = { DIALECT: dialect, COMMAND: command, BUILD: version, ...programs };
    const defines = Object.entries(words).map(([name, text]) => `-DHEADNODE_${name}=${JSON.stringify(text)}`);
    await mkdir(join(fresh, dialect), { recursive: true });
    jobs.push({
      output: join(fresh, dialect, command),
      sources: ["self.c", ...relay.map(object)],
      defines,
      link: quick?.link,
    });
  }
  await inParallel(jobs, ({ output, sources, defines = [], link = [] }) =>
    run(compiler, [...flags, ...defines, ...link, "-o", output, ...sources], { cwd: here }),
  );
  for (const source of shared) await rm(object(source));
  const { stdout } = await run(compiler, ["--version"]);
  const facts = { compiler: stdout.split("\n")[0], static: flags.includes("-static"), quick: quick !== null, flags };
  await writeFile(join(fresh, "build.json"), `${JSON.stringify(facts, null, 2)}\n`);
}

/** Every file in a dialect's folder is a command: there is no list of names to forget. */
async function commands() {
  const found = [];
  for (const dialect of ["slurm", "sge", "mpi"]) {
    const names = await readdir(join(here, dialect));
    found.push(...names.filter((name) => /^[a-z][a-z0-9_-]*$/.test(name)).map((command) => ({ dialect, command })));
  }
  return found;
}

async function inParallel(items, work) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

await build();
