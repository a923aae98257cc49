import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JET_ERRORS, NUMBER_FAMILIES, codeTable, explainCode } from '../../src/errors/index.ts';

/** `family symbol` of the matches of the first code, best first. */
const guesses = (text: string, context?: string): string[] =>
  (explainCode(text, context)[0]?.matches ?? []).map(({ family, symbol }) => `${family} ${symbol}`);
const best = (text: string, context?: string): string | undefined => guesses(text, context)[0];

describe('explainCode: best guess', () => {
  it.each([
    ['-1017', 'JET JET_errRecordDeleted'],
    ['0xfffffae2', 'JET JET_errInvalidTableId'],
    ['4294966266', 'JET JET_errAlreadyInitialized'],
    ['c8000406', 'JET JET_errAlreadyInitialized'],
    ['3355444230', 'JET JET_errAlreadyInitialized'],
    ['0xC8000247', 'JET JET_errSectorSizeNotSupported'],
    ['0x8e5e03fa', 'JET JET_errReadVerifyFailure'],
    ['0x0e5e0253', 'JET JET_wrnDatabaseRepaired'],
    ['4294966746', 'JET JET_errDatabaseDirtyShutdown'],
    ['0xfffff764', 'JET JET_errSLVStreamingFileMissing'],
    ['- 1018', 'JET JET_errReadVerifyFailure'],
    ['1018', 'JET JET_errReadVerifyFailure'],
    ['JET_errInvalidTableId', 'JET JET_errInvalidTableId'],
    ['0x8009030c', 'SSPI SEC_E_LOGON_DENIED'],
    ['0x8004010f', 'MAPI MAPI_E_NOT_FOUND'],
    ['-2147221233', 'MAPI MAPI_E_NOT_FOUND'],
    ['0x80040111', 'MAPI MAPI_E_LOGON_FAILED'],
    ['0x80040201', 'MAPI MAPI_E_UNKNOWN_ENTRYID'],
    ['8004011d-0526-00000000', 'MAPI MAPI_E_FAILONEPROVIDER'],
    ['ec=1144', 'MAPI ecWrongServer'],
    ['MapiExceptionUnknownUser', 'MAPI ecUnknownUser'],
    ['8000FFFF-80000000', 'HRESULT E_UNEXPECTED'],
    ['0x80004005', 'HRESULT E_FAIL'],
    ['0x80070005', 'HRESULT E_ACCESSDENIED'],
    ['0x8007203A', 'Win32 ERROR_DS_SERVER_DOWN'],
    ['0xC0000022', 'NTSTATUS STATUS_ACCESS_DENIED'],
    ['0xD0000022', 'NTSTATUS STATUS_ACCESS_DENIED'],
    ['5', 'Win32 ERROR_ACCESS_DENIED'],
    ['1722', 'Win32 RPC_S_SERVER_UNAVAILABLE'],
    ['0x800423f4', 'VSS VSS_E_WRITERERROR_NONRETRYABLE'],
    ['49', 'LDAP LDAP_INVALID_CREDENTIALS'],
    ['2221', 'NetAPI NERR_UserNotFound'],
    ['12007', 'WinINet ERROR_INTERNET_NAME_NOT_RESOLVED'],
    ['0x80005000', 'ADSI E_ADS_BAD_PATHNAME'],
    ['0x80040213', 'CDO CDO_E_FAILED_TO_CONNECT'],
    ['0x80040e14', 'OLE DB DB_E_ERRORSINCOMMAND'],
    ['550', 'SMTP Mailbox unavailable or refused'],
    ['5.7.1', 'SMTP Delivery not authorized, message refused'],
    ['ID no: c1041724', 'Exchange System Manager: internal processing error on mount'],
    ['000C05A6', 'Exchange IMS: unknown recipient'],
  ])('%s is %s', (text, expected) => {
    expect(best(text)).toBe(expected);
  });

  it('lets the context decide', () => {
    expect(best('Win32 error 1018')).toBe('Win32 ERROR_KEY_DELETED');
    expect(best('1018', 'Win32')).toBe('Win32 ERROR_KEY_DELETED');
    expect(best('ESE error 1018')).toBe('JET JET_errReadVerifyFailure');
    expect(best('RPC error 1003')).toBe('Win32 ERROR_CAN_NOT_COMPLETE');
    expect(best('hr=0x80040154')).toBe('HRESULT REGDB_E_CLASSNOTREG');
    expect(best('691', 'RAS')).toBe('RAS ERROR_AUTHENTICATION_FAILURE');
    expect(best('Microsoft Windows NT ID no: c0020035')).toBe('Win32 ERROR_BAD_NETPATH');
  });

  it('lists every family that knows the number', () => {
    expect(guesses('0x80070005')).toEqual([
      'HRESULT E_ACCESSDENIED',
      'Win32 ERROR_ACCESS_DENIED',
      'MAPI MAPI_E_NO_ACCESS',
    ]);
    expect(guesses('0x80004005')).toEqual(['HRESULT E_FAIL', 'MAPI MAPI_E_CALL_FAILED']);
    expect(guesses('1018')).toEqual(['JET JET_errReadVerifyFailure', 'Win32 ERROR_KEY_DELETED']);
    expect(guesses('550')).toContain('JET JET_errDatabaseDirtyShutdown');
    expect(guesses('DISK_FULL')).toEqual(['Win32 ERROR_DISK_FULL', 'NTSTATUS STATUS_DISK_FULL']);
  });
});

