// The daemon's program: `node shims/daemon/daemon.cjs STATEDIR`. Runs the daemon's modules as one file, whose code the engine finds
// compiled where `warm.mjs` has had it kept; where there is no such file, the modules themselves.

const { chmodSync, existsSync, readFileSync, renameSync, writeFileSync } = require("node:fs");
const { createRequire, Module, wrap } = require("node:module");
const { arch, env, versions } = require("node:process");
const { dirname, join } = require("node:path");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

/**
 * How much a function has run before the engine optimizes it: four times as much as usual. The threads that did it took a third of
 * all the processor time while the first thousands of elements ran.
 */
const patience = 4 * 66 * 1024;

const folder = join(__dirname, "..", "..", "dist");
const file = join(folder, "bundle", "daemon.cjs");
/** Another version of the engine has another one; the engine itself refuses what is not its own. */
const compiled = `${file}.${versions.v8}-${arch}`;

function run() {
  const kept = existsSync(compiled) ? readFileSync(compiled) : undefined;
  const script = new Script(wrap(readFileSync(file, "utf8")), { filename: file, cachedData: kept });
  const bundle = new Module(file);
  const load = createRequire(file);
  // The files beside it ask for it, and are to get this one.
  load.cache[file] = bundle;
  script.runInThisContext()(bundle.exports, load, bundle, file, dirname(file));
  // At its end the functions are compiled, too, that a start needs.
  if (env.HEADNODE_KEEP_CODE) process.on("exit", () => keep(script.createCachedData()));
}

/** Everybody may read it, whole. */
function keep(code) {
  const fresh = `${compiled}.${process.pid}`;
  writeFileSync(fresh, code);
  chmodSync(fresh, 0o644);
  renameSync(fresh, compiled);
}

setFlagsFromString(`--interrupt-budget=${patience}`);
if (existsSync(file)) run();
else import(join(folder, "daemon", "main.js"));
