/** Owns how times are printed. */

/** `11/21/2026 02:08:43`, in local time. */
export function stampText(at: number): string {
  const when = new Date(at);
  return `${two(when.getMonth() + 1)}/${two(when.getDate())}/${when.getFullYear()} ${clockText(when)}`;
}

/** `2026-11-21T02:11:53`, in local time, as XML has it. */
export function isoText(at: number): string {
  const when = new Date(at);
  const date = [when.getFullYear(), two(when.getMonth() + 1), two(when.getDate())].join("-");
  return `${date}T${clockText(when)}`;
}

/** `Sat Nov 21 02:08:43 2026`, as ctime has it. */
export function longText(at: number): string {
  const when = new Date(at);
  const day = String(when.getDate()).padStart(2);
  return `${days[when.getDay()]} ${months[when.getMonth()]} ${day} ${clockText(when)} ${when.getFullYear()}`;
}

const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

function clockText(when: Date): string {
  return `${two(when.getHours())}:${two(when.getMinutes())}:${two(when.getSeconds())}`;
}

function two(number: number): string {
  return number < 10 ? `0${number}` : String(number);
}
