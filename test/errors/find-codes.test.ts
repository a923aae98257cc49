import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findCodes } from '../../src/errors/index.ts';

/** Numbers (signed) or status codes found in a text. */
const found = (text: string): (number | string | undefined)[] =>
  findCodes(text).map(({ value, status }) => status ?? (value === undefined ? undefined : value | 0));

describe('findCodes: one code', () => {
  it.each([
    ['-1030', -1030],
    ['0xfffffbfa', -1030],
    ['0XFFFFFBFA', -1030],
    ['fffffbfa', -1030],
    ['0xfffffffffffffbfa', -1030],
    ['4294966266', -1030],
    ['3355444230', 0xc8000406 | 0],
    ['c8000406', 0xc8000406 | 0],
    ['0xC8000247', 0xc8000247 | 0],
    [' - 1018', -1018],
    ['\u22121018', -1018],
    ['\u20131018', -1018],
    ['(-1018)', -1018],
    ['-1018.', -1018],
    ['"-1018"', -1018],
    ['-2147467259', 0x80004005 | 0],
    ['&H8004010F', 0x8004010f | 0],
    ['0x80004005L', 0x80004005 | 0],
    ['80004005', 0x80004005 | 0],
    ['8004010fh', 0x8004010f | 0],
    ['80004005-0526-00000000', 0x80004005 | 0],
    ['8004011d-0526-00000000', 0x8004011d | 0],
    ['8000FFFF-80000000', 0x8000ffff | 0],
    ['0c 03 09 80', 0x8009030c | 0],
    ['000C05A6', 0x000c05a6],
    ['550', 550],
    ['5', 5],
    ['57h', 0x57],
    ['#5.0.0', '5.0.0'],
    ['5.7.1', '5.7.1'],
    ['4.4.316', '4.4.316'],
    ['x.7.30', 'X.7.30'],
    ['RESOLVER.ADR.RecipNotFound', '5.1.1'],
    ['JET_errInvalidTableId', -1310],
    ['jet_ERRinvalidtableid', -1310],
    ['RecordDeleted', -1017],
    ['ecNullObject', 0x4b9],
    ['WSAECONNREFUSED', 10061],
    ['MapiExceptionShutoffQuotaExceeded', 0x4dd],
    ['MapiExceptionJetErrorDiskIO', -1022],
  ])('%j', (text, value) => {
    expect(found(text)).toEqual([value]);
  });

  it.each(['', ' ', 'hello', 'error', '5.01.1', '99999999999', '-', '- x', '0x', 'Exchange', '10.0.0.1', '6.5.7638.1'])(
    '%j is none',
    (text) => {
      expect(found(text)).toEqual([]);
    },
  );

  it('keeps an unknown symbol', () => {
    expect(findCodes('JET_errNoSuchThing')).toMatchObject([{ text: 'JET_errNoSuchThing', spelling: 'symbol' }]);
    expect(found('JET_errNoSuchThing')).toEqual([undefined]);
  });
});

