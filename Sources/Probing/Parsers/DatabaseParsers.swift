import Notation

/// Parsers for what database servers tell of themselves on their own machine.
enum DatabaseParsers {
    /// Servers, databases, standbys and replicas kept at most, each.
    private static let listLimit = 1_000

    // MARK: - PostgreSQL

    /// Sections `status-PORT` and `replication-PORT` with one JSON object each, `failed-PORT` with what psql said,
    /// `down-PORT` for a cluster that should run and does not, `none`.
    static func postgreSQL(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        func ports(_ prefix: String) -> [Int64] {
            sections.lines.keys.compactMap { $0.hasPrefix(prefix) ? Int64($0.dropFirst(prefix.count)) : nil }.sorted()
        }
        var servers: [JSONValue] = []
        var nodes: [JSONValue] = []
        var problems: [String] = []
        for port in ports("status-").prefix(listLimit) {
            servers.append(.object(try postgreSQLServer(port, sections["status-\(port)"])))
            if sections.has("replication-\(port)") {
                nodes.append(.object(try postgreSQLNode(port, sections["replication-\(port)"])))
            }
        }
        for port in ports("failed-") {
            let reason = CleanText.line(sections["failed-\(port)"].joined(separator: " "), limit: 200)
            if isRefusal(reason) || sections.has("status-\(port)") {
                problems.append(reason)
            } else {
                servers.append(["port": .int(port), "running": false, "reason": .string(reason)])
            }
        }
        for port in ports("down-") where !sections.has("status-\(port)") && !sections.has("failed-\(port)") {
            servers.append([
                "port": .int(port), "running": false, "reason": "the cluster is configured and not running",
            ])
        }
        if servers.isEmpty, let problem = problems.first { throw .unknown("PostgreSQL may not be asked: \(problem)") }
        guard !servers.isEmpty || sections.has("none") else { throw .malformed("no PostgreSQL was asked") }
        var status: [String: JSONValue] = ["servers": .array(servers)]
        if !servers.isEmpty { status["running"] = .bool(servers.allSatisfy { $0["running"]?.bool == true }) }
        status["connections_used_percent"] = greatest(servers, "connections_used_percent")
        let sizes = servers.compactMap { $0["bytes"]?.int }
        if !sizes.isEmpty { status["bytes"] = .int(sizes.reduce(0) { $0.addingReportingOverflow($1).partialValue }) }
        return ["status": .object(status), "replication": .object(summary(nodes, "servers"))]
    }

    /// Whether the server runs and will not talk to us: authentication and rights, not its own state.
    private static func isRefusal(_ reason: String) -> Bool {
        ["authentication", "role ", "permission denied", "pg_hba.conf", "password", "a terminal is required"].contains {
            reason.contains($0)
        }
    }

    private static func object(_ lines: [Substring]) throws(ParseProblem) -> JSONValue {
        let text = lines.first { $0.hasPrefix("{") }
        guard let text, let value = try? JSONValue.parse(String(text)), value.object != nil else {
            throw .malformed("psql printed no JSON object")
        }
        return value
    }

    private static func postgreSQLServer(_ port: Int64, _ lines: [Substring]) throws(ParseProblem) -> [String:
        JSONValue]
    {
        let value = try object(lines)
        var out: [String: JSONValue] = ["port": .int(port), "running": true]
        out["version"] = text(value["version"])
        if let standby = value["in_recovery"]?.bool { out["role"] = standby ? "standby" : "primary" }
        if let started = value["started"]?.int, let now = value["now"]?.int, started <= now, started > 0 {
            out["uptime_s"] = .int(now - started)
        }
        load(&out, value["connections"]?.int, of: value["max_connections"]?.int)
        let databases: [JSONValue] = (value["databases"]?.array ?? []).prefix(listLimit).compactMap { database in
            guard let name = text(database["name"]), let bytes = database["bytes"]?.int, bytes >= 0 else { return nil }
            return ["name": name, "bytes": .int(bytes)]
        }
        out["databases"] = .array(databases)
        out["bytes"] = .int(
            databases.compactMap { $0["bytes"]?.int }.reduce(0) { $0.addingReportingOverflow($1).partialValue })
        return out
    }

