/** Owns how captured cells become an SVG: one text for each stretch that looks alike, a box behind what is coloured or reversed. */

const cell = { width: 8.43, height: 18 };
const margin = 12;
const paper = "#16181d";
const ink = "#d8dce3";

/** `text` is what `tmux capture-pane -e` gave. */
export function svgOf(text, { columns, rows }) {
  const width = columns * cell.width + 2 * margin;
  const height = rows * cell.height + 2 * margin;
  const lines = text.split("\n").slice(0, rows);
  let looks = plain;
  const drawn = lines.flatMap((line, row) => {
    const found = stretches(line, looks);
    looks = found.looks;
    return found.stretches.map((stretch) => shape(stretch, row));
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width.toFixed(0)} ${height}" font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" xml:space="preserve">
<rect width="100%" height="100%" rx="8" fill="${paper}"/>
${drawn.filter(Boolean).join("\n")}
</svg>
`;
}

const plain = { color: ink, bold: false, inverse: false };

/** Pieces of a line with where they begin and how they look. Looks go on from piece to piece and from line to line. */
function stretches(line, before) {
  const found = [];
  let looks = before;
  let column = 0;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: this is how colours are written
  for (const [, codes, letters] of line.matchAll(/(?:\u001b\[([0-9;:]*)m)|([^\u001b]+)/g)) {
    if (letters === undefined) looks = changed(looks, codes);
    else {
      found.push({ column, letters, ...looks });
      column += [...letters].length;
    }
  }
  return { stretches: found, looks };
}

function changed(looks, codes) {
  const list = codes === "" ? [0] : codes.split(/[;:]/).map(Number);
  let next = looks;
  for (let at = 0; at < list.length; at++) {
    const code = list[at];
    if (code === 0) next = plain;
    else if (code === 1) next = { ...next, bold: true };
    else if (code === 22) next = { ...next, bold: false };
    else if (code === 7) next = { ...next, inverse: true };
    else if (code === 27) next = { ...next, inverse: false };
    else if (code === 39) next = { ...next, color: ink };
    else if (code === 38 && list[at + 1] === 2) {
      next = { ...next, color: `rgb(${list.slice(at + 2, at + 5).join(",")})` };
      at += 4;
    } else if (code === 38) {
      next = { ...next, color: ofPalette(list[at + 2]) };
      at += 2;
    }
  }
  return next;
}

/** A colour of the 256: the cube and the greys; the first sixteen are the terminal's own and not used here. */
function ofPalette(number) {
  if (number >= 232) return `rgb(${Array(3).fill(8 + (number - 232) * 10)})`;
  const level = (step) => (step === 0 ? 0 : 55 + step * 40);
  const at = number - 16;
  return at < 0 ? ink : `rgb(${[Math.floor(at / 36), Math.floor(at / 6) % 6, at % 6].map(level)})`;
}

function shape({ column, letters, color, bold, inverse }, row) {
  const x = (margin + column * cell.width).toFixed(1);
  const y = margin + row * cell.height;
  const length = ([...letters].length * cell.width).toFixed(1);
  const box = inverse ? `<rect x="${x}" y="${y}" width="${length}" height="${cell.height}" fill="${color}"/>` : "";
  if (letters.trim() === "") return box;
  const escaped = letters.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const weight = bold ? ' font-weight="bold"' : "";
  return `${box}<text x="${x}" y="${y + 13.5}" textLength="${length}" fill="${inverse ? paper : color}"${weight}>${escaped}</text>`;
}
