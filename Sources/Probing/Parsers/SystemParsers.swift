import Notation

/// Parsers for sockets and time.
enum SystemParsers {
    static func sockets(_ output: String) throws(ParseProblem) -> JSONValue {
        struct Key: Hashable {
            let proto: String
            let address: String
            let port: Int64
        }
        var found: [Key: String?] = [:]
        var understood = output.allSatisfy(\.isWhitespace)
        for raw in CleanText.lines(output) {
            let line = CleanText.line(raw, limit: 4_096)
            let words = CleanText.words(line)
            guard let kind = words.first?.lowercased() else { continue }
            if kind == "netid" || kind == "proto" || kind == "active" {
                understood = true
                continue
            }
            guard kind.hasPrefix("tcp") || kind.hasPrefix("udp"), words.count >= 5 else { continue }
            // ss: Netid State Recv-Q Send-Q Local Peer [Process]; netstat: Proto Recv-Q Send-Q Local Foreign [State] PID/Name
            let isSS = Int64(words[1]) == nil
            guard let (address, port) = split(isSS ? words[4] : words[3]) else { continue }
            understood = true
            let process = isSS ? user(in: line) : netstatProgram(words.last)
            let key = Key(proto: String(kind.prefix(3)), address: address, port: port)
            if found.count < SimpleParsers.entryLimit || found[key] != nil {
                let known: String? = found[key] ?? nil
                found.updateValue(known ?? process, forKey: key)
            }
        }
        guard understood else { throw .malformed("no socket table was printed") }
        let sorted = found.sorted {
            ($0.key.proto, $0.key.port, $0.key.address) < ($1.key.proto, $1.key.port, $1.key.address)
        }
        return .array(
            sorted.map { key, process in
                var socket: [String: JSONValue] = [
                    "proto": .string(key.proto), "address": .string(key.address), "port": .int(key.port),
                ]
                if let process { socket["process"] = .string(process) }
                return .object(socket)
            })
    }

    /// `0.0.0.0:22`, `[::]:22`, `*:22`, `:::22`, `127.0.0.53%lo:53`; the zone is taken away.
    private static func split(_ text: String) -> (String, Int64)? {
        guard let colon = text.lastIndex(of: ":"), let port = Int64(text[text.index(after: colon)...]),
            (1...65_535).contains(port)
        else { return nil }
        var address = text[..<colon]
        if address.hasPrefix("["), address.hasSuffix("]") { address = address.dropFirst().dropLast() }
        if let zone = address.firstIndex(of: "%") { address = address[..<zone] }
        return (address.isEmpty ? "*" : String(address), port)
    }

    /// The first name in `users:(("sshd",pid=1,fd=3))`.
    private static func user(in line: String) -> String? {
        guard let start = line.firstRange(of: "users:((\"")?.upperBound else { return nil }
        let name = line[start...].prefix { $0 != "\"" }
        return name.isEmpty ? nil : String(name.prefix(64))
    }

    private static func netstatProgram(_ word: String?) -> String? {
        guard let word, let slash = word.firstIndex(of: "/"), Int(word[..<slash]) != nil else { return nil }
        let name = word[word.index(after: slash)...]
        return name.isEmpty ? nil : String(name.prefix(64))
    }

    static func time(_ output: String) throws(ParseProblem) -> JSONValue {
        let sections = Sections(output)
        var state: [String: JSONValue] = [:]
        var synchronized: Bool?
        let control = Dictionary(SimpleParsers.pairs(sections["timedatectl"]), uniquingKeysWith: { $1 })
        if let text = control["ntpsynchronized"] { synchronized = text == "yes" }
        if let service = sections["services"].map({ CleanText.line($0, limit: 64) }).first(where: { !$0.isEmpty }) {
            // ps cuts names at 15 characters.
            state["service"] = .string(service == "systemd-timesyn" ? "systemd-timesyncd" : service)
        }
        // chronyc -c tracking: ref id, name, stratum, ref time, system time offset, last offset, RMS offset, frequency,
        // residual frequency, skew, root delay, root dispersion, update interval, leap status.
        if let line = sections["chrony"].first(where: { $0.contains(",") }) {
            let parts = line.split(separator: ",", omittingEmptySubsequences: false)
            if parts.count >= 14 {
                let unset = ["00000000", "7F7F0101", ""].contains(String(parts[0]))
                synchronized = !unset && parts[13] != "Not synchronised" && parts[13] != "Not synchronized"
                if !unset { state["source"] = .string(CleanText.line(parts[1], limit: 256)) }
                if let offset = Double(parts[4]), offset.isFinite { state["offset_s"] = .double(offset) }
                if state["service"] == nil { state["service"] = "chrony" }
            }
        }
        // ntpq -pn: tally code and remote, refid, st, t, when, poll, reach, delay, offset (ms), jitter.
        let peers = sections["ntpq"].filter { CleanText.words($0).count >= 10 && !$0.contains("refid") }
        if !peers.isEmpty {
            let chosen = peers.first { $0.first == "*" || $0.first == "o" }
            synchronized = chosen != nil
            if let chosen {
                let words = CleanText.words(chosen)
                state["source"] = .string(CleanText.line(words[0].dropFirst(), limit: 256))
                if let offset = Double(words[8]), offset.isFinite { state["offset_s"] = .double(offset / 1_000) }
            }
            if state["service"] == nil { state["service"] = "ntpd" }
        }
        guard sections.has("services") || synchronized != nil else {
            throw .unknown("no time service could be asked")
        }
        if state["service"] == nil {
            // All processes were looked at and none of them keeps the time: then nothing on this machine does, unless
            // the kernel itself says that somebody did.
            if sections.has("services"), synchronized != true {
                state["service"] = "none"
                state["reason"] = "no time service is running"
                synchronized = false
            } else {
                state["service"] = "unknown"
            }
        }
        if let synchronized { state["synchronized"] = .bool(synchronized) }
        return .object(state)
    }
}
