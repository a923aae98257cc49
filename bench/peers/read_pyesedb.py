"""Reads every record and every column of an ESE database with libesedb's Python binding; prints what it read.

    python3 read_pyesedb.py FILE
"""

import sys

import pyesedb


def read_value(record, number):
    """The raw bytes of one cell; of a long value all its segments."""
    if record.is_long_value(number):
        value = record.get_value_data_as_long_value(number)
        return value.get_data() if value is not None else None
    return record.get_value_data(number)


def main(path):
    database = pyesedb.file()
    database.open(path)
    records = values = size = errors = 0
    for table in database.tables:
        for record in table.records:
            records += 1
            for number in range(record.get_number_of_values()):
                try:
                    data = read_value(record, number)
                except OSError:
                    errors += 1
                    continue
                if data is not None:
                    values += 1
                    size += len(data)
    print(f"{records} records, {values} values, {size} bytes, {errors} errors")


if __name__ == "__main__":
    main(sys.argv[1])
