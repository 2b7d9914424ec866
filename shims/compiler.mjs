// Which C compiler there is, and what programs it can make.

import { execFile } from "node:child_process";
import { access, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { arch, env, platform } from "node:process";
import { promisify } from "node:util";

const run = promisify(execFile);

export async function findCompiler() {
  const wanted = env.CC ? [env.CC] : ["cc", "gcc", "clang"];
  for (const name of wanted) {
    for (const folder of name.includes("/") ? [""] : (env.PATH ?? "").split(delimiter)) {
      const path = folder === "" ? name : join(folder, name);
      if (await succeeds(access(path, 1))) return path;
    }
  }
  return undefined;
}

/**
 * The flags for everything, tried out in the folder `fresh`; and `quick`, what `sources` and programs with them take, or null. A static
 * program starts three times as fast, and again twice as fast where these begin before its C library; where there is
 * no static C library it is built dynamically.
 */
export async function chooseFlags(compiler, fresh, sources) {
  const program = join(fresh, "try");
  const chosen = await tryOut({ compiler, program, sources });
  for (const file of [program, `${program}.c`]) await rm(file, { force: true });
  return chosen;
}

async function tryOut({ compiler, program, sources }) {
  const asked = ["-O2", "-Wall", "-Wextra", ...(env.HEADNODE_CFLAGS ?? "").split(" ").filter(Boolean)];
  // With the flags that were asked for: a sanitizer's library is not there for static programs.
  const flags = [...asked, "-static"];
  const attempt = { compiler, program, flags };
  if (env.HEADNODE_DYNAMIC === "1" || !(await works(attempt))) return { flags: asked, quick: null };
  const canBe = platform === "linux" && arch === "x64" && (await canBeQuick({ ...attempt, sources }));
  return { flags, quick: canBe ? quick : null };
}

const quick = {
  // Nothing of the library may be called, nor what the compiler would call of its own accord.
  compile: ["-DHEADNODE_BARE", "-ffreestanding", "-fno-stack-protector", "-fno-tree-loop-distribute-patterns"],
  link: ["-no-pie", "-Wl,-e,quick_entry"],
};

/** They link without any library, and a program that begins with them gets to its main. */
async function canBeQuick({ sources, ...attempt }) {
  const flags = [...attempt.flags, ...quick.compile, ...quick.link, ...sources];
  const alone = ["-nostdlib", "-Dmain=_start"];
  return (await links({ ...attempt, flags: [...flags, ...alone] })) && (await works({ ...attempt, flags }));
}

/** Of what quick.c finds in other files it has here as much as it takes to find no daemon. */
const smallest = "int quick[8] = {-1}, self[16];\nint main(void) { return 0; }\n";

async function works(attempt) {
  const nowhere = { ...env, HEADNODE_HOME: "/nonexistent" };
  return (await links(attempt)) && (await succeeds(run(attempt.program, { env: nowhere })));
}

async function links({ compiler, program, flags }) {
  await writeFile(`${program}.c`, smallest);
  return succeeds(run(compiler, [...flags, "-o", program, `${program}.c`]));
}

function succeeds(promise) {
  return promise.then(
    () => true,
    () => false,
  );
}
