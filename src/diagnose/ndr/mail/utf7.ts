// UTF-7 (RFC 2152): Windows' SMTP service writes its delivery notifications in it, and no TextDecoder reads it.

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Decodes UTF-7; what is no UTF-7 stays as it is. */
export function decodeUtf7(text: string): string {
  return text.replace(/\+([A-Za-z0-9+/]*)-?/g, (whole, coded: string) => {
    if (coded === '') return whole === '+-' ? '+' : whole;
    let decoded = '';
    let bits = 0;
    let held = 0;
    for (const letter of coded) {
      bits = ((bits << 6) | ALPHABET.indexOf(letter)) & 0x3fffff;
      held += 6;
      if (held >= 16) {
        held -= 16;
        decoded += String.fromCharCode((bits >> held) & 0xffff);
      }
    }
    return decoded;
  });
}
