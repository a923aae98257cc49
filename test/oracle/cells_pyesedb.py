"""Prints every cell that libesedb reads of a database: a line a row, JSON: [table, {column: hexadecimal or null}].

    python3 cells_pyesedb.py FILE
"""

import json
import sys

import pyesedb


def read_value(record, number):
    if record.is_long_value(number):
        value = record.get_value_data_as_long_value(number)
        return value.get_data() if value is not None else None
    return record.get_value_data(number)


def main(path):
    database = pyesedb.file()
    database.open(path)
    for table in database.tables:
        if table.name.startswith("MSys"):
            continue
        for record in table.records:
            row = {}
            for number in range(record.get_number_of_values()):
                data = read_value(record, number)
                row[record.get_column_name(number)] = None if data is None else data.hex()
            print(json.dumps([table.name, row]))


if __name__ == "__main__":
    main(sys.argv[1])
