import { describe, expect, it } from 'vitest';
import {
  NUMBER_FAMILIES,
  codeTable,
  countCodes,
  findShortSymbol,
  findSymbol,
  replyNameOf,
  statusNamesOf,
  statusOfToken,
  symbolsOf,
} from '../../src/errors/families.ts';

describe('code tables', () => {
  it('hold at least 5,500 codes', () => {
    expect(countCodes()).toBeGreaterThanOrEqual(5500);
  });

  it.each([
    ['JET', 490],
    ['MAPI', 320],
    ['Win32', 2000],
    ['HRESULT', 900],
    ['NTSTATUS', 1700],
    ['SSPI', 350],
    ['Exchange', 35],
    ['LDAP', 60],
    ['VSS', 80],
    ['NetAPI', 300],
    ['ADSI', 20],
    ['CDO', 60],
    ['OLE DB', 160],
    ['WinINet', 90],
    ['RAS', 270],
  ] as const)('%s has at least %i symbols', (family, least) => {
    expect([...codeTable(family).values()].flat().length).toBeGreaterThanOrEqual(least);
  });

  it.each(NUMBER_FAMILIES)('%s gives no symbol two numbers', (family) => {
    const symbols = [...codeTable(family).values()].flat();
    expect(symbols.filter((symbol, i) => symbols.indexOf(symbol) !== i)).toEqual([]);
    expect(symbols.filter((symbol) => symbol.trim() === '')).toEqual([]);
  });

  it.each(NUMBER_FAMILIES)('%s holds unsigned 32-bit numbers only', (family) => {
    for (const number of codeTable(family).keys()) expect(number).toBe(number >>> 0);
  });

  it.each([
    ['JET', -1018, 'JET_errReadVerifyFailure'],
    ['JET', -2204, 'JET_errSLVStreamingFileMissing'],
    ['MAPI', 0x8004010f, 'MAPI_E_NOT_FOUND'],
    ['MAPI', 0x80004005, 'MAPI_E_CALL_FAILED'],
    ['MAPI', 0x4b9, 'ecNullObject'],
    ['Win32', 5, 'ERROR_ACCESS_DENIED'],
    ['Win32', 10061, 'WSAECONNREFUSED'],
    ['Win32', 1722, 'RPC_S_SERVER_UNAVAILABLE'],
    ['Win32', 9003, 'DNS_ERROR_RCODE_NAME_ERROR'],
    ['HRESULT', 0x80004005, 'E_FAIL'],
    ['HRESULT', 0x80040154, 'REGDB_E_CLASSNOTREG'],
    ['NTSTATUS', 0xc0000022, 'STATUS_ACCESS_DENIED'],
    ['SSPI', 0x8009030c, 'SEC_E_LOGON_DENIED'],
    ['SSPI', 0x90312, 'SEC_I_CONTINUE_NEEDED'],
    ['SSPI', 0x800b0109, 'CERT_E_UNTRUSTEDROOT'],
    ['LDAP', 49, 'LDAP_INVALID_CREDENTIALS'],
    ['VSS', 0x800423f4, 'VSS_E_WRITERERROR_NONRETRYABLE'],
    ['NetAPI', 2221, 'NERR_UserNotFound'],
    ['ADSI', 0x80005000, 'E_ADS_BAD_PATHNAME'],
    ['CDO', 0x80040213, 'CDO_E_FAILED_TO_CONNECT'],
    ['OLE DB', 0x80040e14, 'DB_E_ERRORSINCOMMAND'],
    ['WinINet', 12002, 'ERROR_INTERNET_TIMEOUT'],
    ['RAS', 691, 'ERROR_AUTHENTICATION_FAILURE'],
  ] as const)('%s %i is %s', (family, number, symbol) => {
    expect(symbolsOf(family, number)[0]).toBe(symbol);
  });

  it('answers the same from the text and from the map', () => {
    for (const family of NUMBER_FAMILIES) {
      const numbers = [...codeTable(family).keys()].filter((_, i) => i % 7 === 0);
      for (const number of numbers) expect(symbolsOf(family, number)).toEqual(codeTable(family).get(number));
    }
    expect(symbolsOf('Win32', 0x7ffffff1)).toEqual([]);
  });

  it('finds symbols in any case, and without their prefix', () => {
    for (let i = 0; i < 100; i++) {
      expect(findSymbol('error_disk_full')).toMatchObject([
        { family: 'Win32', symbol: 'ERROR_DISK_FULL', number: 112 },
      ]);
      expect(findSymbol('JET_ERRDISKIO')).toMatchObject([{ family: 'JET', symbol: 'JET_errDiskIO' }]);
      expect(findSymbol('no_such_symbol')).toEqual([]);
    }
    expect(findShortSymbol('RecordDeleted')).toMatchObject([{ symbol: 'JET_errRecordDeleted' }]);
    expect(findShortSymbol('errRecordDeleted')).toMatchObject([{ symbol: 'JET_errRecordDeleted' }]);
    expect(findShortSymbol('DISK_FULL').map(({ symbol }) => symbol)).toEqual(['ERROR_DISK_FULL', 'STATUS_DISK_FULL']);
    expect(findShortSymbol('nothing_of_the_kind')).toEqual([]);
  });

  it('knows status codes, reply codes and causes', () => {
    expect(statusNamesOf('7.1')).toEqual(['Delivery not authorized, message refused']);
    expect(statusNamesOf('1.351')).toHaveLength(1);
    expect(statusNamesOf('9.9')).toEqual([]);
    expect(replyNameOf(550)).toMatch(/unavailable/);
    expect(replyNameOf(599)).toBeUndefined();
    expect(statusOfToken('resolver.adr.recipnotfound')).toBe('5.1.1');
    expect(statusOfToken('RESOLVER.ADR.Nothing')).toBeUndefined();
  });
});
