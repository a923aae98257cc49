"""Prints what libesedb reads of a database: per table the number of records, per column a hash of all its values.

    python3 content_pyesedb.py FILE
"""

import hashlib
import sys

import pyesedb

CATALOGS = {"MSysObjects", "MSysObjectsShadow"}
ROOT_PAGE_COLUMN = "ColtypOrPgnoFDP"


def read_value(record, number):
    """The raw bytes of one cell; of a long value all its segments."""
    if record.is_long_value(number):
        value = record.get_value_data_as_long_value(number)
        return value.get_data() if value is not None else None
    return record.get_value_data(number)


def digest_record(digests, record):
    for number in range(record.get_number_of_values()):
        try:
            data = read_value(record, number)
        except OSError:
            data = b"error"
        name = record.get_column_name(number)
        digest = digests.setdefault(name, hashlib.sha256())
        digest.update(b"-" if data is None else b"%d:" % len(data) + data)


def main(path):
    database = pyesedb.file()
    database.open(path)
    for table in database.tables:
        digests = {}
        records = 0
        end = ""
        try:
            for record in table.records:
                records += 1
                digest_record(digests, record)
        except OSError:
            end = "stopped"
        print(table.name, records, end)
        for name, digest in digests.items():
            if table.name not in CATALOGS or name != ROOT_PAGE_COLUMN:
                print(table.name, name, digest.hexdigest())


if __name__ == "__main__":
    main(sys.argv[1])
