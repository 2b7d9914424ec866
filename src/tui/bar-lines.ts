/** Owns the lines at the top and the bottom: how the cluster stands, what is typed or asked, and the keys. */

import { acts, commandsFor, shellText, targetText } from "./acts.ts";
import { size } from "./amounts.ts";
import { barOf } from "./keys.ts";
import type { Palette } from "./palette.ts";
import type { Picture } from "./session.ts";
import { filled, type StyledLine } from "./spans.ts";
import type { Typing } from "./state.ts";

/** The two lines at the top of the queue. */
export function topLines({ state, jobs, around }: Picture, palette: Palette): readonly StyledLine[] {
  const { tally } = jobs;
  const { cluster } = around;
  const cpus = cluster.nodes.reduce((sum, node) => sum + node.cpus, 0);
  const memory = cluster.nodes.reduce((sum, node) => sum + node.memory, 0);
  const shown = jobs.count === jobs.size ? `${jobs.size} jobs` : `${jobs.count} of ${jobs.size} jobs`;
  const marks = state.marked.size > 0 ? `  ${state.marked.size} marked` : "";
  const order = `${state.grouping === "none" ? "" : `  by ${state.grouping}`}  words: ${state.words}`;
  return [
    filled(
      [
        { text: `headnode ${cluster.host}`, bold: true },
        { text: `  ${cpus} cores ${size(memory)}   ` },
        { text: `${tally.running} running`, color: palette.standing.running, bold: true },
        { text: "  " },
        { text: `${tally.waiting} waiting`, color: palette.standing.waiting, bold: true },
        { text: "  " },
        { text: `${tally.done} done`, color: palette.standing.done },
        { text: "  " },
        { text: `${tally.failed} failed`, color: palette.standing.failed, bold: tally.failed > 0 },
      ],
      state.size.columns,
    ),
    filled(
      [
        { text: `${shown}${marks}${order}` },
        ...(state.filter === "" ? [] : [{ text: "  filter: " }, { text: state.filter, bold: true }]),
        ...(state.connected ? [] : [{ text: "  the daemon went away; trying again", color: palette.bad, bold: true }]),
      ],
      state.size.columns,
    ),
  ];
}

/** The line above the keys: a question, what is typed, or what was said last. */
export function messageLine({ state }: Picture, palette: Palette): StyledLine {
  const { question, typing, said, size: room } = state;
  if (question)
    return filled(
      [
        { text: `${question.text} `, bold: true, color: palette.bad },
        { text: "y yes, n no   " },
        { text: `$ ${shellText(question.commands)}`, color: palette.quiet },
      ],
      room.columns,
    );
  if (typing) {
    const { prompt, command } = askedFor(typing);
    return filled(
      [
        ...[{ text: prompt, bold: true }, { text: typing.text }, { text: " ", inverse: true }],
        { text: command, color: palette.quiet },
      ],
      room.columns,
    );
  }
  if (!said) return filled([], room.columns);
  return filled([{ text: said.text, color: said.bad ? palette.bad : undefined, bold: said.bad }], room.columns);
}

/** What stands before what is typed, and after it the command it goes into. */
function askedFor({ act, targets, text }: Typing): { readonly prompt: string; readonly command: string } {
  if (!act || !targets) return { prompt: "/", command: "" };
  const command = shellText(commandsFor(act, targets, text === "" ? "…" : text));
  return { prompt: `${acts[act].value} of ${targetText(targets)}: `, command: `   $ ${command}` };
}

/** The keys of the screen, as far as there is room. */
export function keyLine({ state }: Picture, palette: Palette): StyledLine {
  const spans: { text: string; color?: string | undefined; bold?: boolean }[] = [];
  let left = state.size.columns;
  const all = barOf(state.screen);
  // Whatever the width, one finds the way to the help and out.
  const last = all.filter(({ word }) => ["help", "quit", "back"].includes(word));
  const lastLength = last.reduce((sum, { key, word }) => sum + key.length + word.length + 3, 0);
  for (const { key, word } of [...all.filter((each) => !last.includes(each)), ...last]) {
    const length = key.length + word.length + 3;
    const reserve = last.some((each) => each.word === word) ? 0 : lastLength;
    if (left - length < reserve) continue;
    left -= length;
    spans.push({ text: key, bold: true, color: palette.accent }, { text: ` ${word}  ` });
  }
  return filled(spans, state.size.columns);
}
