import Addressing
import CMDB
import Remote

/// Maker, model, role, system, version, serial: what several sources may tell, the surest first.
struct FactReader {
    let rules: IdentityRules
    let answers: Answers
    let id: OID?
    let matches: [RuleMatch]

    /// Keeps the surest offer; of two that are equally sure, the earlier.
    private struct Choice<Value: Sendable & Equatable> {
        var known: Known<Value>?
        mutating func offer(_ value: Value?, _ confidence: Confidence, _ source: String) {
            guard let value, known.map({ confidence > $0.confidence }) ?? true else { return }
            known = Known(value, confidence, source: source)
        }
    }

    func read(into device: inout DiscoveredDevice) {
        let machine = EntityReader.machine(device.entities)
        device.manufacturer = manufacturer(machine)
        device.model = model(machine, device)
        device.platform = platform(device)
        device.osVersion = version(machine, device)
        device.serial = serial(machine, device)
        device.assetTag = assetTag(machine)
        device.role = role(device)
        for match in matches where device.sysName == nil {
            if let (name, source) = told(match.rule.names, match.rule) {
                device.sysName = Known(name, .likely, source: source)
            }
        }
        for match in matches where match.rule.isVirtual != nil && device.isVirtual == nil {
            device.isVirtual = match.rule.isVirtual.map { Known($0, .likely, source: "rule \(match.rule.name)") }
        }
        readHypervisor(&device)
    }

    /// Hypervisors give their guests hardware addresses out of ranges of their own.
    private static let hypervisors: [UInt32: (slug: String, name: String)] = [
        0x000569: ("vmware", "VMware"), 0x000C29: ("vmware", "VMware"), 0x001C14: ("vmware", "VMware"),
        0x005056: ("vmware", "VMware"), 0x525400: ("qemu", "QEMU"), 0xBC2411: ("qemu", "QEMU"),
        0x00155D: ("microsoft", "Microsoft"), 0x080027: ("oracle-virtualbox", "VirtualBox"), 0x00163E: ("xen", "Xen"),
        0x506B8D: ("nutanix", "Nutanix"),
    ]

    private func readHypervisor(_ device: inout DiscoveredDevice) {
        let macs = device.interfaces.filter { $0.type != "virtual" && $0.type != "bridge" }.compactMap(\.mac)
        guard device.isVirtual == nil, let first = macs.first, let maker = Self.hypervisors[first.oui],
            macs.allSatisfy({ Self.hypervisors[$0.oui] != nil })
        else { return }
        let source = "hardware addresses of \(maker.name)"
        device.isVirtual = Known(true, .likely, source: source)
        if device.manufacturer == nil {
            device.manufacturer = Known(
                DiscoveredManufacturer(slug: maker.slug, name: maker.name), .guess, source: source)
        }
    }

    /// The first object of a list that tells something.
    private func told(_ sources: [TextSource], _ rule: IdentityRule) -> (String, String)? {
        for source in sources {
            guard let value = answers.first(source.oid), var text = value.anyText else { continue }
            if let take = source.take {
                guard let captures = take.captures(in: text), let kept = captures.values.first else { continue }
                text = kept
            }
            text = trimmed(text)
            if OneLine.meaningful(text) != nil { return (text, "rule \(rule.name): \(source.oid)") }
        }
        return nil
    }

    /// Quotation marks and blanks that scripts leave around values.
    private func trimmed(_ text: String) -> String {
        var body = Substring(text)
        while let first = body.first, first == "\"" || first == " " || first == "'" { body = body.dropFirst() }
        while let last = body.last, last == "\"" || last == " " || last == "'" { body = body.dropLast() }
        return String(body)
    }

