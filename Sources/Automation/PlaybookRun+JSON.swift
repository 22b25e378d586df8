import CMDB
public import Evidence
public import Notation

extension PlaybookRun {
    /// The run with the hosts' output, cleaned for display; fields are only ever added.
    public var json: JSONValue { form { $0.json } }

    private func form(_ task: (TaskResult) -> JSONValue) -> JSONValue {
        [
            "playbook": .string(playbook), "playbook_sha256": .string(digest), "outcome": .string(outcome.rawValue),
            "started": .string(started.description), "ended": .string(ended.description), "counts": counts,
            "hosts": .array(
                hosts.map { host in
                    [
                        "host": .string(host.host.description), "status": .string(host.status.rawValue),
                        "message": .string(host.message), "recap": host.recap,
                        "tasks": .array(host.tasks.map(task)),
                    ]
                }),
        ]
    }

    /// The denominators: hosts by status out of those asked, tasks by status out of hosts times tasks.
    public var counts: JSONValue {
        var hostCounts: [String: JSONValue] = ["asked": .int(Int64(hosts.count))]
        for status in HostStatus.allCases { hostCounts[status.rawValue] = .int(Int64(count(status))) }
        var taskCounts: [String: JSONValue] = ["asked": .int(Int64(hosts.reduce(0) { $0 + $1.tasks.count }))]
        for status in TaskStatus.allCases {
            taskCounts[status.rawValue] = .int(Int64(hosts.reduce(0) { $0 + $1.count(status) }))
        }
        return ["hosts": .object(hostCounts), "tasks": .object(taskCounts)]
    }

    /// The record of the run. It names outputs by digest only: what hosts print may hold secrets, and the ledger is
    /// for ever.
    public func ledgerEntry(actor: String, reason: String) -> LedgerEntry {
        let payload = form { task in
            [
                "task": .string(task.task), "status": .string(task.status.rawValue), "changed": .bool(task.changed),
                "termination": task.termination.map { .string($0) } ?? .null,
                "stdout_sha256": .string(Digest.sha256Hex(task.stdout)),
                "stdout_bytes": .int(Int64(task.stdout.count)),
            ]
        }
        return LedgerEntry(
            action: "playbook.run", subject: nil, actor: actor, reason: reason, at: ended, payload: payload)
    }
}

extension PlaybookRun.TaskResult {
    /// The result with cleaned output.
    public var json: JSONValue {
        let (seconds, attoseconds) = duration.components
        return [
            "task": .string(task), "register": register.map { .string($0) } ?? .null,
            "status": .string(status.rawValue), "changed": .bool(changed),
            "termination": termination.map { .string($0) } ?? .null, "message": .string(message),
            "stdout": .string(DisplayText.clean(stdout)), "stderr": .string(DisplayText.clean(stderr)),
            "stdout_sha256": .string(Digest.sha256Hex(stdout)),
            "duration_ms": .int(seconds * 1_000 + attoseconds / 1_000_000_000_000_000),
        ]
    }
}

extension PlaybookRun.HostResult {
    /// Ansible's recap: ok (ignored ones among them), changed, unreachable, failed, skipped, ignored.
    public var recap: JSONValue {
        [
            "ok": .int(Int64(count(.ok) + count(.ignored))), "changed": .int(Int64(changed)),
            "unreachable": .int(status == .unreachable ? 1 : 0), "failed": .int(Int64(count(.failed))),
            "skipped": .int(Int64(count(.skipped))), "ignored": .int(Int64(count(.ignored))),
        ]
    }
}
