"""The same work with Python's ipaddress and, where installed, py-radix.

Reads the input file named on the command line, prints one JSON object: nanoseconds of CPU for one piece of work, and
sums that show that the work was the same.
"""

import ipaddress
import json
import platform
import sys
import time

try:
    import radix
    from importlib.metadata import version

    radix_version = version("py-radix")
except ImportError:
    radix = None
    radix_version = None

MASK = (1 << 64) - 1


def best(rounds, count, work):
    fastest = None
    for _ in range(rounds):
        start = time.process_time_ns()
        result = work()
        took = time.process_time_ns() - start
        fastest = took if fastest is None else min(fastest, took)
    return fastest / count, result


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        data = json.load(file)
    times, sums = {}, {}

    v4 = v6 = nets = None

    def parse4():
        nonlocal v4
        v4 = [ipaddress.IPv4Address(text) for text in data["v4"]]

    def parse6():
        nonlocal v6
        v6 = [ipaddress.IPv6Address(text) for text in data["v6"]]

    def parse_prefixes():
        nonlocal nets
        nets = [ipaddress.ip_network(text) for text in data["prefixes"]]

    times["parse4"], _ = best(3, len(data["v4"]), parse4)
    times["parse6"], _ = best(3, len(data["v6"]), parse6)
    times["parsePrefix"], _ = best(3, len(data["prefixes"]), parse_prefixes)
    sums["parse4"] = sum(int(a) for a in v4) & MASK
    sums["parse6"] = sum((int(a) >> 64) ^ (int(a) & MASK) for a in v6) & MASK
    sums["parsePrefix"] = sum(n.prefixlen for n in nets)
    times["format4"], texts = best(3, len(v4), lambda: [str(a) for a in v4])
    sums["format4"] = sum(len(t) for t in texts)
    times["format6"], texts = best(3, len(v6), lambda: [str(a) for a in v6])
    sums["format6"] = sum(len(t) for t in texts)

    # The best that can be done with ipaddress alone: a dictionary for each length, asked from the longest.
    tables = {4: {}, 6: {}}
    for n in nets:
        tables[n.version].setdefault(n.prefixlen, {})[int(n.network_address) >> (n.max_prefixlen - n.prefixlen)] = n
    ordered = {
        family: [(32 if family == 4 else 128, length, tables[family][length]) for length in sorted(tables[family], reverse=True)]
        for family in tables
    }
    probes = [ipaddress.ip_address(text) for text in data["probes"]]

    def match_dictionary():
        total = 0
        for address in probes:
            number = int(address)
            for width, length, table in ordered[address.version]:
                if (number >> (width - length)) in table:
                    total += length + 1
                    break
        return total

    times["matchDictionary"], sums["match"] = best(3, len(probes), match_dictionary)

    if radix is not None:
        def insert():
            tree = radix.Radix()
            for text in data["prefixes"]:
                tree.add(text)
            return tree

        times["insertRadix"], tree = best(2, len(data["prefixes"]), insert)
        sums["insert"] = len(tree.prefixes())
        packed = [a.packed for a in probes]

        def match_packed():
            search = tree.search_best
            total = 0
            for item in packed:
                node = search(packed=item)
                if node is not None:
                    total += node.prefixlen + 1
            return total

        def match_text():
            search = tree.search_best
            total = 0
            for text in data["probes"]:
                node = search(text)
                if node is not None:
                    total += node.prefixlen + 1
            return total

        times["matchRadixPacked"], total = best(3, len(packed), match_packed)
        times["matchRadixText"], sums["matchText"] = best(3, len(packed), match_text)
        if total != sums["match"]:
            sys.exit("py-radix and ipaddress disagree")
    print(json.dumps({
        "python": platform.python_version(), "radix": radix_version, "nanoseconds": times, "sums": sums,
    }))


main()