    private func manufacturer(_ machine: DiscoveredEntity?) -> Known<DiscoveredManufacturer>? {
        var choice = Choice<DiscoveredManufacturer>()
        for match in matches {
            let maker = match.rule.manufacturer.flatMap { rules.bySlug[$0] }
            choice.offer(maker, match.isCertain ? .certain : .likely, "rule \(match.rule.name)")
        }
        choice.offer(
            rules.manufacturer(named: UPSReader.manufacturer(answers)), .certain, "UPS-MIB upsIdentManufacturer")
        // Agents that others ship (net-snmp, Windows) say nothing about the machine.
        let generic: Set<String> = ["net-snmp", "microsoft", "ucd-snmp"]
        if let maker = rules.manufacturer(of: id), !generic.contains(maker.slug) {
            choice.offer(maker, .certain, "sysObjectID")
        }
        choice.offer(rules.manufacturer(named: machine?.manufacturer), .certain, "ENTITY-MIB entPhysicalMfgName")
        if let maker = rules.manufacturer(of: id), maker.slug == "microsoft" {
            choice.offer(maker, .guess, "sysObjectID (of the system; the machine's own maker is not told)")
        }
        return choice.known
    }

    private func model(_ machine: DiscoveredEntity?, _ device: DiscoveredDevice) -> Known<String>? {
        var choice = Choice<String>()
        for match in matches {
            if let (model, source) = told(match.rule.modelSources, match.rule) {
                choice.offer(cleaned(model, device), .certain, source)
            }
        }
        choice.offer(machine?.model.map { cleaned($0, device) }, .certain, "ENTITY-MIB entPhysicalModelName")
        choice.offer(UPSReader.model(answers).map { cleaned($0, device) }, .certain, "UPS-MIB upsIdentModel")
        for match in matches {
            if let id, let model = match.rule.models[id] {
                choice.offer(model, .certain, "sysObjectID, rule \(match.rule.name)")
            }
            choice.offer(
                match.captures["model"].map { cleaned($0, device) }, .likely, "sysDescr, rule \(match.rule.name)")
            choice.offer(match.rule.model, .likely, "rule \(match.rule.name)")
        }
        choice.offer(
            HostReader.printer(answers).map { cleaned($0, device) }, .likely, "HOST-RESOURCES-MIB hrDeviceDescr")
        choice.offer(PrinterReader.name(answers), .guess, "Printer-MIB prtGeneralPrinterName")
        let hint = machine.flatMap { $0.description ?? $0.name }.flatMap { OneLine.meaningful($0) }
        if machine?.entityClass == "chassis" {
            choice.offer(hint.map { cleaned($0, device) }, .guess, "ENTITY-MIB entPhysicalDescr")
        }
        // A short text with a number in it, from a maker we know, is mostly the model and nothing else.
        let isRead = matches.contains { !$0.captures.isEmpty && ($0.rule.platform != nil || $0.isCertain) }
        if let text = device.sysDescr, text.count <= 40, text.contains(where: \.isNumber), device.manufacturer != nil,
            !isRead
        {
            choice.offer(cleaned(text, device), .guess, "sysDescr")
        }
        return choice.known
    }

    /// Without the maker's name and the words the rule calls no part of a model.
    private func cleaned(_ model: String, _ device: DiscoveredDevice) -> String {
        let maker = device.manufacturer?.value
        let spellings = rules.spellings.filter { $0.slug == maker?.slug }.map(\.text)
        var out = trimmed(model)
        for word in spellings + matches.flatMap(\.rule.drop).map({ $0.lowercased() }) {
            let prefix = word.hasSuffix(" ") ? word : word + " "
            if out.lowercased().hasPrefix(prefix), out.count > prefix.count {
                out = trimmed(String(out.dropFirst(prefix.count)))
            }
        }
        return out
    }

    private func platform(_ device: DiscoveredDevice) -> Known<String>? {
        var choice = Choice<String>()
        for match in matches {
            let platform = match.rule.platform ?? match.captures["platform"]
            let sure: Confidence = match.isCertain || !match.rule.descr.isEmpty ? .certain : .likely
            choice.offer(platform, match.rule.platform == nil ? .likely : sure, "rule \(match.rule.name)")
        }
        return choice.known
    }

