import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CSV_ESCAPES, JSON_ESCAPES, JSON_IN_CSV_ESCAPES } from '../../src/export/escapes.ts';
import { bytesOf, packBytes } from '../../src/export/output-buffer.ts';
import { TextOutput, type Escapes } from '../../src/export/text-output.ts';

/** What `write` makes of an output. */
function written(write: (out: TextOutput) => void): { bytes: Buffer; text: string; out: TextOutput } {
  const pieces: Buffer[] = [];
  const out = new TextOutput((bytes) => pieces.push(Buffer.from(bytes)));
  write(out);
  const { length } = out;
  out.flush();
  const bytes = Buffer.concat(pieces);
  expect(length).toBe(bytes.length);
  return { bytes, text: bytes.toString('utf8'), out };
}

/** Writes a text in pieces that end at `cuts`. */
function inPieces(
  codePage: number,
  bytes: Uint8Array,
  cuts: readonly number[],
  escapes: Escapes,
): ReturnType<typeof written> {
  return written((out) => {
    let at = 0;
    for (const cut of [...cuts.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
      out.text(codePage, bytes, at, cut, escapes);
      at = cut;
    }
    out.endText(escapes);
  });
}

/** Any UTF-16 text, lone surrogates included. */
const anyText = fc
  .array(
    fc.oneof(
      fc.integer({ min: 0, max: 0xffff }),
      fc.integer({ min: 0xd7f0, max: 0xe010 }),
      fc.integer({ min: 0, max: 0x7f }),
    ),
    { maxLength: 60 },
  )
  .map((units) => String.fromCharCode(...units));
const cuts = fc.array(fc.nat(), { maxLength: 4 });

describe('text', () => {
  it('becomes a JSON string that reads back the same, whatever it holds and however it is cut', () => {
    fc.assert(
      fc.property(anyText, cuts, (text, at) => {
        const { text: json, out } = inPieces(1200, Buffer.from(text, 'utf16le'), at, JSON_ESCAPES);
        expect(JSON.parse(`"${json}"`)).toBe(text);
        expect(out.inexact).toBe(false);
      }),
      { numRuns: 2000 },
    );
  });

  it('becomes a CSV cell with U+FFFD for lone surrogates, and says so', () => {
    fc.assert(
      fc.property(anyText, cuts, (text, at) => {
        const { text: csv, out } = inPieces(1200, Buffer.from(text, 'utf16le'), at, CSV_ESCAPES);
        const replaced = text.replace(/\p{Surrogate}/gu, '\ufffd');
        expect(csv.replaceAll('""', '"')).toBe(replaced);
        expect(out.inexact).toBe(replaced !== text);
      }),
      { numRuns: 2000 },
    );
  });

  it('in a JSON string inside a CSV cell has its quotation marks doubled once more', () => {
    const { text } = inPieces(1200, Buffer.from('a"b\\c\n', 'utf16le'), [], JSON_IN_CSV_ESCAPES);
    expect(text).toBe('a\\""b\\\\c\\n');
  });

  it('of code page 1252 keeps all 256 characters', () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
    const { text } = inPieces(1252, bytes, [100, 130], JSON_ESCAPES);
    const parsed = JSON.parse(`"${text}"`) as string;
    expect(parsed.length).toBe(256);
    expect(parsed.slice(0x20, 0x7f)).toBe(Buffer.from(bytes.subarray(0x20, 0x7f)).toString('latin1'));
    expect(parsed.slice(0x80, 0xa0)).toBe('€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ');
    expect(parsed.slice(0xa0)).toBe(Buffer.from(bytes.subarray(0xa0)).toString('latin1'));
  });

  it('with an odd number of bytes loses the last one, and says so', () => {
    const { text, out } = inPieces(1200, Uint8Array.of(0x41, 0, 0x42), [1, 2], JSON_ESCAPES);
    expect(text).toBe('A');
    expect(out.inexact).toBe(true);
  });

  it('of any length is written as it comes', () => {
    const long = '0123456789äöü€🦊"\n'.repeat(50_000);
    const { text } = inPieces(1200, Buffer.from(long, 'utf16le'), [1, 70_001, 500_003], JSON_ESCAPES);
    expect(JSON.parse(`"${text}"`)).toBe(long);
  });
});

