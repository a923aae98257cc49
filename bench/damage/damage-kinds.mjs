// Ways to damage a database, each the same in every run: kind, what it means, and a function from good bytes to damaged
// ones. Checksums are made right where the damage is meant to pass for sound. The engine is handed in, so that tests
// can use its sources and benchmarks what was built of them.
const SEED = 20261123;

/** mulberry32: small, and the same everywhere. */
export function randomFrom(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** What the damages need to know of a good database. */
export class Victim {
  constructor(bytes, engine) {
    this.bytes = bytes;
    this.engine = engine;
    this.db = new engine.Database(new engine.BufferSource(bytes));
    this.pageSize = this.db.found.format.pageSize;
    this.pgnoLast = this.db.pages.pgnoLast;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.random = randomFrom(SEED);
  }

  offset(pgno) {
    return (pgno + 1) * this.pageSize;
  }

  flags(pgno) {
    return this.view.getUint32(this.offset(pgno) + 36, true);
  }

  objid(pgno) {
    return this.view.getUint32(this.offset(pgno) + 24, true);
  }

  lines(pgno) {
    return (this.view.getUint16(this.offset(pgno) + 34, true) & 0xfff) - 1;
  }

  /** Pages that carry data. The first ones, with the catalog's root, are left alone, as the classic kinds do. */
  used() {
    const pages = [];
    for (let pgno = 5; pgno <= this.pgnoLast; pgno++) {
      const at = this.offset(pgno);
      if (this.bytes.subarray(at, at + 40).some((byte) => byte !== 0)) pages.push(pgno);
    }
    return pages;
  }

  /** Leaf pages with records of tables that are not the engine's own. */
  tableLeaves() {
    const own = new Set(
      this.db.tables.filter((table) => !this.engine.isSystemTable(table)).map((table) => table.tree.objid),
    );
    return this.used().filter((pgno) => {
      const flags = this.flags(pgno);
      return (flags & 2) !== 0 && (flags & 0xe8) === 0 && own.has(this.objid(pgno)) && this.lines(pgno) > 0;
    });
  }

  some(pages, count) {
    const left = [...pages];
    const chosen = [];
    while (chosen.length < count && left.length > 0)
      chosen.push(...left.splice(Math.floor(this.random() * left.length), 1));
    return chosen.sort((a, b) => a - b);
  }

  copy() {
    return this.bytes.slice();
  }

  seal(bytes, pgno) {
    const page = bytes.subarray(this.offset(pgno), this.offset(pgno) + this.pageSize);
    const { hasEccFormat, sealPage, sealLegacyPage } = this.engine;
    if (hasEccFormat(page, 0)) sealPage(page, 0, this.pageSize, pgno);
    else sealLegacyPage(page, 0, this.pageSize, pgno);
  }

  /** Flips one byte in the middle of a page. */
  spoil(bytes, pgno) {
    const at = this.offset(pgno) + this.pageSize / 2;
    bytes[at] ^= 0xff;
    bytes[at + 5] ^= 0x3c;
  }

  setHeader(bytes, change) {
    for (const copy of [0, 1]) {
      const header = bytes.subarray(copy * this.pageSize, (copy + 1) * this.pageSize);
      const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
      change(view);
      view.setUint32(0, this.engine.xorChecksum(header, 0, this.pageSize), true);
    }
  }

  /** The table with most rows of those that `accept` takes. */
  largest(accept) {
    let best;
    for (const table of this.db.tables) {
      if (this.engine.isSystemTable(table) || !accept(table)) continue;
      const rows = [...this.engine.scanTable(this.db, table)].length;
      if (best === undefined || rows > best.rows) best = { table, rows };
    }
    return best?.table;
  }
}

/** Kinds by name: `what` in words, `damage(victim)` the damaged bytes, or undefined where it does not apply. */
export const KINDS = {
  i: {
    what: 'one byte flipped in 20 pages',
    damage(victim) {
      const bytes = victim.copy();
      for (const pgno of victim.some(victim.used(), 20)) bytes[victim.offset(pgno) + victim.pageSize / 2] ^= 0xff;
      return bytes;
    },
  },
  ii: {
    what: '5 pages zeroed',
    damage(victim) {
      const bytes = victim.copy();
      for (const pgno of victim.some(victim.used(), 5))
        bytes.fill(0, victim.offset(pgno), victim.offset(pgno) + victim.pageSize);
      return bytes;
    },
  },
  iii: {
    what: 'cut to 60 %',
    damage: (victim) => victim.bytes.slice(0, Math.floor((victim.pgnoLast + 2) * 0.6) * victim.pageSize),
  },
  'iii-b': {
    what: 'cut to 60 % and 1000 bytes',
    damage: (victim) => victim.bytes.slice(0, Math.floor((victim.pgnoLast + 2) * 0.6) * victim.pageSize + 1000),
  },
  iv: {
    what: 'header overwritten, shadow good',
    damage(victim) {
      const bytes = victim.copy();
      bytes.fill(0xa5, 4, 256);
      return bytes;
    },
  },
  'iv-b': {
    what: 'one byte of the header flipped',
    damage(victim) {
      const bytes = victim.copy();
      bytes[500] ^= 0xff;
      return bytes;
    },
  },
  v: {
    what: 'state set to dirty',
    damage(victim) {
      const bytes = victim.copy();
      victim.setHeader(bytes, (view) => view.setUint32(52, 2, true));
      return bytes;
    },
  },
  vi: {
    what: 'a leaf that follows itself, checksum right',
    damage(victim) {
      const bytes = victim.copy();
      const leaf = victim.some(
        victim.tableLeaves().filter((pgno) => victim.view.getUint32(victim.offset(pgno) + 20, true) !== 0),
        1,
      )[0];
      if (leaf === undefined) return undefined;
      new DataView(bytes.buffer).setUint32(victim.offset(leaf) + 20, leaf, true);
      victim.seal(bytes, leaf);
      return bytes;
    },
  },
  headers: {
    what: 'header and shadow both lost',
    damage(victim) {
      const bytes = victim.copy();
      bytes.fill(0xa5, 0, 2 * victim.pageSize);
      return bytes;
    },
  },
  'catalog-root': {
    what: 'root of the catalog lost',
    damage(victim) {
      const bytes = victim.copy();
      victim.spoil(bytes, 4);
      return bytes;
    },
  },
  'catalog-roots': {
    what: 'roots of catalog and shadow lost',
    damage(victim) {
      const bytes = victim.copy();
      for (const pgno of [4, 24]) victim.spoil(bytes, pgno);
      return bytes;
    },
  },
  'catalog-leaf': {
    what: 'a leaf of the catalog and all of the shadow lost',
    damage(victim) {
      const leaves = victim.used().filter((pgno) => victim.objid(pgno) === 2 && (victim.flags(pgno) & 0x62) === 2);
      if (leaves.length < 2) return undefined;
      const bytes = victim.copy();
      const shadow = victim.used().filter((pgno) => victim.objid(pgno) === 3);
      for (const pgno of [leaves[leaves.length >> 1], ...shadow]) victim.spoil(bytes, pgno);
      return bytes;
    },
  },
  'table-root': {
    what: 'root of the largest table lost',
    damage(victim) {
      const table = victim.largest((candidate) => (victim.flags(candidate.tree.pgnoFDP) & 2) === 0);
      if (table === undefined) return undefined;
      const bytes = victim.copy();
      victim.spoil(bytes, table.tree.pgnoFDP);
      return bytes;
    },
  },
  'lv-cut': {
    what: 'root and a tenth of a long-value tree lost',
    damage(victim) {
      const table = victim.largest((candidate) => candidate.longValueTree !== undefined);
      if (table === undefined) return undefined;
      const bytes = victim.copy();
      const { objid, pgnoFDP } = table.longValueTree;
      const leaves = victim.used().filter((pgno) => victim.objid(pgno) === objid && (victim.flags(pgno) & 0x22) === 2);
      for (const pgno of [pgnoFDP, ...victim.some(leaves, Math.ceil(leaves.length / 10))]) victim.spoil(bytes, pgno);
      return bytes;
    },
  },
  index: {
    what: 'every page of an index lost',
    damage(victim) {
      const table = victim.largest((candidate) => candidate.indexes.some((index) => !index.definition.primary));
      const index = table?.indexes.find((candidate) => !candidate.definition.primary);
      if (index === undefined) return undefined;
      const bytes = victim.copy();
      for (const pgno of victim.used()) if (victim.objid(pgno) === index.tree.objid) victim.spoil(bytes, pgno);
      return bytes;
    },
  },
  swapped: {
    what: 'two pages swapped',
    damage(victim) {
      const [a, b] = victim.some(victim.tableLeaves(), 2);
      if (b === undefined) return undefined;
      const bytes = victim.copy();
      const page = (pgno) => victim.bytes.subarray(victim.offset(pgno), victim.offset(pgno) + victim.pageSize);
      bytes.set(page(a), victim.offset(b));
      bytes.set(page(b), victim.offset(a));
      return bytes;
    },
  },
  older: {
    what: 'a page as it was before its last rows came',
    damage(victim) {
      const leaf = victim.some(
        victim.tableLeaves().filter((pgno) => victim.lines(pgno) > 3),
        1,
      )[0];
      if (leaf === undefined) return undefined;
      const bytes = victim.copy();
      const at = victim.offset(leaf);
      const view = new DataView(bytes.buffer);
      // The last third of the tags is gone, the database time is lower; what they pointed to is left as it was.
      const state = view.getUint16(at + 34, true);
      const tags = state & 0xfff;
      view.setUint16(at + 34, (state & 0xf000) | Math.max(2, Math.floor((tags * 2) / 3)), true);
      view.setBigUint64(at + 8, view.getBigUint64(at + 8, true) / 2n, true);
      fixFree(victim, view, at);
      victim.seal(bytes, leaf);
      return bytes;
    },
  },
  cut: {
    what: 'cut inside a page near the end',
    damage(victim) {
      const last = victim.used().at(-1);
      return victim.bytes.slice(0, victim.offset(last) + 777);
    },
  },
};

/** Free space as the remaining tags leave it. */
function fixFree(victim, view, at) {
  const { format } = victim.db.found;
  const tags = view.getUint16(at + 34, true) & 0xfff;
  let used = 4 * tags;
  let end = 0;
  for (let tag = 0; tag < tags; tag++) {
    const place = at + victim.pageSize - 4 * (tag + 1);
    const length = view.getUint16(place, true) & format.tagMask;
    used += length;
    end = Math.max(end, (view.getUint16(place + 2, true) & format.tagMask) + length);
  }
  view.setUint16(at + 28, format.dataSize - used, true);
  view.setUint16(at + 30, 0, true);
  view.setUint16(at + 32, end, true);
}
