// Text from files on its way to a terminal: nothing in it may steer the terminal or fake a line.

/** The text with control characters written as `\xNN`. Ordinary names stay what they are. */
export function plainText(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (c) => `\\x${c.charCodeAt(0).toString(16).padStart(2, '0')}`);
}

/** The first `width` characters, filled up with spaces: `%-N.Ns` of C. */
export function leftAligned(text: string, width: number): string {
  return plainText(text).slice(0, width).padEnd(width);
}
