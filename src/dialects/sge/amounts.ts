/** Owns how an amount is written with its unit. */

/** A quantity as hosts show it: `23.5G`. */
export function amountText(amount: number, digits: number): string {
  const power = amount < 1024 ? 0 : Math.min(Math.floor(Math.log(amount) / Math.log(1024)), 4);
  return `${(amount / 1024 ** power).toFixed(digits)}${["", "K", "M", "G", "T"][power]}`;
}
