// Compiles the relays and the runner when the package is installed; without a compiler headnode does without them.

import { execFile } from "node:child_process";
import { access, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const here = dirname(fileURLToPath(import.meta.url));
const native = join(here, "native");
/** Of every relay, beside self.c, which is compiled once per command, with its name. */
const relaySources = ["relay.c", "start.c", "work.c", "group.c", "usage.c", "watch.c", "processes.c"];
const runnerSources = [
  ...["runner.c", "jobs.c", "lines.c", "records.c", "supervisors.c", "talk.c"],
  ...["supervisor.c", "group.c", "launch.c", "processes.c", "usage.c", "watch.c"],
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
    await compileAll({ compiler, fresh, flags: await chooseFlags(compiler, fresh) });
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

async function compileAll({ compiler, fresh, flags }) {
  const { version } = JSON.parse(await readFile(join(here, "..", "package.json"), "utf8"));
  const shared = [...new Set([...relaySources, ...runnerSources])];
  const object = (source) => join(fresh, source.replace(/c$/, "o"));
  await inParallel(shared, (source) => run(compiler, [...flags, "-c", "-o", object(source), source], { cwd: here }));
  const jobs = [{ output: join(fresh, "runner"), sources: runnerSources.map(object), defines: [] }];
  for (const { dialect, command } of await commands()) {
    const shim = join(here, dialect, command);
    const programs = { SHIM: shim, NODE: process.execPath, DAEMON: join(here, "daemon", "daemon.cjs") };
    const words = { DIALECT: dialect, COMMAND: command, BUILD: version, ...programs };
    const defines = Object.entries(words).map(([name, text]) => `-DHEADNODE_${name}=${JSON.stringify(text)}`);
    await mkdir(join(fresh, dialect), { recursive: true });
    jobs.push({ output: join(fresh, dialect, command), sources: ["self.c", ...relaySources.map(object)], defines });
  }
  await inParallel(jobs, ({ output, sources, defines }) =>
    run(compiler, [...flags, ...defines, "-o", output, ...sources], { cwd: here }),
  );
  for (const source of shared) await rm(object(source));
  const { stdout } = await run(compiler, ["--version"]);
  const facts = { compiler: stdout.split("\n")[0], static: flags.includes("-static"), flags };
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

/** A static program starts three times as fast; where there is no static C library it is built dynamically. */
async function chooseFlags(compiler, fresh) {
  const flags = ["-O2", "-Wall", "-Wextra", ...(process.env.HEADNODE_CFLAGS ?? "").split(" ").filter(Boolean)];
  const source = join(fresh, "try.c");
  await writeFile(source, "int main(void) { return 0; }\n");
  // With the flags that were asked for: a sanitizer's library is not there for static programs.
  const works = await run(compiler, [...flags, "-static", "-o", join(fresh, "try"), source]).then(
    () =>
      run(join(fresh, "try")).then(
        () => true,
        () => false,
      ),
    () => false,
  );
  await rm(source);
  await rm(join(fresh, "try"), { force: true });
  return works && process.env.HEADNODE_DYNAMIC !== "1" ? [...flags, "-static"] : flags;
}

async function findCompiler() {
  const wanted = process.env.CC ? [process.env.CC] : ["cc", "gcc", "clang"];
  for (const name of wanted) {
    for (const folder of name.includes("/") ? [""] : (process.env.PATH ?? "").split(delimiter)) {
      const path = folder === "" ? name : join(folder, name);
      if (
        await access(path, 1).then(
          () => true,
          () => false,
        )
      )
        return path;
    }
  }
  return undefined;
}

async function inParallel(items, work) {
  const waiting = [...items];
  const worker = async () => {
    for (let item = waiting.shift(); item !== undefined; item = waiting.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
}

await build();
