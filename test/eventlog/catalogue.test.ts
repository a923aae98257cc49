import { describe, expect, it } from 'vitest';
import { describeEvent, eventFilter, eventMeaning, knownEvents } from '../../src/eventlog/index.ts';
import type { RawEvent } from '../../src/eventlog/index.ts';
import { parseEventTime } from '../../src/eventlog/text/event-time.ts';

const raw = (source: string, id: number, strings: readonly string[], more: Partial<RawEvent> = {}): RawEvent => ({
  record: 1, time: '2003-05-14T10:11:12Z', source, id, level: 'error', category: '', computer: 'S', strings, form: 'evt', ...more,
}); // prettier-ignore

describe('the catalogue of events', () => {
  it('has a hundred events of the engine and sixty of Exchange, each once', () => {
    const known = knownEvents();
    const keys = known.map(({ source, id }) => `${source} ${id}`);
    expect(new Set(keys).size).toBe(keys.length);
    expect(known.filter(({ source }) => source === 'ese').length).toBeGreaterThanOrEqual(100);
    expect(known.filter(({ source }) => source.startsWith('msexchange')).length).toBeGreaterThanOrEqual(60);
  });

  it('names only inserts that its texts and rules can have', () => {
    for (const { source, id, meaning } of knownEvents()) {
      const named = meaning.inserts.filter((name) => name !== '');
      expect(new Set(named).size, `${source} ${id}`).toBe(named.length);
      for (const name of named) expect(name, `${source} ${id}`).toMatch(/^[a-z][A-Za-z]*$/);
      for (const [, name] of meaning.text.matchAll(/\{(\w+)\}/g))
        if (meaning.inserts.length > 0) expect(named, `${source} ${id}`).toContain(name);
      expect(meaning.text, `${source} ${id}`).toMatch(/\S/);
    }
  });

  it('goes by source and id, in any spelling of the source', () => {
    expect(eventMeaning('ESE', 327)?.name).toBe('ese.database-detached');
    expect(eventMeaning('esent', 327)?.name).toBe('ese.database-detached');
    expect(eventMeaning('MSExchangeTransport', 327)?.name).toBe('transport.store-call-failed');
    expect(eventMeaning('ESE97', 177)?.name).toBe('ese.index-corrupt');
    expect(eventMeaning('ESE97', 454)?.name).toBe('ese.recovery-failed');
    expect(eventMeaning('Other', 327)).toBeUndefined();
  });

  it('names the inserts of a checksum error', () => {
    const strings = [
      'Information Store',
      '2860',
      'SG1: ',
      'D:\\priv1.edb',
      '4050944 (0x3dd000)',
      '4096 (0x1000)',
      '-1018 (0xfffffc06)',
      '[a]',
      '[b]',
      '988 (0x3dc)',
    ];
    const event = describeEvent(raw('ESE', 474, strings, { category: '2' }));
    expect(event.parameters).toEqual({
      process: 'Information Store', pid: '2860', instance: 'SG1', file: 'D:\\priv1.edb', offset: '4050944', size: '4096',
      error: '-1018', expected: '[a]', actual: '[b]', page: '988',
    }); // prettier-ignore
    expect(event).toMatchObject({ category: 'Database Page Cache', messageFrom: 'catalogue' });
    expect(event.message).toBe(
      'A page of D:\\priv1.edb at offset 4050944 failed its checksum ([a] against [b]): error -1018.',
    );
  });

  it('loses nothing of events it does not know, or whose inserts have no names', () => {
    expect(describeEvent(raw('Other', 1, ['a', 'b']))).toMatchObject({
      message: 'a\nb',
      messageFrom: 'strings',
      parameters: {},
    });
    const event = describeEvent(raw('MSExchangeIS', 7200, ['x', '-1601']));
    expect(event.parameters).toEqual({ error: '-1601' });
    expect(event.message).toMatch(/\[x; -1601\]$/);
  });

  it('takes names that a log gives without harm', () => {
    const event = describeEvent(raw('Other', 1, ['a', 'b'], { stringNames: ['__proto__', 'constructor'] }));
    expect(Object.keys(event.parameters)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(event.parameters)).toBe(Object.prototype);
  });
});

describe('filters', () => {
  it('by source, id, level and time, ends included', () => {
    const event = raw('ESE', 474, []);
    const passes = (filter: Parameters<typeof eventFilter>[0]): boolean => eventFilter(filter)(event);
    expect(passes({})).toBe(true);
    expect(passes({ sources: ['ese'] })).toBe(true);
    expect(passes({ sources: ['ese98'] })).toBe(false);
    expect(passes({ ids: [1, 474], levels: ['error'] })).toBe(true);
    expect(passes({ levels: ['warning'] })).toBe(false);
    expect(passes({ since: '2003-05-14', until: '2003-05-14' })).toBe(true);
    expect(passes({ until: '2003-05-14T10:10' })).toBe(false);
    expect(passes({ since: '2003-05-14T10:11:13' })).toBe(false);
    expect(eventFilter({ since: '2000' })({ ...event, time: null })).toBe(false);
  });
});

describe('times of exports', () => {
  it.each([
    ['5/14/2003 10:11:12 PM', '2003-05-14T22:11:12', undefined],
    ['5/4/2003 12:11:12 AM', '2003-05-04T00:11:12', 'mdy'],
    ['4.5.2003 10:11', '2003-05-04T10:11:00', 'dmy'],
    ['13.8.00 6:30:12 Am', '2000-08-13T06:30:12', undefined],
    ['2020-08-01T21:48:08.165Z', '2020-08-01T21:48:08.165Z', undefined],
    ['2020-08-01 21:48:08+02:00', '2020-08-01T19:48:08.000Z', undefined],
    ['2003/05/14 10:11:12', '2003-05-14T10:11:12', undefined],
    ['/Date(0)/', '1970-01-01T00:00:00.000Z', undefined],
    ['yesterday', null, undefined],
    ['99/99/2003', null, undefined],
  ])('%s', (text, time, order) => {
    expect(parseEventTime(text)).toEqual(order === undefined ? { time } : { time, timeOrder: order });
  });
});
