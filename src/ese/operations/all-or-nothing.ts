// Operations on several lines or pages either happen as a whole or leave every page as it was.
import { JetError } from '../../errors/jet-error.ts';
import type { EditablePage } from '../page/editable-page.ts';
import { borrowCopy, giveBack } from './scratch-pages.ts';

/**
 * Runs `change`; when it throws, puts the given pages back and throws on.
 * @throws JetError JET_errLogFileCorrupt when one page is given twice: no operation's pages are the same one.
 */
export function allOrNothing(pages: readonly (EditablePage | undefined)[], change: () => void): void {
  const given = pages.filter((page) => page !== undefined);
  const twice = given.find((page, i) => given.indexOf(page) !== i);
  if (twice !== undefined) {
    const message = `page ${twice.pgno} has two parts in one operation`;
    throw new JetError('JET_errLogFileCorrupt', message, { pgno: twice.pgno });
  }
  const before = given.map((page) => borrowCopy(page.bytes));
  try {
    change();
  } catch (error) {
    for (const [i, page] of given.entries()) {
      page.bytes.set(before[i]!);
      page.reload();
    }
    throw error;
  } finally {
    for (const copy of before) giveBack(copy);
  }
}
