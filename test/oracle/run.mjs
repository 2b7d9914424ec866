// Starts the comparison with the real ones: main.ts, through the compiler that the tests use.

import { runnerImport } from "vite";

const { module } = await runnerImport(new URL("main.ts", import.meta.url).pathname, { logLevel: "error" });
process.exit(await module.main(process.argv.slice(2)));
