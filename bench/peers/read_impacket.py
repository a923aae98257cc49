"""Reads every record and every column of an ESE database with impacket; prints what it read.

    python3 read_impacket.py FILE

impacket resolves no separated long values and unpacks no compressed ones: it does less work than the others.
"""

import logging
import sys

from impacket.ese import ESENT_DB


def main(path):
    logging.disable(logging.CRITICAL)
    database = ESENT_DB(path)
    records = values = errors = 0
    for name in list(database._ESENT_DB__tables):
        cursor = database.openTable(name)
        while True:
            try:
                row = database.getNextRow(cursor)
            except Exception:
                # What it cannot parse ends the table, as it ends every program that uses it.
                errors += 1
                break
            if row is None:
                break
            records += 1
            values += sum(1 for value in row.values() if value is not None)
    print(f"{records} records, {values} values, {errors} errors")


if __name__ == "__main__":
    main(sys.argv[1])
