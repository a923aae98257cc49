// What a 32-bit number can mean: the forms in which one family's code is wrapped in another's, and how likely each
// reading is. JET errors travel as themselves, as HRESULT 0xC8000000 + n (Exchange 5.5, Windows Update) and as HRESULT of
// facility 0xE5E; Win32 codes as HRESULT 0x8007nnnn; NTSTATUS with bit 28 set.
import { NUMBER_FAMILIES, symbolsOf } from './families.ts';
import type { Family, NumberFamily } from './families.ts';
import type { FoundCode } from './find-codes.ts';
import { knowledgeOf } from './knowledge.ts';

/** One way to read a number. */
export interface Reading {
  readonly family: NumberFamily;
  /** The family's own number, unsigned 32 bits. */
  readonly number: number;
  /** Greater is likelier; 85 and more is unmistakable by its range. */
  readonly score: number;
  /** How the number was taken, when not as it stands. */
  readonly note?: string;
}

const KNOWN_BONUS = 15;
const HINT_BONUS = 60;

/** Families of large numbers, where they are at home. */
function rangeScore(family: NumberFamily, value: number): number {
  const facility = (value >>> 16) & 0x1fff;
  switch (family) {
    case 'JET':
      return 100;
    case 'Exchange':
      return 95;
    case 'HRESULT':
      return facility === 0 || facility === 7 ? 92 : 80;
    case 'MAPI':
    case 'SSPI':
      return 90;
    case 'VSS':
      return 89;
    case 'NTSTATUS':
    case 'ADSI':
      return 88;
    case 'OLE DB':
      return 70;
    case 'CDO':
      return 60;
    case 'Win32':
    case 'LDAP':
    case 'NetAPI':
    case 'WinINet':
    case 'RAS':
      return 40;
  }
}

/** Small numbers: many families count from zero. */
const SMALL_SCORES: Partial<Record<NumberFamily, number>> = {
  Win32: 60,
  WinINet: 55,
  NetAPI: 50,
  JET: 45,
  MAPI: 40,
  LDAP: 30,
  RAS: 25,
  NTSTATUS: 20,
};

function exactScore(family: NumberFamily, value: number, found: FoundCode): number {
  if (value >= 0x10000) return rangeScore(family, value);
  // 000C05A6: only the Internet Mail Service writes small numbers with eight digits and no prefix.
  return family === 'Exchange' && found.spelling === 'bare' ? 95 : (SMALL_SCORES[family] ?? 15);
}

/** Readings of a number that is another family's code in disguise. */
function wrapped(value: number, found: FoundCode): Reading[] {
  const high = value >>> 16;
  const low = value & 0xffff;
  const jet = (number: number, score: number, note: string): Reading => ({
    family: 'JET',
    number: number >>> 0,
    score,
    note,
  });
  if (high === 0xc800) return [jet(-low, 100, 'HRESULT form of a JET error (0xC8000000 + number)')];
  if (high === 0x8e5e) return [jet(-low, 100, 'HRESULT form of a JET error (facility 0xE5E)')];
  if (high === 0x0e5e) return [jet(low, 100, 'HRESULT form of a JET warning (facility 0xE5E)')];
  if (high === 0x8007)
    return [{ family: 'Win32', number: low, score: 91, note: 'Win32 code in an HRESULT (0x8007....)' }];
  if (high === 0xc007)
    return [{ family: 'Win32', number: low, score: 70, note: 'Win32 code in an NTSTATUS (0xC007....)' }];
  if (high === 0xc002 && found.hints.includes('Win32')) {
    return [
      { family: 'Win32', number: low, score: 91, note: 'Win32 code in a message number of Exchange 5.5 (c002....)' },
    ];
  }
  if (value >>> 28 === 0xd) {
    return [{ family: 'NTSTATUS', number: value - 0x10000000, score: 90, note: 'NTSTATUS in an HRESULT (bit 28 set)' }];
  }
  // People leave the minus sign out.
  if (found.spelling === 'decimal' && value >= 100 && value < 20000)
    return [jet(-value, 48, `-${value}, the minus sign was left out`)];
  return [];
}

/** Every way the tables can read a found number, likeliest first. */
export function readingsOf(value: number, found: FoundCode): Reading[] {
  const readings = [
    ...NUMBER_FAMILIES.map((family): Reading => ({ family, number: value, score: exactScore(family, value, found) })),
    ...wrapped(value, found),
  ];
  return readings
    .filter(({ family, number }) => symbolsOf(family, number).length > 0)
    .map((reading) => ({ ...reading, score: reading.score + bonus(reading, found.hints) }))
    .sort((a, b) => b.score - a.score);
}

function bonus({ family, number }: Reading, hints: readonly Family[]): number {
  const key = family === 'Exchange' ? number.toString(16) : symbolsOf(family, number)[0]!;
  return (knowledgeOf(family, key) === undefined ? 0 : KNOWN_BONUS) + (hints.includes(family) ? HINT_BONUS : 0);
}
