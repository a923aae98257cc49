"""Prints a fingerprint of every row that libesedb reads of a database: table, a blank, a hash.

    python3 rows_pyesedb.py FILE
"""

import hashlib
import sys

import pyesedb


def read_value(record, number):
    try:
        if record.is_long_value(number):
            value = record.get_value_data_as_long_value(number)
            return value.get_data() if value is not None else None
        return record.get_value_data(number)
    except OSError:
        return b"error"


def main(path):
    database = pyesedb.file()
    database.open(path)
    for table in database.tables:
        if table.name.startswith(("MSysObj", "MSysLocales")):
            continue
        number = 0
        while True:
            # Records are asked for one by one: one that cannot be read must not end the table.
            try:
                if number >= table.get_number_of_records():
                    break
                record = table.get_record(number)
            except OSError:
                break
            number += 1
            digest = hashlib.md5()
            for cell in range(record.get_number_of_values()):
                data = read_value(record, cell)
                digest.update(b"-" if data is None else b"%d:" % len(data) + data)
            print(table.name, digest.hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
