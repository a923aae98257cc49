// The facts of the engine's page dumps (header fields, flags, tags, key and data sizes, extents, children) against ours.
import { readdirSync, readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { Database } from '../../src/ese/database.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { describePage, type PageDescription } from '../../src/eseutil/describe-page.ts';
import { dumpPage } from '../../src/eseutil/dump-page.ts';
import { corpus, describeCorpus, hasCorpus } from '../corpus.ts';

/** What a page dump says, in a form that ours can be brought into too. */
interface PageFacts {
  readonly fields: Readonly<Record<string, string>>;
  readonly flags: readonly string[];
  readonly space: string | undefined;
  readonly tags: readonly string[];
  /** Minimum, maximum and total of key and data sizes. */
  readonly sizes: readonly string[];
}

/** The engine's words for flags, and ours. */
const FLAGS: Readonly<Record<string, string>> = {
  'Leaf page': 'leaf',
  'Root page': 'root',
  'Parent of leaf': 'parent of leaf',
  'Index page (non-unique keys)': 'index',
  'Index page (unique keys)': 'index',
  'Long Value page': 'long value',
  'New record format': 'new record format',
  'New checksum format': 'ECC checksum',
};

function engineFacts(text: string): PageFacts {
  const lines = text.split('\n').map((line) => line.trim());
  const fields: Record<string, string> = {};
  for (const line of lines) {
    const found = /^([A-Za-z0-9[\]]+) (?:<0x[0-9A-F]+, +\d>)?:? +(-?\d+)(?: \(0x([0-9A-F]+)\))?$/.exec(
      line.replace(': ', ' '),
    );
    if (found?.[3] !== undefined) fields[found[1]!] = found[3].toLowerCase();
    const count = /^(ctagReserved|itagMicFree): +(\d+)$/.exec(line);
    if (count !== null) fields[count[1]!] = Number(count[2]).toString(16);
  }
  const flags = lines.filter((line) => line in FLAGS).map((line) => FLAGS[line]!);
  const spaceTree = lines.some((line) => line.startsWith('Space tree page')) ? ['space tree'] : [];
  return {
    fields,
    flags: [...flags, ...spaceTree].sort(),
    space: lines.find((line) => / Extent Space \(/.test(line)),
    // Tag 0 is no node. On large pages the engine takes bytes of its prefix for flags.
    tags: lines.filter((line) => line.startsWith('TAG ')).map((line) => line.replace(/^(TAG +0: .*) flags:.*/, '$1')),
    sizes: lines.filter((line) => /^(Nodes:|Logical Key Sizes:|Node Data Sizes:)/.test(line)).map(sizeFact),
  };
}

/** `Node Data Sizes: 4, 4.0, 4, 300` without the average. */
function sizeFact(line: string): string {
  const [name, values = ''] = line.split(':');
  const numbers = values.split(',').map((value) => value.trim());
  return numbers.length === 1 ? `${name!} ${numbers[0]!}` : `${name!} ${numbers[0]!} ${numbers[2]!} ${numbers[3]!}`;
}

const hex = (value: number): string => value.toString(16);
const hex4 = (value: number): string => `0x${value.toString(16).padStart(4, '0')}`;
const letters = (flags: readonly string[]): string =>
  `${flags.includes('version') ? 'v' : ' '}${flags.includes('deleted') ? 'd' : ' '}${flags.includes('compressed') ? 'c' : ' '}`;

function flagBits(flags: readonly string[]): string {
  const bits =
    (flags.includes('version') ? 1 : 0) + (flags.includes('deleted') ? 2 : 0) + (flags.includes('compressed') ? 4 : 0);
  return `flags:${hex4(bits)} (${letters(flags)})`;
}

function tagFacts(page: PageDescription): string[] {
  return page.tags.map((tag, i) => {
    const name = `TAG ${String(tag.itag).padStart(3)}: `;
    const line = page.lines[i - 1];
    const place = `cb:${hex4(tag.cb)},ib:${hex4(tag.ib)}`;
    const range = `offset:${hex4(tag.start)}-${hex4(tag.start + tag.cb)} ${flagBits(tag.flags)}`;
    if (line === undefined) return `${name}${place}${' '.repeat(50)}${range}`.replace(/ flags:.*/, '');
    if (line.extent !== undefined) {
      const { first, last, pages } = line.extent;
      return `${name}${place.replaceAll(':', '=')} SP: Gen: ${pages},${first}-${last} ${flagBits(tag.flags).replace(':', '=')}`;
    }
    const sizes = `prefix:cb=${hex4(line.prefixLength!)} suffix:cb=${hex4(line.suffixLength!)} data:cb=${hex4(line.dataLength!)}`;
    const child = line.child === undefined ? '' : `    pgno: ${line.child} (0x${hex(line.child)})`;
    return `${name}${place} ${sizes} ${range}${child}`;
  });
}

function sizeFacts(page: PageDescription): string[] {
  const sizes = (name: string, values: readonly number[]): string => {
    if (values.length === 0) return `${name} -1 0 0`;
    return `${name} ${Math.min(...values)} ${Math.max(...values)} ${values.reduce((sum, one) => sum + one, 0)}`;
  };
  return [
    `Nodes ${page.lines.length}`,
    sizes(
      'Logical Key Sizes',
      page.lines.map((line) => line.key!.length / 2),
    ),
    sizes(
      'Node Data Sizes',
      page.lines.map((line) => line.dataLength!),
    ),
  ];
}

function spaceFact(page: PageDescription): string | undefined {
  const { space } = page;
  if (space === undefined) return undefined;
  if (space.multipleExtent) return `Multiple Extent Space (ParentFDP: ${space.pgnoParent}, pgnoOE: ${space.pgnoOE!})`;
  const bitmap = `0x${space.availBitmap!.toString(16).padStart(8, '0')}`;
  return `Single Extent Space (ParentFDP: ${space.pgnoParent}, CpgPri: ${space.cpgPrimary}, AvailBitmap: ${bitmap})`;
}

function ourFacts(page: PageDescription): PageFacts {
  const header = page.header!;
  const dbtime = BigInt(header.dbtimeDirtied).toString(16);
  const sums = page.checksum.stored.map((sum) => BigInt(`0x${sum}`).toString(16));
  const known = new Set([...Object.values(FLAGS), 'space tree']);
  return {
    fields: {
      checksum: sums[0]!,
      dbtimeDirtied: dbtime,
      pgnoPrev: hex(header.pgnoPrev),
      pgnoNext: hex(header.pgnoNext),
      objidFDP: hex(header.objidFDP),
      cbFree: hex(header.cbFree),
      cbUncommittedFree: hex(header.cbUncommittedFree),
      ibMicFree: hex(header.ibMicFree),
      ctagReserved: hex(header.ctagReserved),
      itagMicFree: hex(header.itagMicFree),
      fFlags: hex(header.fFlags),
      ...(header.pgno === undefined ? {} : { pgno: hex(header.pgno) }),
      ...Object.fromEntries(sums.slice(1).map((sum, i) => [`rgChecksum[${i}]`, sum])),
    },
    flags: header.flags.filter((flag) => known.has(flag)).sort(),
    space: spaceFact(page),
    tags: tagFacts(page),
    sizes: sizeFacts(page),
  };
}

function pageDumps(): { name: string; database: string; pgno: number; report: string }[] {
  if (!hasCorpus) return [];
  return readdirSync(corpus('engine-made/build')).flatMap((build) => {
    const folder = corpus(`engine-made/build/${build}`);
    if (!readdirSync(folder).includes('pages')) return [];
    return readdirSync(`${folder}/pages`).map((file) => ({
      name: `${build} page ${Number.parseInt(file, 10)}`,
      database: `${folder}/test.edb`,
      pgno: Number.parseInt(file, 10),
      report: `${folder}/pages/${file}`,
    }));
  });
}

describeCorpus('page dumps of the engine', () => {
  for (const { name, database, pgno, report } of pageDumps()) {
    it(`${name}: the same facts`, () => {
      const db = new Database(new FileSource(database));
      const page = describePage(db, pgno);
      const text = readFileSync(report, 'latin1');
      if (page.header === undefined) {
        expect(page.checksum.verdict).toBe('uninitialized');
        expect(text).toContain('[No tags found]');
      } else {
        const theirs = engineFacts(text);
        const { itagState, ...fields } = theirs.fields;
        expect(ourFacts(page)).toEqual({ ...theirs, fields });
        expect(Number.parseInt(itagState!, 16) & 0xfff).toBe(page.header.itagMicFree);
        expect(page.checksum.verdict).toBe('good');
        expect(page.problems).toEqual([]);
        expect(page.lines.filter((line) => line.problem !== undefined)).toEqual([]);
      }
      const lines = [...dumpPage(page)];
      expect(lines[0]).toBe(`Page ${pgno}, at byte 0x${page.offset.toString(16)} of the file`);
      db.close();
    });
  }

  it('are there', () => {
    expect(pageDumps().length).toBeGreaterThan(100);
  });
});
