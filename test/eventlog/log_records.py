"""Prints every record that libevt or libevtx reads of an event log, as one JSON document.

    python3 log_records.py FILE
"""

import json
import sys

import pyevt
import pyevtx


def optional(read):
    try:
        return read()
    except OSError:
        return None


def evt_record(record):
    return {
        "number": record.identifier,
        "created": record.get_creation_time_as_integer(),
        "written": record.get_written_time_as_integer(),
        "source": record.source_name,
        "identifier": record.event_identifier,
        "type": record.event_type,
        "category": record.event_category,
        "computer": record.computer_name,
        "sid": record.user_security_identifier,
        "strings": [record.get_string(i) or "" for i in range(record.number_of_strings)],
        "data": (optional(lambda: record.data) or b"").hex(),
        "offset": record.offset,
    }


def evtx_record(record):
    return {"number": record.identifier, "xml": record.xml_string}


def read_all(count, get, convert):
    rows = (optional(lambda i=i: convert(get(i))) for i in range(count))
    return [row for row in rows if row is not None]


def main(path):
    evt = pyevt.check_file_signature(path)
    log, convert = (pyevt.file(), evt_record) if evt else (pyevtx.file(), evtx_record)
    log.open(path)
    result = {
        "records": read_all(log.number_of_records, log.get_record, convert),
        "recovered": read_all(log.number_of_recovered_records, log.get_recovered_record, convert),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1])
