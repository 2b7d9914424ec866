/** Owns the numbers and names of signals, as Linux has them. */

const names: readonly string[] = [
  "HUP",
  "INT",
  "QUIT",
  "ILL",
  "TRAP",
  "ABRT",
  "BUS",
  "FPE",
  "KILL",
  "USR1",
  "SEGV",
  "USR2",
  "PIPE",
  "ALRM",
  "TERM",
  "STKFLT",
  "CHLD",
  "CONT",
  "STOP",
  "TSTP",
  "TTIN",
  "TTOU",
  "URG",
  "XCPU",
  "XFSZ",
  "VTALRM",
  "PROF",
  "WINCH",
  "IO",
  "PWR",
  "SYS",
];

/** The number of a signal named without SIG. */
export function signalNumber(name: string): number {
  return names.indexOf(name) + 1;
}

/** The name of a signal with SIG. */
export function signalName(number: number): string {
  return `SIG${names[number - 1] ?? number}`;
}