    private func version(_ machine: DiscoveredEntity?, _ device: DiscoveredDevice) -> Known<String>? {
        var choice = Choice<String>()
        for match in matches {
            if let (version, source) = told(match.rule.versions, match.rule) { choice.offer(version, .certain, source) }
        }
        // What another system's rule reads is the kernel's version at best.
        let own = device.platform?.value
        for match in matches {
            let isOwn = match.rule.platform == nil || match.rule.platform == own
            // A pattern that knows neither maker nor system only looks for the word.
            let isWild = match.rule.platform == nil && !match.isCertain
            choice.offer(
                version(of: match), isOwn && !isWild ? .likely : .guess,
                "sysDescr, rule \(match.rule.name)\(isOwn ? "" : " (kernel)")")
            choice.offer(match.rule.version, .likely, "rule \(match.rule.name)")
        }
        choice.offer(machine?.softwareRevision, .likely, "ENTITY-MIB entPhysicalSoftwareRev")
        choice.offer(UPSReader.version(answers), .likely, "UPS-MIB upsIdentUPSSoftwareVersion")
        choice.offer(machine?.firmwareRevision, .guess, "ENTITY-MIB entPhysicalFirmwareRev")
        return choice.known
    }

    /// `5.20 Release 1513P62`, `5.2.3790`: version with release or build where the pattern keeps them.
    private func version(of match: RuleMatch) -> String? {
        guard let version = OneLine.meaningful(match.captures["version"]) else { return nil }
        if let release = match.captures["release"] { return "\(version) Release \(release)" }
        if let build = match.captures["dotbuild"] { return "\(version).\(build)" }
        return version
    }

    private func serial(_ machine: DiscoveredEntity?, _ device: DiscoveredDevice) -> Known<String>? {
        var choice = Choice<String>()
        for match in matches {
            if let (serial, source) = told(match.rule.serials, match.rule) { choice.offer(serial, .certain, source) }
        }
        choice.offer(machine?.serial, .certain, "ENTITY-MIB entPhysicalSerialNum")
        choice.offer(PrinterReader.serial(answers), .certain, "Printer-MIB prtGeneralSerialNumber")
        for match in matches { choice.offer(match.captures["serial"], .likely, "sysDescr, rule \(match.rule.name)") }
        // A machine of one board keeps its number on the board.
        let board = device.entities.filter { $0.entityClass == "module" && $0.serial != nil }
        if machine?.serial == nil {
            choice.offer(board.first?.serial, .guess, "ENTITY-MIB entPhysicalSerialNum of the first module")
        }
        return choice.known
    }

    private func assetTag(_ machine: DiscoveredEntity?) -> Known<String>? {
        var choice = Choice<String>()
        for match in matches {
            if let (tag, source) = told(match.rule.assetTags, match.rule) { choice.offer(tag, .certain, source) }
        }
        choice.offer(machine?.assetTag, .certain, "ENTITY-MIB entPhysicalAssetID")
        return choice.known
    }

    private func role(_ device: DiscoveredDevice) -> Known<String>? {
        var choice = Choice<String>()
        if let model = device.model?.value {
            for hint in rules.roles
            where hint.manufacturer == nil || hint.manufacturer == device.manufacturer?.value.slug {
                if hint.pattern.isFound(in: model) { choice.offer(hint.role, .likely, "model \(model)") }
            }
        }
        for match in matches {
            choice.offer(match.rule.role, match.isCertain ? .likely : .guess, "rule \(match.rule.name)")
        }
        if UPSReader.isPresent(answers) { choice.offer("ups", .likely, "UPS-MIB") }
        if PrinterReader.serial(answers) != nil || HostReader.printer(answers) != nil {
            choice.offer("printer", .likely, "Printer-MIB")
        }
        let ports = device.interfaces.filter { $0.type.contains("base") }.count
        let bridges = device.interfaces.contains { $0.untaggedVLAN != nil }
        if bridges && ports >= 5 { choice.offer("access-switch", .guess, "bridge with \(ports) ports") }
        let services = answers.integer(Names.sysServices) ?? 0
        if device.entities.isEmpty, services & 64 != 0, !device.cpus.isEmpty || !device.storage.isEmpty {
            choice.offer("server", .guess, "sysServices and HOST-RESOURCES-MIB")
        }
        let hosts: Set<String> = ["Linux", "FreeBSD", "OpenBSD", "Solaris", "Windows"]
        if let platform = device.platform?.value, hosts.contains(platform), !device.storage.isEmpty {
            choice.offer("server", .guess, "\(platform) with HOST-RESOURCES-MIB")
        }
        if services & 4 != 0, services & 2 == 0, ports >= 2 { choice.offer("router", .guess, "sysServices") }
        return choice.known
    }
}
