// The databases of the corpus that were shut down cleanly and are whole: what must survive any work on it unchanged.
import { existsSync } from 'node:fs';
import { corpus, hasCorpus } from './corpus.ts';

const CLEAN = [
  ...['p16-default', 'p32-default', 'p4-default', 'p4-efv9180', 'p4-efv9600', 'p8-default', 'p8-efv8020'].map(
    (name) => `engine-made/build/${name}/test.edb`,
  ),
  ...['basic', 'binary', 'default', 'index', 'large', 'multi', 'text'].map((name) => `ese/dissect/${name}.edb`),
  'ese/dissect/SRUDB.dat',
  'ese/dissect/Current.mdb',
  'ese/dsinternals/ntds.dit',
  'ese/dsinternals/adamntds.dit',
  'ese/ese_parser/decompress_test.edb',
  'ese/ese_parser/decompress_test2.edb',
  'ese/ual/SystemIdentity.mdb',
  'ese/windows-search/Clean/Windows.edb',
  'recovery/srum-win10-clean/SRUDB.dat',
  'recovery/srum-win10-pair/Clean/SRUDB.dat',
  'recovery/srum-win10-dirty-gen51/Clean/SRUDB.dat',
  'recovery/srum-server2022/day1/SRUDB.dat',
  'recovery/srum-server2022/day2/SRUDB.dat',
];

/** Names of the clean databases at hand; none without the corpus. */
export function cleanDatabases(): string[] {
  return hasCorpus ? CLEAN.filter((name) => existsSync(corpus(name))) : [];
}
