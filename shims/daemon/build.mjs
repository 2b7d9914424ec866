// Makes one file of the daemon's modules: a start reads that instead of some four hundred. The modules stay what is tested
// and what anything else imports; the file is made of them whenever they are compiled.

import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("../..", import.meta.url));
/** A folder of dist like any other: paths that are relative to a module are right here, too. */
const folder = join(root, "dist", "bundle");

/** Its files, by name. What is imported only when it is needed stays a file of its own. */
async function bundle() {
  const made = await rolldown({
    input: { daemon: join(root, "dist", "daemon", "main.js") },
    platform: "node",
    cwd: root,
    external: [/^better-sqlite3$/],
  });
  const { output } = await made.generate({
    format: "cjs",
    entryFileNames: "[name].cjs",
    chunkFileNames: "[name].cjs",
  });
  await made.close();
  return new Map(output.map(({ fileName, code }) => [join(folder, fileName), code]));
}

/** What was kept compiled of the same file goes on being of use. */
async function isThere(files) {
  const same = await Promise.all(
    [...files].map(async ([path, code]) => (await readFile(path, "utf8").catch(() => "")) === code),
  );
  return same.every(Boolean);
}

const files = await bundle();
if (!(await isThere(files))) {
  const fresh = `${folder}.${process.pid}`;
  await mkdir(fresh, { recursive: true });
  for (const [path, code] of files) await writeFile(join(fresh, basename(path)), code);
  // A daemon that starts meanwhile finds the old files, the new ones or none, never half of one.
  await rm(folder, { recursive: true, force: true });
  await rename(fresh, folder);
}