    private static func postgreSQLNode(_ port: Int64, _ lines: [Substring]) throws(ParseProblem) -> [String: JSONValue]
    {
        let value = try object(lines)
        var out: [String: JSONValue] = ["port": .int(port)]
        var states: [Bool] = []
        let standbys: [JSONValue] = (value["standbys"]?.array ?? []).prefix(listLimit).map { standby in
            var one: [String: JSONValue] = [:]
            for member in ["name", "address", "state", "sync"] { one[member] = text(standby[member]) }
            if let bytes = standby["lag_bytes"]?.number { one["lag_bytes"] = .int(whole(bytes)) }
            // The server forgets the time once a standby has caught up and nothing more happens: then there is no lag.
            if let seconds = standby["lag_s"]?.number {
                one["lag_s"] = .double(max(0, seconds))
            } else if one["lag_bytes"]?.int == 0 {
                one["lag_s"] = 0
            }
            states.append(one["state"]?.string == "streaming")
            return .object(one)
        }
        out["standbys"] = .array(standbys)
        // A slot that nobody uses keeps the log for a standby that is gone, until the disk is full.
        let idle: [JSONValue] = (value["slots"]?.array ?? []).prefix(listLimit).compactMap { slot in
            slot["active"]?.bool == false ? text(slot["name"]) : nil
        }
        out["idle_slots"] = .array(idle)
        states += idle.map { _ in false }
        var lags = [greatest(standbys, "lag_s")?.number]
        var behind = [greatest(standbys, "lag_bytes")?.number]
        if value["in_recovery"]?.bool == true {
            let receiver = value["receiver"]?.string.map { CleanText.line($0, limit: 32) } ?? "none"
            let paused = value["paused"]?.bool == true
            out["receiver"] = .string(receiver)
            out["paused"] = .bool(paused)
            states.append(receiver == "streaming" && !paused)
            let unreplayed = value["unreplayed_bytes"]?.number
            behind.append(unreplayed)
            // The age of the last change replayed is no lag while everything that arrives has been replayed: perhaps
            // nothing was changed. Without a connection nobody knows what should have arrived.
            lags.append(
                receiver == "streaming" && unreplayed.map { $0 <= 0 } == true
                    ? 0 : value["replay_age_s"]?.number.map { max(0, $0) })
        }
        if let lag = lags.compactMap(\.self).max() { out["lag_s"] = .double(lag) }
        if let lag = behind.compactMap(\.self).max() { out["lag_bytes"] = .int(whole(lag)) }
        if !states.isEmpty { out["healthy"] = .bool(states.allSatisfy(\.self)) }
        return out
    }

    // MARK: - MySQL and MariaDB

    /// Sections `status` with lines `name TAB value`, `replica` with vertical rows, `failed` and `denied` with what the
    /// client said, `down`, `none`.
    static func mySQL(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        var out: [String: JSONValue] = [:]
        if sections.has("status") {
            out["status"] = .object(try mySQLStatus(sections["status"]))
        } else if sections.has("failed") {
            let reason = CleanText.line(sections["failed"].joined(separator: " "), limit: 200)
            // 1040: it runs and is full. 1044, 1045, 1227, 1698: it will not talk to us. Everything else: it is not there.
            if ["ERROR 1044", "ERROR 1045", "ERROR 1227", "ERROR 1698", "sudo:"].contains(where: { reason.contains($0) }
            ) {
                throw .unknown("the server may not be asked: \(reason)")
            }
            let full = reason.contains("ERROR 1040")
            var status: [String: JSONValue] = ["running": .bool(full), "reason": .string(reason)]
            if full { status["connections_used_percent"] = 100 }
            out["status"] = .object(status)
        } else if sections.has("down") {
            out["status"] = ["running": false, "reason": "the server is installed and has no socket"]
        } else if sections.has("none") {
            out["status"] = [:]
        } else {
            throw .malformed("no MySQL was asked")
        }
        if sections.has("replica") {
            let rows = records(sections["replica"]).prefix(listLimit).map { JSONValue.object(replica($0)) }
            var replication = summary(rows, "replicas")
            if let dumps = fields(sections["status"])["binlog_dumps"].flatMap({ Int64($0) }) {
                replication["readers"] = .int(dumps)
            }
            out["replication"] = .object(replication)
        } else if !sections.has("denied") {
            out["replication"] = [:]
        }
        return .object(out)
    }

    private static func fields(_ lines: [Substring]) -> [String: String] {
        var out: [String: String] = [:]
        for line in lines.prefix(listLimit) {
            let parts = line.split(separator: "\t", maxSplits: 1)
            if parts.count == 2 { out[parts[0].lowercased()] = CleanText.line(parts[1], limit: 256) }
        }
        return out
    }

