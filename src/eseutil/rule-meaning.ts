// What each kind of finding means for the people whose data it is, by the rule's area and name.

const MEANINGS: Readonly<Record<string, string>> = {
  'header.primary': 'The first copy of the header is damaged. The second copy is used; no data is lost.',
  'header.shadow':
    'The second copy of the header is damaged, or does not say what the first does. The first is used; no data is lost.',
  'header.dirty': 'The last program to use the database did not close it: changes may still be in the logs.',
  'header.revision': 'The file is of a newer format than any published one.',
  'file.truncated': 'The end of the file is missing, as after a copy that was cut off or a full disk.',
  'file.partial-page': 'The file does not end at the end of a page, as after a copy that was cut off.',
  'file.no-pages': 'There is a header but no data behind it.',
  'page.checksum':
    'These pages were changed by something other than the database engine: a failing disk, controller or memory, or a program (often a virus scanner) that wrote into the file.',
  'page.correctable':
    'One bit of each of these pages has flipped. It can be told which, so nothing is lost; memory or disk may be failing.',
  'page.uninitialized':
    'These pages should hold data but are empty: a write was lost, or somebody overwrote them with zeros.',
  'page.missing': 'These pages lie beyond the end of the file.',
  'page.unreadable': 'These pages cannot be read from the disk.',
  'page.structure': 'These pages are not put together as the engine does it, though their checksums may be right.',
  'tree.child': 'A page that leads to others points to a wrong one: what lies below it cannot be reached by its key.',
  'tree.linked-twice': 'Two parents claim the same page: one of the links is wrong.',
  'tree.link': 'The chain of neighbouring pages is broken: reading in order would skip pages, go in circles or stop.',
  'tree.level': 'A page stands at the wrong height of its tree.',
  'tree.separator': 'A page that leads to others has its keys wrong: searches below it may fail.',
  'tree.order': 'Records or entries are out of order: searches for them may fail.',
  'tree.root': 'A root page is not marked as it should be.',
  'space.tree': 'The book-keeping of pages is damaged.',
  'space.parent': 'The book-keeping of pages names a wrong owner.',
  'space.owned-twice':
    'Two tables or indexes claim the same pages: one may overwrite the other. Do not write to this database.',
  'space.not-owned': 'Pages are used by something that does not own them. Do not write to this database.',
  'space.available-twice': 'Free pages are listed twice: they may be given out twice. Do not write to this database.',
  'space.used-and-available':
    'Pages in use are listed as free: they may be overwritten. Do not write to this database.',
  'space.leaked': 'Pages are neither in use nor free. Space is wasted, no data is lost; defragmentation gets it back.',
  'record.structure': 'These records contradict themselves or their table: some of their values are lost or wrong.',
  'record.key': 'These records stand at the wrong place in their table: searches for them may fail.',
  'value.beside': 'These values are too large for a cell and stand in files of their own.',
  'value.unreadable': 'These values cannot be read.',
  'value.unsupported':
    'These values are packed in a way that nobody outside the engine can unpack, or were wiped. They are given as stored.',
  'value.encrypted': 'These values are encrypted; the key is not in the file. They are given as stored.',
  'record.bad': 'These records cannot be read.',
  'header.damaged': 'The header is damaged.',
  'lv.key': 'Large values (attachments, bodies) are damaged.',
  'lv.root': 'Large values (attachments, bodies) are damaged.',
  'lv.chunk': 'Parts of large values (attachments, bodies) are damaged.',
  'lv.incomplete': 'Large values (attachments, bodies) are not there to their end.',
  'lv.orphan-chunk': 'Parts of large values have lost what they belong to.',
  'lv.missing': 'Records refer to large values that do not exist.',
  'lv.orphan': 'Large values that no record refers to: space is wasted, no data is lost.',
  'lv.reference-count':
    'Large values state a wrong number of references. No data is lost yet, but a deletion may take too much or too little.',
  'index.missing-entry':
    'Records are missing from an index: searches by it do not find them. The records themselves are intact.',
  'index.dangling-entry':
    'An index names records that do not exist: programs that use it get errors such as -1017 (record deleted) or -1601.',
  'index.incomplete':
    'An index lacks entries that only Windows can make: the engine has to rebuild it. The records are intact.',
  'objids.mismatch': 'The list of object numbers does not fit the list of tables. It is made anew.',
  'copy.bad-pages': 'The copy has the same damaged pages as the original.',
  'file.flush-map':
    'The map of written pages did not fit the new database any more and was removed; the engine makes it anew.',
  'catalog.shadow': 'The two copies of the list of tables differ: one of them was not written when the other was.',
  'catalog.row': 'The list of tables contradicts itself.',
  'catalog.damaged': 'The list of tables is damaged.',
};

/** What findings of `rule` mean, in a sentence or two for people. */
export function ruleMeaning(rule: string): string {
  return MEANINGS[rule] ?? 'Something is not as the engine writes it.';
}

/** Every rule a check can report. */
export const RULES: readonly string[] = Object.keys(MEANINGS);
