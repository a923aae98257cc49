"""Prints what impacket reads of a database: per table the name, the number of rows and a hash of all values.

    python3 content_impacket.py FILE

impacket gives the ids of separated long values instead of the values, and fails on some tables.
"""

import hashlib
import logging
import sys

from impacket.ese import ESENT_DB, TAG_DEFUNCT

ROOT_PAGE_COLUMN = b"ColtypOrPgnoFDP"


def main(path):
    logging.disable(logging.CRITICAL)
    database = ESENT_DB(path)
    for name in list(database._ESENT_DB__tables):
        digest = hashlib.sha256()
        rows = 0
        end = ""
        cursor = database.openTable(name)
        while True:
            try:
                row = database.getNextRow(cursor)
            except Exception as error:
                end = "stopped by " + type(error).__name__
                break
            if row is None:
                break
            # It gives deleted rows too, which a new database does not have.
            if cursor["CurrentPageData"].getTag(cursor["CurrentTag"])[0] & TAG_DEFUNCT:
                continue
            rows += 1
            for column, value in row.items():
                if not (name.startswith(b"MSysObjects") and column == ROOT_PAGE_COLUMN):
                    digest.update(repr((column, value)).encode())
        print(name.decode(), rows, digest.hexdigest(), end)


if __name__ == "__main__":
    main(sys.argv[1])
