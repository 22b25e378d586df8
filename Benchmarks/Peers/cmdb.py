"""The same inventory with PyYAML and plain dictionaries.

Reads the files of the folder named on the command line with yaml.safe_load, expands the nested interfaces and
addresses, and checks what a careful script would: keys unique, references resolved, addresses unique and inside a
known network, rack units free. Prints one JSON object: seconds of CPU and the number of objects.
"""

import hashlib
import ipaddress
import json
import pathlib
import platform
import sqlite3
import sys
import time

import yaml


def read(folder):
    return [yaml.safe_load(path.read_text()) for path in sorted(folder.glob("*.yaml"))]


def check(files):
    objects = {}

    def add(kind, key, fields):
        if (kind, key) in objects:
            raise SystemExit(f"duplicate {kind}/{key}")
        objects[kind, key] = fields

    for lists in files:
        for kind, entries in lists.items():
            for entry in entries:
                key = entry.get("slug") or entry.get("prefix") or entry["name"].lower()
                add(kind, key, entry)
                for interface in entry.get("interfaces", []):
                    port = f"{key}:{interface['name']}"
                    add("interfaces", port, interface)
                    for address in interface.get("ip_addresses", []):
                        add("ip_addresses", address["address"], {**address, "interface": port})
    references = {"site": "sites", "rack": "racks", "role": "device_roles", "device_type": "device_types",
                  "platform": "platforms", "zone": "zones", "segment": "segments"}
    networks = {}
    units = set()
    for (kind, key), fields in objects.items():
        for field, target in references.items():
            if field in fields and (target, fields[field]) not in objects:
                raise SystemExit(f"{kind}/{key}: no {target} {fields[field]}")
        for field in ("ipv4_prefix", "ipv6_prefix"):
            if kind == "segments" and field in fields:
                network = ipaddress.ip_network(fields[field])
                networks.setdefault(network.prefixlen, set()).add(network)
        if "position" in fields:
            unit = (fields["rack"], fields["position"])
            if unit in units:
                raise SystemExit(f"{key}: {unit} is taken")
            units.add(unit)
    hosts = set()
    for (kind, key), fields in objects.items():
        if kind != "ip_addresses":
            continue
        interface = ipaddress.ip_interface(fields["address"])
        if interface.ip in hosts:
            raise SystemExit(f"{interface.ip} stands twice")
        hosts.add(interface.ip)
        if interface.network not in networks.get(interface.network.prefixlen, ()):
            raise SystemExit(f"{interface} is in no network")
    return objects


def store(objects, path):
    """The same objects and a ledger with a hash chain, in one durable transaction."""
    database = sqlite3.connect(path)
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    database.execute("CREATE TABLE object (kind TEXT, key TEXT, json TEXT, PRIMARY KEY (kind, key)) WITHOUT ROWID")
    database.execute("CREATE TABLE ledger (seq INTEGER PRIMARY KEY, record TEXT, hash TEXT)")
    previous = "0" * 64
    with database:
        for seq, ((kind, key), fields) in enumerate(objects.items(), 1):
            text = json.dumps(fields, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)
            database.execute("INSERT INTO object VALUES (?, ?, ?)", (kind, key, text))
            record = json.dumps({"action": "inventory.create", "previous": previous, "seq": seq, "subject": f"{kind}/{key}",
                                 "payload": fields}, sort_keys=True, separators=(",", ":"), default=str, ensure_ascii=False)
            previous = hashlib.sha256(record.encode()).hexdigest()
            database.execute("INSERT INTO ledger VALUES (?, ?, ?)", (seq, record, previous))
    database.close()


start = time.process_time()
files = read(pathlib.Path(sys.argv[1]))
middle = time.process_time()
objects = check(files)
end = time.process_time()
store(objects, str(pathlib.Path(sys.argv[1]) / "peer.sqlite"))
stored = time.process_time()
print(json.dumps({"python": platform.python_version(), "yaml": yaml.__version__, "read": middle - start,
                  "check": end - middle, "apply": stored - end, "objects": len(objects)}))
