/** Owns the names of kinds of machines. */

/** What Grid Engine calls a kind of machine. */
export function architecture(machine: string): string {
  return `lx-${{ x64: "amd64", x86_64: "amd64", aarch64: "arm64" }[machine] ?? machine}`;
}
