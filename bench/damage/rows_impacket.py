"""Prints a fingerprint of every row that impacket reads of a database: table, a blank, a hash.

    python3 rows_impacket.py FILE
"""

import hashlib
import logging
import sys

from impacket.ese import ESENT_DB, TAG_DEFUNCT


def main(path):
    logging.disable(logging.CRITICAL)
    database = ESENT_DB(path)
    for name in list(database._ESENT_DB__tables):
        if name.startswith((b"MSysObj", b"MSysLocales")):
            continue
        cursor = database.openTable(name)
        while True:
            try:
                row = database.getNextRow(cursor)
            except Exception:
                break
            if row is None:
                break
            if cursor["CurrentPageData"].getTag(cursor["CurrentTag"])[0] & TAG_DEFUNCT:
                continue
            print(name.decode(errors="replace"), hashlib.md5(repr(sorted(row.items(), key=repr)).encode()).hexdigest(), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
