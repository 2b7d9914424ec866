/** Owns wildcard patterns as Grid Engine has them in names of jobs, queues and users. */

/** Whether a text has characters that make it a pattern. */
export function isPattern(text: string): boolean {
  return /[*?[\]&|!()]/.test(text);
}

/** Whether a pattern stands for a text: `*`, `?`, `[...]`, joined by `|` and `&`, turned round by `!`. */
export function matches(pattern: string, text: string): boolean {
  return pattern.split("|").some((each) => each.split("&").every((one) => matchesOne(one, text)));
}

/** Whether a queue request (`queue`, `queue@host`, `@host`, `queue@@group`) stands for a queue on a host. */
export function matchesQueue(request: string, queue: string, host: string): boolean {
  const turned = request.startsWith("!");
  const [name = "", place] = turned ? split(request.slice(1)) : split(request);
  // Every host is in every group here.
  const found = matches(name || "*", queue) && (place === undefined || place.startsWith("@") || matches(place, host));
  return found !== turned;
}

function split(request: string): readonly string[] {
  const at = request.indexOf("@");
  return at < 0 ? [request] : [request.slice(0, at), request.slice(at + 1)];
}

function matchesOne(pattern: string, text: string): boolean {
  return pattern.startsWith("!") ? !matchesOne(pattern.slice(1), text) : expression(pattern).test(text);
}

function expression(pattern: string): RegExp {
  const source = pattern.replace(/\[([^\]]+)\]|[\\^$.*+?()[\]{}|/]/g, (found, set: string | undefined) => {
    if (set !== undefined) return `[${set.replace(/^!/, "^").replace(/\\/g, "\\\\")}]`;
    return found === "*" ? ".*" : found === "?" ? "." : `\\${found}`;
  });
  return new RegExp(`^${source}$`, "su");
}