describe('binary', () => {
  it('is what Node makes of it, in hexadecimal and in base64, however it is cut', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (bytes, at) => {
        const ends = [...at.map((c) => c % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
        for (const form of ['hex', 'base64'] as const) {
          const { text } = written((out) => {
            let from = 0;
            for (const end of ends) {
              out[form](bytes, from, end);
              from = end;
            }
            out.endBase64();
          });
          expect(text).toBe(Buffer.from(bytes).toString(form));
        }
      }),
      { numRuns: 500 },
    );
  });

  it('of any length is written as it comes', () => {
    const bytes = Uint8Array.from({ length: 1_000_001 }, (_, i) => i * 31 + (i >> 8));
    expect(
      written((out) => {
        out.hex(bytes, 1, bytes.length);
      }).text,
    ).toBe(Buffer.from(bytes.subarray(1)).toString('hex'));
    const base64 = written((out) => {
      out.base64(bytes, 0, 100_000);
      out.base64(bytes, 100_000, bytes.length);
      out.endBase64();
    });
    expect(base64.text).toBe(Buffer.from(bytes).toString('base64'));
  });
});

describe('numbers', () => {
  it('writes integers of up to 53 bits', () => {
    fc.assert(
      fc.property(fc.maxSafeInteger(), (value) => {
        expect(
          written((out) => {
            out.integer(value);
          }).text,
        ).toBe(String(value));
      }),
    );
    for (const value of [0, 9, 10, 99, 100, 999_999_999, 1_000_000_000, 2 ** 31, -(2 ** 31), 4294967295])
      expect(
        written((out) => {
          out.integer(value);
        }).text,
      ).toBe(String(value));
  });

  it('writes unsigned integers of 64 bits', () => {
    const check = (value: bigint): void => {
      const low = Number(value & 0xffffffffn);
      const high = Number(value >> 32n);
      // Halves may come as signed numbers, as reading them is faster that way.
      expect(
        written((out) => {
          out.unsigned64(low, high);
        }).text,
      ).toBe(String(value));
      expect(
        written((out) => {
          out.unsigned64(low | 0, high);
        }).text,
      ).toBe(String(value));
    };
    fc.assert(fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), check));
    for (let digits = 0n; digits <= 19n; digits++) for (const by of [-1n, 0n, 1n]) check(10n ** digits + by);
    [0n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 63n, 2n ** 64n - 1n, 10n ** 18n * 18n].forEach(check);
  });

  it('writes times of day', () => {
    expect(
      written((out) => {
        out.timeOfDay(0);
      }).text,
    ).toBe('00:00:00.000');
    expect(
      written((out) => {
        out.timeOfDay(86_399_999);
      }).text,
    ).toBe('23:59:59.999');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 86_399_999 }), (millis) => {
        expect(
          written((out) => {
            out.timeOfDay(millis);
          }).text,
        ).toBe(new Date(millis).toISOString().slice(11, -1));
      }),
    );
  });
});

describe('dates', () => {
  const isoDay = (day: number): string => new Date(day * 86_400_000).toISOString().slice(0, 11);

  it('are the ones JavaScript writes, every day of years 0 to 9999', () => {
    const first = Date.UTC(-1, 12) / 86_400_000;
    const end = Date.UTC(10_000, 0) / 86_400_000;
    const days: number[] = [];
    // A step that meets every day of the year; and all days of the centuries people live in.
    for (let day = first; day < end; day += 89) days.push(day);
    for (let day = Date.UTC(1890, 0) / 86_400_000; day < Date.UTC(2110, 0) / 86_400_000; day++) days.push(day);
    days.push(end - 1);
    const { text } = written((out) => {
      for (const day of days) out.date(day);
    });
    expect(text).toBe(days.map(isoDay).join(''));
  });
});

describe('buffer', () => {
  it('writes names, constants and fillings across its end', () => {
    const name = 'n'.repeat(37);
    const packed = packBytes(bytesOf(`"${name}":`));
    const { text } = written((out) => {
      for (let i = 0; i < 20_000; i++) {
        out.packed(0x2c, packed);
        out.key(name);
        out.ascii('abc');
        out.raw(bytesOf('de'));
        out.repeat(0x2e, 3);
      }
      out.repeat(0x78, 600_000);
    });
    expect(text).toBe(`,"${name}":"${name}":abcde...`.repeat(20_000) + 'x'.repeat(600_000));
  });
});