describe('explainCode: what is said', () => {
  it('gives number, hexadecimal, meaning and advice', () => {
    const [explanation] = explainCode('0xfffffc06');
    expect(explanation).toMatchObject({ input: '0xfffffc06', code: -1018, unsigned: 4294966278, hex: '0xfffffc06' });
    expect(explanation!.matches).toHaveLength(1);
    const [match] = explanation!.matches;
    expect(match).toMatchObject({ code: -1018, hex: '0xfffffc06', rank: 1, confidence: 'certain' });
    expect(match!.meaning).toMatch(/checksum/);
    expect(match!.advice).toMatch(/esekit check/);
    expect(match!.derived).toBeUndefined();
  });

  it('shows the Win32 code within an HRESULT', () => {
    const win32 = explainCode('0x80070005')[0]!.matches.find(({ family }) => family === 'Win32');
    expect(win32).toMatchObject({ code: 5, hex: '0x00000005' });
    expect(win32!.note).toMatch(/HRESULT/);
  });

  it('tells when the number was not taken as it stands', () => {
    expect(explainCode('c8000406')[0]!.matches[0]!.note).toMatch(/0xC8000000/);
    expect(explainCode('1018')[0]!.matches[0]!.note).toMatch(/minus/);
    expect(explainCode('-1018')[0]!.matches[0]!.note).toBeUndefined();
  });

  it('uses the words of the symbol when it has nothing better', () => {
    const [match] = explainCode('JET_errIndexHasPrimary')[0]!.matches;
    expect(match).toMatchObject({ meaning: 'Index has primary.', derived: true });
    expect(match!.advice).toBeUndefined();
  });

  it('gives the other names of a number', () => {
    expect(explainCode('-550')[0]!.matches[0]!.aliases).toEqual(['JET_errDatabaseInconsistent']);
    expect(explainCode('JET_errDatabaseInconsistent')[0]!.matches[0]).toMatchObject({
      symbol: 'JET_errDatabaseInconsistent',
      aliases: ['JET_errDatabaseDirtyShutdown'],
    });
    expect(explainCode('JET_errDatabaseInconsistent')[0]!.matches[0]!.meaning).toMatch(/closed cleanly/);
    expect(explainCode('0x8004010f')[0]!.matches[0]!.aliases).toContain('ecNotFound');
  });

  it('tells a delay from a failure in status codes', () => {
    expect(explainCode('4.4.7')[0]!.matches[0]!.meaning).toMatch(/keeps trying/);
    expect(explainCode('5.4.7')[0]!.matches[0]!.meaning).toMatch(/comes back/);
    expect(explainCode('X.4.7')[0]!.matches[0]!.meaning).not.toMatch(/comes back|keeps trying/);
    expect(explainCode('5.7.1')[0]).toMatchObject({ code: '5.7.1', matches: [{ code: '5.7.1', hex: '' }] });
  });

  it('reads an unregistered detail as its subject', () => {
    expect(explainCode('5.7.999')[0]!.matches[0]!.note).toMatch(/5\.7\.0/);
    expect(explainCode('5.99.1')[0]!.matches).toEqual([]);
  });
});

