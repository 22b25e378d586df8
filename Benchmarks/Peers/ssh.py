"""parallel-ssh: `uname -a` on every host, cold, then further commands on the open sessions; CPU ns per command.

Usage: ssh.py PORT USER KEY WIDTH FURTHER HOST...
"""

import json
import sys
import time

from pssh.clients import ParallelSSHClient


def run(client, hosts):
    output = client.run_command("uname -a")
    client.join(output)
    answers = sum(1 for host in output for line in host.stdout if line.startswith("Linux"))
    if answers != hosts:
        sys.exit(f"{answers} of {hosts} hosts answered")


def main():
    port, user, key, width, further = sys.argv[1:6]
    hosts = sys.argv[6:]
    start = time.process_time_ns()
    client = ParallelSSHClient(hosts, user=user, port=int(port), pkey=key, pool_size=int(width))
    run(client, len(hosts))
    opened = time.process_time_ns()
    for _ in range(int(further)):
        run(client, len(hosts))
    end = time.process_time_ns()
    print(json.dumps({
        "cold": (opened - start) / len(hosts),
        "further": (end - opened) / len(hosts) / int(further),
    }))


main()
