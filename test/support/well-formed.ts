/** Owns a check whether a text is a well-formed XML document: one root, tags that match, attributes in quotes, known entities. */

/** What is wrong with a document; null for nothing. */
export function malformed(document: string): string | null {
  const text = document.replace(/^<\?xml [^?]*\?>\n/, "");
  const open: string[] = [];
  let roots = 0;
  let at = 0;
  for (const tag of text.matchAll(/<([^>]*)>/g)) {
    const wrong = wrongText(text.slice(at, tag.index), open.length > 0);
    if (wrong) return wrong;
    at = tag.index + tag[0].length;
    const inner = tag[1] ?? "";
    if (inner.startsWith("/")) {
      const last = open.pop();
      if (last !== inner.slice(1)) return `</${inner.slice(1)}> closes <${last ?? "nothing"}>`;
      continue;
    }
    const [, name, attributes = ""] =
      /^([A-Za-z_][\w.-]*)((?:\s+[\w:.-]+=(?:"[^"<]*"|'[^'<]*'))*\s*)$/.exec(inner) ?? [];
    if (name === undefined) return `<${inner}> is no tag`;
    const value = wrongText(attributes, true);
    if (value) return value;
    if (open.length === 0 && ++roots > 1) return `a second root, <${name}>`;
    open.push(name);
  }
  if (open.length > 0) return `<${open.at(-1)}> is not closed`;
  return roots === 1 ? wrongText(text.slice(at), false) : "no root";
}

function wrongText(text: string, inside: boolean): string | null {
  if (!inside && text.trim() !== "") return `text outside of the root: ${text.trim()}`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what no document may have
  if (/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text))
    return `a character that XML can't have in ${JSON.stringify(text)}`;
  const entity = /&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[\da-fA-F]+);)/.exec(text);
  return entity ? `a bare & in ${text.trim()}` : null;
}
