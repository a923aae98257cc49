// Records and fields of real logs against libevt and libevtx.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { toHex } from '../../src/binary/hex.ts';
import { FileSource } from '../../src/ese/io/file-source.ts';
import { readEvents, readEvtxRecords, writeXml } from '../../src/eventlog/index.ts';
import type { LogEvent } from '../../src/eventlog/index.ts';
import { corpus, hasCorpus } from '../corpus.ts';
import { askLogPeer, pythonWithLogPeers } from './log-peer.ts';
import type { PeerEvtRecord, PeerEvtxRecord } from './log-peer.ts';

const possible = hasCorpus && pythonWithLogPeers !== undefined;
const TYPES: Readonly<Record<string, number>> = {
  error: 1,
  warning: 2,
  information: 4,
  'audit-success': 8,
  'audit-failure': 16,
};

/** An event in the peer's terms. */
function asPeer(event: LogEvent): PeerEvtRecord {
  return {
    number: event.record!,
    created: Date.parse(event.time!) / 1000,
    written: Date.parse(event.written!) / 1000,
    source: event.source,
    identifier: ((event.qualifiers! << 16) | event.id) >>> 0,
    type: TYPES[event.level]!,
    category: Number(event.category),
    computer: event.computer,
    sid: event.user ?? null,
    strings: event.strings,
    data: event.data === undefined ? '' : toHex(event.data),
    offset: event.offset!,
  };
}

describe.skipIf(!possible)('.evt against libevt', () => {
  it('reads the same records with the same fields, and the same recovered ones', () => {
    const path = corpus('evt/SysEvent.Evt');
    const peer = askLogPeer<PeerEvtRecord>(path);
    const events = [...readEvents(new FileSource(path), { recovered: true })];
    expect(events.filter((event) => event.recovered !== true).map(asPeer)).toEqual(peer.records);
    const recovered = events.filter((event) => event.recovered === true).map(asPeer);
    expect(recovered).toHaveLength(peer.recovered.length);
    // The end of record 1572 is overwritten: where its strings end, libevt reads on into the record behind it.
    const whole = ({ number }: PeerEvtRecord): boolean => number !== 1572;
    expect(recovered.filter(whole)).toEqual(peer.recovered.filter(whole));
    const last = peer.recovered.find((one) => !whole(one))!;
    expect(recovered.find((one) => !whole(one))!.strings).toEqual(last.strings.slice(0, 3));
  });
});

/** libevtx drops a text that is nothing but a line end. */
const withoutLoneLineEnds = (xml: string): string => xml.replace(/>(?:\r?\n)+<\/Data>/g, '/>').trim();

/** Records that we read beyond those libevtx reads, and those of which it makes garbage. */
const BETTER: Readonly<Record<string, { readonly more: number; readonly garbage: number }>> = {
  'MSExchange_Management_wec.evtx': { more: 1, garbage: 0 },
  'plaso-System2.evtx': { more: 89, garbage: 0 },
  'dc2012r2-Application.evtx': { more: 0, garbage: 12 },
};

describe.skipIf(!possible)('.evtx against libevtx', () => {
  it.each(hasCorpus ? readdirSync(corpus('evtx')) : [])('%s: the same records, as XML', (name) => {
    const path = corpus(`evtx/${name}`);
    const peer = askLogPeer<PeerEvtxRecord>(path);
    const ours = [...readEvtxRecords(new FileSource(path), () => undefined, { recovered: true })];
    const key = (number: number, xml: string): string => `${number} ${withoutLoneLineEnds(xml)}`;
    const all = new Set(ours.map(({ number, xml }) => key(number, writeXml(xml))));
    const missing = (records: readonly PeerEvtxRecord[]): PeerEvtxRecord[] =>
      records.filter(({ number, xml }) => !all.has(key(number, xml)));
    expect(missing(peer.records)).toEqual([]);
    const { more, garbage } = BETTER[name] ?? { more: 0, garbage: 0 };
    const lost = missing(peer.recovered);
    expect(lost).toHaveLength(garbage);
    // Its elements have no names any more; ours do.
    for (const { xml } of lost) expect(xml).not.toContain('<EventID');
    expect(ours.length).toBe(peer.records.length + peer.recovered.length + more);
  });
});
