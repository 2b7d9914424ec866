/** Owns what is known of a command to which nobody answered, and what it then says. */

/** The command. */
export interface Unanswered {
  readonly dialect: string;
  readonly command: string;
  readonly argv: readonly string[];
  /** The number of the job that it was said in; undefined outside of any. */
  readonly job: string | undefined;
  /** This machine's name. */
  readonly host: string;
  /** Whether it may have been heard: the answer is what is missing. */
  readonly heard: boolean;
}

/** What the real command writes where its scheduler is down, without the last line's end; empty where it writes nothing. */
export interface Silence {
  readonly out: string;
  readonly err: string;
  readonly code: number;
}