describe('findCodes: running text', () => {
  it.each([
    ['Jet error -1032', [-1032]],
    ['Jet error - 1018 occurred', [-1018]],
    ['the database engine failed with error 4294966746.', [-550]],
    ['ec=-528', [-528]],
    ['hr=0x80004005, ec=-528', [0x80004005 | 0, -528]],
    ['(hr=0x8004010f, ec=-2147221233)', [0x8004010f | 0, 0x8004010f | 0]],
    ['ec=1144', [1144]],
    ['ID no: c1041724', [0xc1041724 | 0]],
    ['ID no:c1041722', [0xc1041722 | 0]],
    ['Microsoft Exchange Server Information Store ID no: 8004011d-0526-00000000', [0x8004011d | 0]],
    ['Error 8000FFFF-80000000', [0x8000ffff | 0]],
    ['failed with system error 5 (0x00000005): "Access is denied. "', [5, 5]],
    ['Error -1811 (0xfffff8ed) occurred while opening logfile E00.log', [-1811, -1811]],
    ['Operation terminated with error -1018 (JET_errReadVerifyFailure) after 3.2 seconds', [-1018, -1018]],
    ['connect failed: WSAECONNREFUSED', [10061]],
    ['<mail.example.com #5.1.1>', ['5.1.1']],
    ['mail.example.com #5.0.0', ['5.0.0']],
    ['<srv #5.5.0 smtp;550 5.7.1 Unable to relay>', ['5.5.0', 550, '5.7.1']],
    ['550-5.7.1 refused', [550, '5.7.1']],
    ['Data: 0000: 0c 03 09 80   ...?', [0x8009030c | 0]],
    ['X-DSNContext: 335a7efd - 4523 - 00000001 - 80040546', [0x80040546 | 0]],
    ['X-DSNContext: 7ce717b1 - 1196 - 00000002 - 00000000', []],
    ['MSEXCH:IMS:org:site:SERVER 0 (000C05A6) Unknown Recipient', [0x000c05a6]],
    ['EcSaveChangesMessage returned -1017', [-1017]],
    ['-1017 0xfffffae2 5 5.7.1 c8000406', [-1017, -1310, 5, '5.7.1', 0xc8000406 | 0]],
    ['-550,-528; -1811|-1032', [-550, -528, -1811, -1032]],
  ] as const)('%j', (text, values) => {
    expect(found(text)).toEqual(values);
  });

  it.each([
    'Event ID: 1018',
    'Event ID 327 was logged',
    'Date: 2004-05-12 Time: 10:11:12',
    'pages 100 - 1018 of 5000',
    'version 5.5.2 of the server',
    'build 6.0.4418.53 on 192.168.1.10',
    'database 1a2b3c4d-5e6f-7081-92a3-80040f115555 mounted',
    'the size is 83886080 bytes, 12,345 pages',
    'call 555-1234 for 1722 more',
    'E0000A3F.log and priv1.edb',
  ])('nothing in %j', (text) => {
    expect(found(text)).toEqual([]);
  });

  it('gives place and text of each code', () => {
    const text = 'one -1018, two 0x8004010f';
    expect(findCodes(text).map((code) => [code.index, code.text])).toEqual([
      [4, '-1018'],
      [15, '0x8004010f'],
    ]);
    expect(findCodes('-1018 -1022').map(({ index }) => index)).toEqual([0, 6]);
  });

  it('takes the family from the words before', () => {
    expect(findCodes('Win32 error 5')[0]?.hints).toEqual(['Win32']);
    expect(findCodes('hr=0x80004005, ec=-528').map(({ hints }) => hints)).toEqual([
      ['HRESULT', 'MAPI'],
      ['MAPI', 'JET'],
    ]);
    expect(findCodes('49', 'LDAP error')[0]?.hints).toEqual(['LDAP']);
    expect(findCodes('-1018')[0]?.hints).toEqual([]);
  });
});

describe('findCodes: any text', () => {
  it('never throws and gives places within the text, in order', () => {
    const piece = fc.constantFrom(
      '-',
      '0x',
      'error ',
      'ec=',
      '5.',
      '#',
      '80',
      'c10',
      ' ',
      '1018',
      'ID no: ',
      '_',
      '\n',
      '\u2212',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(piece, { maxLength: 40 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, fc.string(), (input, context) => {
        let last = -1;
        for (const { index, value, text: written } of findCodes(input, context)) {
          expect(index).toBeGreaterThanOrEqual(last);
          expect(index + written.length).toBeLessThanOrEqual(input.length);
          if (value !== undefined) expect(value).toBe(value >>> 0);
          last = index;
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each(['(', '-', '1', ' ', '0x', '5.', 'error ', 'a_', 'MSEXCH:', 'RESOLVER.', '8-', 'f'])(
    'a long run of %j ends',
    (piece) => {
      expect(() => findCodes(piece.repeat(20_000))).not.toThrow();
    },
  );
});
