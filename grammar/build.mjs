// Generates a parser module for each grammar, and puts its hand-written types beside it.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import peggy from "peggy";

const here = fileURLToPath(new URL(".", import.meta.url));
const target = join(here, "generated");

/** Every rule that opens a line with `// start` above it may start a parse. */
function startRules(text) {
  return [...text.matchAll(/^\/\/ start\b.*\n(\w+)/gm)].map((match) => match[1]);
}

mkdirSync(target, { recursive: true });
for (const file of readdirSync(here).filter((name) => name.endsWith(".peggy"))) {
  const text = readFileSync(join(here, file), "utf8");
  const code = peggy.generate(text, {
    allowedStartRules: startRules(text),
    format: "es",
    grammarSource: `grammar/${file}`,
    output: "source",
  });
  const name = file.replace(/\.peggy$/, "");
  writeFileSync(join(target, `${name}.js`), code);
  copyFileSync(join(here, `${name}.d.ts`), join(target, `${name}.d.ts`));
}
