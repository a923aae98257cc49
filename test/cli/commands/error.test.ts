import { describe, expect, it } from 'vitest';
import { runError } from '../../../src/cli/commands/error.ts';

async function run(
  args: string[],
  json = false,
  isTerminal = false,
): Promise<{ status: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const io = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), isTerminal };
  return { status: await runError(args, { json }, io), out, err };
}

interface Entry {
  input: string;
  family: string;
  symbol: string;
  code: number | string;
  hex: string;
  meaning: string;
}
const entries = async (...args: string[]): Promise<Entry[]> => JSON.parse((await run(args, true)).out) as Entry[];

describe('error', () => {
  it('prints the best guess first, with number, meaning and advice', async () => {
    const { status, out, err } = await run(['-1018']);
    expect(status).toBe(0);
    expect(err).toBe('');
    expect(out).toMatch(/^-1018 {2}JET_errReadVerifyFailure {2}\(JET\)\n/);
    expect(out).toMatch(/number +-1018, 0xfffffc06, 4294966278; as HRESULT 0xc80003fa or 0x8e5e03fa\n/);
    expect(out).toMatch(/meaning +A page read from disk/);
    expect(out).toMatch(/do +Copy the file/);
    expect(out).not.toContain('\u001b');
  });

  it('keeps lines short and lists other families after', async () => {
    const { out } = await run(['0x80070005', '1018', 'JET_errLVCorrupted']);
    for (const line of out.split('\n')) expect(line.length).toBeLessThanOrEqual(100);
    expect(out).toMatch(/also +Win32 5 ERROR_ACCESS_DENIED/);
    expect(out).toMatch(/also +Win32 1018 ERROR_KEY_DELETED\n/);
    expect(out).toMatch(/taken as +-1018, the minus sign was left out/);
    expect(out).toMatch(/^JET_errLVCorrupted {2}\(JET\)$/m);
  });

  it('explains every argument, each in its own spelling', async () => {
    const args = ['-1017', '0xfffffae2', '4294966266', 'c8000406', 'hr=0x80004005, ec=-528', 'JET_errInvalidTableId'];
    const list = await entries(...args, '0x8009030c', '0x8004010f', '5.7.1');
    const firsts = list.filter((entry, i) => i === 0 || list[i - 1]!.input !== entry.input);
    expect(firsts.map(({ input, symbol }) => [input, symbol])).toEqual([
      ['-1017', 'JET_errRecordDeleted'],
      ['0xfffffae2', 'JET_errInvalidTableId'],
      ['4294966266', 'JET_errAlreadyInitialized'],
      ['c8000406', 'JET_errAlreadyInitialized'],
      ['0x80004005', 'E_FAIL'],
      ['-528', 'JET_errMissingLogFile'],
      ['JET_errInvalidTableId', 'JET_errInvalidTableId'],
      ['0x8009030c', 'SEC_E_LOGON_DENIED'],
      ['0x8004010f', 'MAPI_E_NOT_FOUND'],
      ['5.7.1', 'Delivery not authorized, message refused'],
    ]);
  });

  it('gives one JSON array of matches', async () => {
    const [entry] = await entries('-1017');
    expect(entry).toMatchObject({ family: 'JET', symbol: 'JET_errRecordDeleted', code: -1017, hex: '0xfffffc07' });
    expect(entry!.meaning).toMatch(/deleted/);
    expect(await entries('nothing')).toEqual([]);
    expect(await entries('0xdeadbee1')).toMatchObject([
      { family: 'unknown', symbol: '', code: -559038751, hex: '0xdeadbee1' },
    ]);
  });

  it('takes a lone minus sign and the words before a code', async () => {
    expect((await entries('-', '1018'))[0]!.code).toBe(-1018);
    expect((await entries('Jet', 'error', '-', '1018'))[0]!.code).toBe(-1018);
    expect((await entries('Win32', 'error', '1018'))[0]).toMatchObject({
      family: 'Win32',
      symbol: 'ERROR_KEY_DELETED',
    });
    expect((await entries('LDAP', '5'))[0]!.family).toBe('LDAP');
  });

  it('says which code is unknown, decoded', async () => {
    const { status, out } = await run(['0xdeadbee1', '-1018']);
    expect(status).toBe(0);
    expect(out).toMatch(
      /^0xdeadbee1 {2}not in any table\n +number +-559038751, 0xdeadbee1, 3735928545; facility 3757\n/,
    );
    expect((await run(['0xdeadbee1'])).status).toBe(1);
    expect((await run(['JET_errNoSuchThing'])).out).toBe('JET_errNoSuchThing  not in any table\n');
  });

  it('has exit status 1 without any known code and 2 without arguments', async () => {
    const nothing = await run(['no', 'code']);
    expect(nothing).toMatchObject({ status: 1, out: '' });
    expect(nothing.err).toMatch(/no code found in: no code/);
    for (const args of [[], [''], [' ']]) {
      const { status, out, err } = await run(args);
      expect([status, out]).toEqual([2, '']);
      expect(err).toMatch(/give at least one code/);
    }
  });

  it('sets the first line off on a terminal', async () => {
    expect(
      (await run(['-1018'], false, true)).out.startsWith('\u001b[1m-1018  JET_errReadVerifyFailure\u001b[22m'),
    ).toBe(true);
  });
});