describe('explainCode: texts', () => {
  it('finds all codes, each number once', () => {
    const text = 'Error -1018 (0xfffffc06) hr=0x80004005, ec=-528 again -1018';
    expect(explainCode(text).map(({ input }) => input)).toEqual(['-1018', '0x80004005', '-528']);
  });

  it('keeps codes nobody knows, decoded', () => {
    expect(explainCode('0xdeadbee1')).toMatchObject([
      { code: -559038751, unsigned: 3735928545, hex: '0xdeadbee1', matches: [] },
    ]);
    expect(explainCode('0x8004ffff')[0]).toMatchObject({
      facility: expect.stringMatching(/Interface/) as string,
      matches: [],
    });
    expect(explainCode('JET_errNoSuchThing')).toMatchObject([{ input: 'JET_errNoSuchThing', matches: [] }]);
    expect(explainCode('nothing here')).toEqual([]);
  });
});

describe('explainCode: every code', () => {
  const jet = Object.entries(JET_ERRORS);

  it('finds each JET symbol by name and in every form of its number', () => {
    fc.assert(
      fc.property(fc.constantFrom(...jet), ([symbol, code]) => {
        expect(best(symbol)).toBe(`JET ${symbol}`);
        expect(best(symbol.toLowerCase())).toBe(`JET ${symbol}`);
        const main = jet.find(([, number]) => number === code)![0];
        if (code < 0) {
          const forms = [String(code), `0x${(code >>> 0).toString(16)}`, String(code >>> 0), `ec=${code}`];
          for (const base of [0xc8000000, 0x8e5e0000]) {
            forms.push(`0x${(base - code).toString(16)}`, (base - code).toString(16), String(base - code));
          }
          for (const form of forms) expect([form, best(form)]).toEqual([form, `JET ${main}`]);
        } else {
          expect(guesses(String(code))).toContain(`JET ${main}`);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('finds each code of each family by number and by symbol', () => {
    for (const family of NUMBER_FAMILIES) {
      const codes = [...codeTable(family)].filter((_, i) => i % 5 === 0);
      for (const [number, symbols] of codes) {
        const hex = `0x${number.toString(16).padStart(8, '0')}`;
        expect(guesses(hex), hex).toContain(`${family} ${symbols[0]!}`);
        if (family !== 'Exchange') expect(guesses(symbols[0]!), symbols[0]).toContain(`${family} ${symbols[0]!}`);
      }
    }
  });

  it('never throws, and every match is complete', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.integer({ min: -0x80000000, max: 0xffffffff }).map(String),
      fc.integer({ min: 0, max: 0xffffffff }).map((n) => `0x${n.toString(16)}`),
    );
    fc.assert(
      fc.property(text, (input) => {
        for (const { matches } of explainCode(input)) {
          matches.forEach((match, i) => {
            expect(match.rank).toBe(i + 1);
            expect(match.symbol).not.toBe('');
            expect(match.meaning).toMatch(/\.$/);
          });
        }
      }),
      { numRuns: 3000 },
    );
  });
});
