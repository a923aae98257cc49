// Text from files on its way to a terminal: nothing in it may steer the terminal or fake a line.

/** Control characters, line separators, and those that reverse the direction of writing. */
const STEERING = /[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** The text with control characters written as `\xNN`. Ordinary names stay what they are. */
export function plainText(text: string): string {
  return text.replace(STEERING, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The first `width` characters, filled up with spaces: `%-N.Ns` of C. */
export function leftAligned(text: string, width: number): string {
  return plainText(text).slice(0, width).padEnd(width);
}
