"""Prints every cell that impacket reads of a database: a line a row, JSON: [table, {column: hexadecimal or null}].

    python3 cells_impacket.py FILE
"""

import json
import logging
import sys

from impacket import ese


def main(path):
    logging.disable(logging.CRITICAL)
    # The bytes as they are stored, not what they mean.
    for coltyp in ese.ColumnTypeSize:
        ese.ColumnTypeSize[coltyp] = None
    for page in list(ese.StringCodePages):
        ese.StringCodePages[page] = "latin-1"
    database = ese.ESENT_DB(path)
    for name in list(database._ESENT_DB__tables):
        if name.startswith(b"MSys"):
            continue
        cursor = database.openTable(name)
        while True:
            row = database.getNextRow(cursor)
            if row is None:
                break
            cells = {}
            for column, value in row.items():
                if isinstance(value, str):
                    value = value.encode("latin-1").hex()
                elif value is not None:
                    value = value.decode()
                cells[column.decode()] = value
            print(json.dumps([name.decode(), cells]))


if __name__ == "__main__":
    main(sys.argv[1])
