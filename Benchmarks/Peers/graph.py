"""The same question with networkx: which systems stop when a switch fails.

Reads the lists that graph-bench writes (links, switches, clusters, machines, systems) and takes one switch after the
other out of the network: hosts without a way to a core over switches are lost, clusters without hosts, machines without
their cluster, systems without one of their machines. Prints one JSON object: seconds of CPU and, by switch, the systems.
"""

import json
import platform
import sys
import time

import networkx


class Province:
    def __init__(self, lists):
        self.systems = lists["systems"]
        self.machines = lists["machines"]
        self.clusters = lists["clusters"]
        switches = set(lists["switches"])
        self.network = networkx.Graph()
        self.network.add_nodes_from(switches)
        self.hosts = {}
        for a, b in lists["links"]:
            if a in switches and b in switches:
                self.network.add_edge(a, b)
            else:
                host, switch = (b, a) if a in switches else (a, b)
                self.hosts.setdefault(host, []).append(switch)
        self.cores = [name for name in switches if name.startswith("core-")]

    def down(self, failed):
        left = networkx.restricted_view(self.network, [failed], [])
        reached = set()
        for core in self.cores:
            if core != failed and core not in reached:
                reached |= networkx.node_connected_component(left, core)
        lost = {host for host, uplinks in self.hosts.items() if not any(up in reached for up in uplinks)}
        dark = {name for name, hosts in self.clusters.items() if hosts and all(host in lost for host in hosts)}
        off = {name for name, cluster in self.machines.items() if cluster in dark}
        return sorted(name for name, parts in self.systems.items() if any(part in off for part in parts))


def main():
    lists = json.load(open(sys.argv[1], encoding="utf-8"))
    busiest = sys.argv[2]
    start = time.process_time()
    province = Province(lists)
    index = time.process_time() - start
    best = min(timed(province, busiest) for _ in range(5))
    start = time.process_time()
    down = {name: province.down(name) for name in lists["switches"]}
    every = (time.process_time() - start) / len(down)
    print(
        json.dumps(
            {
                "python": platform.python_version(),
                "library": f"networkx {networkx.__version__}",
                "index": index,
                "busiest": best,
                "all": every,
                "down": down,
            }
        )
    )


def timed(province, name):
    start = time.process_time()
    province.down(name)
    return time.process_time() - start


main()
