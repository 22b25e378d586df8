import Notation

extension ProbeFileReader {
    mutating func readCollection(_ kind: ProbeDefinition.Kind, _ node: YAMLNode) -> ProbeDefinition.Collection? {
        switch kind {
        case .ssh:
            guard let nodes = node.list else { return refuse(node, "a list of steps") }
            return .ssh(nodes.compactMap { readStep($0) })
        case .snmp:
            guard let map = node.map else { return refuse(node, "a mapping with scalars, tables, version_fact") }
            return .snmp(readSNMP(map))
        case .dns:
            guard let map = node.map else { return refuse(node, "a mapping with zones and names") }
            return readDNS(map)
        case .tls, .tcp, .icmp, .http, .ntp, .smtp, .postgresql, .mysql:
            guard let map = node.map else { return refuse(node, "a mapping with fact and metrics") }
            var reader = MapReader(map, subject: "collect")
            let fact = name(&reader, "fact", required: true)
            let metrics = reader.list("metrics").compactMap { readPick($0) }
            var count = 3
            var spacing = Duration.milliseconds(200)
            var bodyLimit = 256 << 10
            if kind == .icmp {
                count = reader.int("count", in: 1...100) ?? count
                spacing = reader.duration("spacing") ?? spacing
            }
            if kind == .http { bodyLimit = reader.int("body_limit", in: 1...(1 << 20)) ?? bodyLimit }
            take(&reader)
            return fact.map { fact in
                switch kind {
                case .icmp:
                    .echo(EchoCollection(fact: fact, count: count, spacing: spacing, metrics: metrics))
                case .http: .http(HTTPCollection(fact: fact, bodyLimit: bodyLimit, metrics: metrics))
                default: .endpoint(EndpointCollection(fact: fact, metrics: metrics))
                }
            }
        }
    }

    private mutating func readDNS(_ map: YAMLMap) -> ProbeDefinition.Collection {
        var reader = MapReader(map, subject: "collect")
        let zones = reader.mapping("zones").flatMap { readPart($0) }
        let names = reader.mapping("names").flatMap { readPart($0) }
        take(&reader)
        return .dns(DNSCollection(zones: zones, names: names))
    }

    private mutating func readPart(_ map: YAMLMap) -> DNSCollection.Part? {
        var reader = MapReader(map, subject: "collect")
        let fact = name(&reader, "fact", required: true)
        let metrics = reader.list("metrics").compactMap { readPick($0) }
        take(&reader)
        return fact.map { DNSCollection.Part(fact: $0, metrics: metrics) }
    }

    mutating func refuse(_ node: YAMLNode, _ wanted: String) -> ProbeDefinition.Collection? {
        problems.append(
            Diagnostic(
                node.position, subject: "collect", problem: "a \(node.shape) stands here", remedy: "write \(wanted)"))
        return nil
    }

    func name(_ reader: inout MapReader, _ key: String, required: Bool = false) -> String? {
        guard let text = reader.text(key, required: required) else { return nil }
        if Self.isDotted(text) { return text }
        reader.fail(
            reader.map[key]?.position ?? reader.map.position, "\(key) \"\(text)\" is no dotted name",
            "use lower-case words with dots, such as snmp.system")
        return nil
    }

    private mutating func readPick(_ node: YAMLNode) -> MetricPick? {
        guard let map = node.map else {
            _ = refuse(node, "metrics as mappings with metric, member, unit")
            return nil
        }
        var reader = MapReader(map, subject: "metric")
        let metric = name(&reader, "metric", required: true)
        let member = reader.text("member")
        let unit = reader.text("unit", required: true)
        take(&reader)
        guard let metric, let unit else { return nil }
        return MetricPick(metric: metric, member: member, unit: unit)
    }

    private mutating func readStep(_ node: YAMLNode) -> SSHStep? {
        guard let map = node.map else {
            _ = refuse(node, "steps as mappings with fact, command, parse")
            return nil
        }
        var reader = MapReader(map, subject: map["fact"]?.text.map { "step \($0)" } ?? "step")
        var facts: [SSHStep.Target] = []
        if let fact = name(&reader, "fact") { facts.append(SSHStep.Target(name: fact, member: nil)) }
        if let several = reader.mapping("facts") {
            for entry in several.entries {
                guard Self.isDotted(entry.key), let member = entry.value.text else {
                    reader.fail(entry.keyPosition, "facts maps names to members", "write os.id: id")
                    continue
                }
                facts.append(SSHStep.Target(name: entry.key, member: member))
            }
        }
        if map["fact"] == nil, map["facts"] == nil {
            reader.fail(map.position, "the step gives no fact", "write fact: or facts:")
        }
        let command = reader.text("command", required: true)
        let parser = reader.choice("parse", of: ParserName.allCases.map(\.rawValue), required: true)
        let optional = reader.bool("optional") ?? false
        let sudo = reader.bool("sudo") ?? false
        let unit = reader.text("unit")
        let metrics = reader.list("metrics").compactMap { readPick($0) }
        take(&reader)
        guard let command, let parser = parser.flatMap(ParserName.init(rawValue:)), !facts.isEmpty else { return nil }
        return SSHStep(
            facts: facts, command: command, parser: parser, optional: optional, sudo: sudo, unit: unit,
            metrics: metrics)
    }
}
