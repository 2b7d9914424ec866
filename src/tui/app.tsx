/** Owns the one component with a life: it draws the frame of the moment, and hands keys on. */

import { Box, Text, useInput } from "ink";
import { type ReactNode, useEffect, useState } from "react";
import { frameLines } from "./frame.ts";
import { keysOf } from "./input.ts";
import type { Palette } from "./palette.ts";
import type { Session } from "./session.ts";
import { joined, type StyledLine } from "./spans.ts";

/** The monitor. `pace` calls back no more often than it may draw. */
export function App({ session, palette, pace }: AppOptions): ReactNode {
  const [, draw] = useState(0);
  useEffect(() => {
    session.onChange(pace(() => draw((count) => count + 1)));
    return () => session.onChange(() => undefined);
  }, [session, pace]);
  useInput((input, key) => {
    for (const pressed of keysOf(input, key)) session.happen({ kind: "key", ...pressed });
  });
  return <Frame lines={frameLines(session.picture(), palette)} />;
}

export interface AppOptions {
  readonly session: Session;
  readonly palette: Palette;
  readonly pace: (draw: () => void) => (urgent: boolean) => void;
}

/** Lines, each cut at the edge. */
export function Frame({ lines }: { readonly lines: readonly StyledLine[] }): ReactNode {
  return (
    <Box flexDirection="column">
      {lines.map(drawable).map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place on the screen
        <Text key={at} wrap="truncate">
          {line.map(({ text, color, ...looks }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a piece is its place in the line
            <Text key={place} {...looks} {...(color === undefined ? {} : { color })}>
              {text}
            </Text>
          ))}
        </Text>
      ))}
    </Box>
  );
}

/** A line without letters would take no room. */
function drawable(line: StyledLine): StyledLine {
  const spans = joined(line);
  return spans.length > 0 ? spans : [{ text: " " }];
}