    private static func mySQLStatus(_ lines: [Substring]) throws(ParseProblem) -> [String: JSONValue] {
        let fields = fields(lines)
        guard let version = fields["version"] else { throw .malformed("the client printed no version") }
        var out: [String: JSONValue] = ["running": true, "version": .string(version)]
        func number(_ name: String) -> Int64? { fields[name].flatMap { Int64($0) } }
        if let flag = fields["read_only"] { out["read_only"] = .bool(flag != "0" && flag.uppercased() != "OFF") }
        load(&out, number("threads_connected"), of: number("max_connections"))
        for (name, member) in [
            ("threads_running", "threads_running"), ("uptime", "uptime_s"), ("bytes", "bytes"),
            ("aborted_connects", "aborted_connects"), ("slow_queries", "slow_queries"),
        ] {
            if let value = number(name) { out[member] = .int(value) }
        }
        return out
    }

    /// Rows of `--vertical` output: `*** 1. row ***`, then `   Name: value`. A value's further lines belong to it.
    private static func records(_ lines: [Substring]) -> [[String: String]] {
        var out: [[String: String]] = []
        for line in lines {
            if line.hasPrefix("***") {
                out.append([:])
                continue
            }
            guard !out.isEmpty, let colon = line.firstIndex(of: ":") else { continue }
            let name = CleanText.line(line[..<colon], limit: 64).lowercased()
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 == 95 || (97...122).contains($0) || (48...57).contains($0) })
            else { continue }
            out[out.count - 1][name] = CleanText.line(line[line.index(after: colon)...], limit: 512)
        }
        return out
    }

    /// Names before and after MySQL 8.0.22: Slave and Master, Replica and Source.
    private static func replica(_ row: [String: String]) -> [String: JSONValue] {
        func first(_ names: String...) -> String? {
            names.lazy.compactMap { row[$0] }.first { !$0.isEmpty }
        }
        var out: [String: JSONValue] = [:]
        out["name"] = .string(first("connection_name", "channel_name") ?? "")
        out["source"] = first("source_host", "master_host").map { .string($0) }
        let io = first("replica_io_running", "slave_io_running") ?? "?"
        let sql = first("replica_sql_running", "slave_sql_running") ?? "?"
        out["io_running"] = .string(io)
        out["sql_running"] = .string(sql)
        out["healthy"] = .bool(io == "Yes" && sql == "Yes")
        if let lag = first("seconds_behind_source", "seconds_behind_master").flatMap({ Int64($0) }), lag >= 0 {
            out["lag_s"] = .int(lag)
        }
        out["io_error"] = first("last_io_error").map { .string($0) }
        out["sql_error"] = first("last_sql_error").map { .string($0) }
        return out
    }

    // MARK: - Both

    /// All nodes, and over them: healthy when every one that says so is, the greatest lags.
    private static func summary(_ nodes: [JSONValue], _ name: String) -> [String: JSONValue] {
        var out: [String: JSONValue] = [name: .array(nodes)]
        let states = nodes.compactMap { $0["healthy"]?.bool }
        if !states.isEmpty { out["healthy"] = .bool(states.allSatisfy(\.self)) }
        for member in ["lag_s", "lag_bytes"] { out[member] = greatest(nodes, member) }
        return out
    }

    private static func greatest(_ values: [JSONValue], _ member: String) -> JSONValue? {
        values.compactMap { $0[member] }.max { ($0.number ?? 0) < ($1.number ?? 0) }
    }

    private static func load(_ out: inout [String: JSONValue], _ used: Int64?, of limit: Int64?) {
        if let used { out["connections"] = .int(used) }
        if let limit { out["max_connections"] = .int(limit) }
        guard let used, let limit, limit > 0, used >= 0 else { return }
        out["connections_used_percent"] = .double((Double(used) * 1_000 / Double(limit)).rounded() / 10)
    }

    private static func text(_ value: JSONValue?) -> JSONValue? {
        value?.string.map { .string(CleanText.line($0, limit: 256)) }
    }

    /// Log distances are 64 bits without a sign; a standby may be a little ahead of what the primary has heard.
    private static func whole(_ number: Double) -> Int64 { Int64(exactly: max(0, number).rounded()) ?? .max }
}
