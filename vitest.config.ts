import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.{ts,tsx}"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // In CI Ink draws only the last frame; the tests look at all of them.
    env: { CI: "false" },
    pool: "forks",
    maxWorkers: 2,
  },
});
