// The header of a file that should be a database; other files of the engine are named for what they are.
import { JetError } from '../errors/jet-error.ts';
import { identifyFile } from '../ese/header/identify.ts';
import type { FoundHeader } from '../ese/header/read-db-header.ts';
import type { ByteSource } from '../ese/io/byte-source.ts';

/**
 * The header of a database, temporary database or streaming file.
 * @throws JetError JET_errFileInvalidType for files of another kind, and where no header can be told.
 */
export function databaseHeader(source: ByteSource): FoundHeader {
  const file = identifyFile(source);
  if ('found' in file) return file.found;
  const kind = file.kind.replace('-', ' ');
  const message = `${source.name}: this is a ${kind}, not a database: \`esekit info\` tells about it`;
  throw new JetError('JET_errFileInvalidType', message, { file: source.name });
}
