/**
 * Owns what is put on a plain machine on first use: the runner, the bridge that leads to it, and the commands for jobs,
 * as sources that are compiled there, or the Node runner where there is no compiler but Node.
 */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { packageVersion } from "../relay/facts.ts";
import { shellWord } from "./dialogue.ts";

/** What is put there. */
export interface HostBuild {
  /** Different for different contents. */
  readonly mark: string;
  /** A function of the shell, `hn_build`, that puts it into the directory `$build`. */
  script(): string;
}

const shims = fileURLToPath(new URL("../../shims/", import.meta.url));
const compiled = fileURLToPath(new URL("../../dist/", import.meta.url));

const runnerSources = [
  ...["runner.c", "jobs.c", "lines.c", "records.c", "supervisors.c", "talk.c"],
  ...["supervisor.c", "begin.c", "reports.c", "timeline.c", "group.c", "launch.c", "processes.c", "usage.c", "watch.c"],
];
const relaySources = ["relay.c", "greeting.c", "start.c", "work.c", "group.c", "usage.c", "watch.c", "processes.c"];
/** A condition of the shell: there is a Node.js that can run what is here. */
export const nodeWorks = `node -e 'if (+process.versions.node.split(".")[0] < 20) throw 0' 2>/dev/null`;

const families = ["slurm", "sge", "mpi"];
const nodePrograms = ["runner/main.js", "runner/guard/main.js", "runner/bridge/main.js", "relay/main.js"];

/** The build of this installation. */
export function hostBuild(): HostBuild {
  const files = [...sources(), ...modules(), ...nodeFiles()];
  const hash = createHash("sha256");
  for (const [name, text] of files) hash.update(`${name}\n${text}\n`);
  hash.update(recipe());
  return {
    mark: `${packageVersion()}-${hash.digest("hex").slice(0, 10)}`,
    script: () => `hn_build() {\nset -e\n${files.map(written).join("")}${recipe()}}\n`,
  };
}

type File = readonly [name: string, text: string];

function sources(): readonly File[] {
  const names = readdirSync(shims).filter((name) => /\.[ch]$/.test(name));
  const there = ["there/bridge.c", "there/self.c"];
  return [...there, ...names.filter((name) => name !== "self.c")].map((name) => [
    `c/${basename(name)}`,
    readFileSync(join(shims, name), "utf8"),
  ]);
}

// What scripts source that say `module load`.
function modules(): readonly File[] {
  const folder = join(shims, "modules");
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return files.map((name) => [`modules/${name}`, readFileSync(join(folder, name), "utf8")]);
}

/** The programs with everything they import. What they import only if it is there stays here. */
function nodeFiles(): readonly File[] {
  const found = new Map<string, string>();
  const add = (name: string): void => {
    if (found.has(name)) return;
    const text = readFileSync(join(compiled, name), "utf8");
    found.set(name, text);
    for (const [, path = ""] of text.matchAll(/from\s"(\.[^"]+)"/g)) add(normalize(join(dirname(name), path)));
  };
  nodePrograms.forEach(add);
  const shims = allCommands().map((name): File => {
    const words = name.split("/").map((word) => JSON.stringify(word));
    return [
      `node/shims/${name}.js`,
      `import { relayMain } from '../../relay/main.js';\nrelayMain(${words.join(", ")});`,
    ];
  });
  return [...[...found].map(([name, text]): File => [`node/${name}`, text]), ...shims];
}

function written([name, text]: File): string {
  return `mkdir -p ${dirname(name)}\ncat >${shellWord(name)} <<'${end}'\n${text}\n${end}\n`;
}

const end = "end-of-this-file-of-headnode";

/** Done in a new directory, whose name becomes `$build` when all is well. */
function recipe(): string {
  const commands = allCommands();
  const objects = (names: readonly string[]) => names.map((name) => name.replace(/c$/, "o")).join(" ");
  const all = [...new Set([...runnerSources, ...relaySources])].join(" ");
  return `hn_compile() {
(
  cd c || exit 1
  hn_jobs=
  for source in ${all}; do $cc -O1 -c $source & hn_jobs="$hn_jobs $!"; done
  for job in $hn_jobs; do wait $job || exit 1; done
  $cc -O1 -o ../runner ${objects(runnerSources)} && $cc -O1 -o ../bridge bridge.c || exit 1
  $cc -O1 -I. -DHEADNODE_BUILD='"${packageVersion()}"' -o ../relay self.c ${objects(relaySources)} || exit 1
  for command in ${commands.join(" ")}; do ln ../relay ../$command || cp ../relay ../$command || exit 1; done
  rm -f *.o
) >compiler.log 2>&1
}
cat >twin <<'${end}'
#!/bin/sh
# What the compiled relay does not do, and all of it where none could be compiled, is done by Node.
command=\${0##*/} folder=\${0%/*}
family=\${folder##*/} root=\${folder%/*}
if [ "\${root##*/}" = away ]; then root=\${root%/away}; elif [ -S "$HEADNODE_HOME/socket" ]; then HEADNODE_LED=1; fi
if [ -z "$HEADNODE_CONNECTION$HEADNODE_LED" ]; then
  echo "$command: error: the headnode that started this job can't be reached from $(uname -n) at the moment; the job itself goes on" >&2
  exit 1
fi
command -v node >/dev/null 2>&1 && exec node "$root/node/shims/$family/$command.js" "$@"
echo "$command: error: it needs Node.js on $(uname -n) to do that, and there is none" >&2
exit 1
${end}
chmod -R u+x twin modules
mkdir -p ${families.map((family) => `${family} away/${family}`).join(" ")}
for command in ${commands.join(" ")}; do ln -s ../../twin away/$command; done
echo '{"name":"headnode","type":"module","version":"${packageVersion()}"}' >package.json
kind=none
for cc in \${CC:-} cc gcc clang; do
  [ -z "\${HEADNODE_NO_CC:-}" ] && command -v $cc >/dev/null 2>&1 && { kind=c; break; }
done
if [ $kind = c ] && ! hn_compile; then kind=none; fi
if [ $kind = none ]; then
  if ${nodeWorks}; then kind=node
  else
    echo "on $(uname -n) there is neither a C compiler that works (cc) nor Node.js 20 (node): one of them is needed there" >&2
    if [ -f compiler.log ]; then head -n 3 compiler.log >&2; fi
    exit 3
  fi
  for command in ${commands.join(" ")}; do rm -f $command; ln -s ../twin $command; done
fi
echo $kind >kind
`;
}

/** `slurm/srun` and so on. */
function allCommands(): readonly string[] {
  return families.flatMap((family) => commandsOf(family).map((command) => `${family}/${command}`));
}

function commandsOf(family: string): readonly string[] {
  return readdirSync(join(shims, family)).filter((name) => /^[a-z][a-z0-9_-]*$/.test(name));
}
