import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { prepareStateDirectory, StateDirectoryError, stateDirectory } from "../../src/relay/state-directory.ts";

let base: string;
beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), "headnode-state-")));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

test.each([
  [{ HEADNODE_HOME: "/a", XDG_STATE_HOME: "/b", HOME: "/c" }, "/a"],
  [{ HEADNODE_HOME: "", XDG_STATE_HOME: "/b", HOME: "/c" }, "/b/headnode"],
  [{ HOME: "/c" }, "/c/.local/state/headnode"],
  [{}, `${userInfo().homedir}/.local/state/headnode`],
])("for %o the state is in %s", (env, expected) => expect(stateDirectory(env)).toBe(expected));

test("a new state directory is the user's alone", () => {
  const paths = prepareStateDirectory({ HEADNODE_HOME: join(base, "deep/state") });
  expect(statSync(paths.directory).mode & 0o777).toBe(0o700);
  expect(paths.socket).toBe(join(base, "deep/state/socket"));
});

test("what others could tamper with is refused, with what to do", () => {
  const shared = join(base, "shared");
  mkdirSync(shared);
  chmodSync(shared, 0o777);
  symlinkSync(shared, join(base, "link"));
  writeFileSync(join(base, "file"), "");
  const attempt = (name: string) => () => prepareStateDirectory({ HEADNODE_HOME: join(base, name) });
  expect(attempt("shared")).toThrow(/can be written by others.*HEADNODE_HOME/);
  expect(attempt("link")).toThrow(/is a symbolic link/);
  expect(attempt("file")).toThrow(StateDirectoryError);
  expect(attempt("file/below")).toThrow(/cannot make the state directory/);
});

test("a socket path too long for the system lies in the same short place for every environment", () => {
  const directory = join(base, "x".repeat(60), "y".repeat(60));
  const first = prepareStateDirectory({ HEADNODE_HOME: directory, XDG_RUNTIME_DIR: base });
  const second = prepareStateDirectory({ HEADNODE_HOME: directory });
  expect(first.socket).toMatch(new RegExp(`^${base}/headnode-\\d+-[0-9a-f]{16}/socket$`));
  expect(second).toEqual(first);
  expect(statSync(join(first.socket, "..")).mode & 0o777).toBe(0o700);
  expect(first.store).toBe(join(directory, "store.db"));
});
