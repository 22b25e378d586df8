import CMDB
import Evidence
public import Notation

extension Playbook {
    /// Reads a playbook.
    ///
    ///     name: collect-baseline
    ///     description: What runs where
    ///     hosts: device status=active          # selector over the inventory
    ///     vars: {lines: 20}                     # put in where {{ lines }} stands
    ///     tasks:
    ///       - name: Kernel
    ///         command: uname -r                 # or script: | …, or fetch: /etc/os-release
    ///         register: kernel
    ///         expect: {exit: 0, stdout_contains: "."}
    ///         ignore_errors: false
    ///         timeout: 10s
    ///         changes: false
    ///
    /// Values of variables are limited to letters, digits and `_ . / : @ % + , = -`, so that no shell can read them as
    /// anything but text. What hosts answer is never put into a command.
    /// - Throws: all errors of the text at once, each with line and column.
    public static func parse(_ text: String, file: String) throws(InputErrors) -> Playbook {
        guard let root = try YAMLReader.read(text, file: file) else {
            throw InputErrors(
                Diagnostic(
                    SourcePosition(file: file), problem: "the playbook is empty", remedy: "write name:, hosts:, tasks:")
            )
        }
        guard let map = root.map else {
            throw InputErrors(
                Diagnostic(
                    root.position, problem: "a playbook is a mapping, this is a \(root.shape)",
                    remedy: "write name:, hosts:, tasks: at the left margin"))
        }
        var parser = PlaybookParser()
        let playbook = parser.playbook(map, digest: Digest.sha256Hex(text.utf8))
        guard let playbook, parser.diagnostics.isEmpty else { throw InputErrors(parser.diagnostics) }
        return playbook
    }
}

/// Collects the errors of one playbook.
struct PlaybookParser {
    private(set) var diagnostics: [Diagnostic] = []
    private var vars: [String: String] = [:]

    mutating func playbook(_ map: YAMLMap, digest: String) -> Playbook? {
        let subject = map["name"]?.text.map { "playbook/\($0)" } ?? "playbook"
        var reader = MapReader(map, subject: subject)
        let name = reader.text("name", required: true)
        if let node = map["name"], let name, !Self.isName(name) {
            reader.fail(
                node.position, "name \"\(name)\" has other characters than a-z, 0-9 and -",
                "write one such as my-playbook")
        }
        let description = reader.text("description") ?? ""
        let selector = selector(&reader)
        readVars(&reader)
        var tasks: [PlaybookTask] = []
        let nodes = reader.list("tasks", required: true)
        if nodes.isEmpty, let node = map["tasks"], !node.isNull {
            reader.fail(node.position, "tasks is empty", "write at least one task: a run of nothing proves nothing")
        }
        var names: [String: SourcePosition] = [:]
        for (index, node) in nodes.enumerated() {
            guard let map = node.map else {
                reader.fail(
                    node.position, "task \(index + 1) is a \(node.shape)", "write - name: and command: below it")
                continue
            }
            if let task = task(map, subject: "\(subject) task \(index + 1)", &names) { tasks.append(task) }
        }
        diagnostics += reader.finish()
        guard let name, let selector, tasks.count == nodes.count, !tasks.isEmpty else { return nil }
        return Playbook(name: name, description: description, selector: selector, tasks: tasks, digest: digest)
    }

    /// Machines only, and those of both kinds where none is named.
    private func selector(_ reader: inout MapReader) -> Selector? {
        guard let text = reader.text("hosts", required: true), let position = reader.map["hosts"]?.position else {
            return nil
        }
        do {
            let machines: [Kind] = [.device, .virtualMachine]
            let selector = try Selector(text, default: machines)
            if selector.kinds.allSatisfy(machines.contains) { return selector }
            reader.fail(
                position, "hosts chooses records that are no machines", "choose device, virtual-machine or both")
        } catch {
            reader.fail(position, "hosts is no selector: column \(error.column): \(error.problem)", error.remedy)
        }
        return nil
    }

    private mutating func task(
        _ map: YAMLMap, subject: String, _ names: inout [String: SourcePosition]
    ) -> PlaybookTask? {
        var reader = MapReader(map, subject: subject)
        let name = reader.text("name", required: true)
        let action = action(&reader)
        let register = reader.text("register")
        for (key, value) in [("name", name), ("register", register)] {
            guard let value, let position = map[key]?.position else { continue }
            if let first = names["\(key) \(value)"] {
                reader.fail(
                    position, "\(key) \"\(value)\" stands in line \(first.line) already",
                    "give each task its own \(key)")
            }
            names["\(key) \(value)"] = position
        }
        if let register, let node = map["register"], !Self.isVariable(register) {
            reader.fail(node.position, "register \"\(register)\" is no variable name", "use letters, digits and _")
        }
        let expect = expectation(reader.mapping("expect"), subject: subject)
        let ignore = reader.bool("ignore_errors") ?? false
        let timeout = reader.duration("timeout") ?? .seconds(30)
        if let node = map["timeout"], timeout <= .zero || timeout > .seconds(3600) {
            reader.fail(node.position, "timeout \(DurationText.format(timeout)) is out of range", "write 1ms to 1h")
        }
        let changes = reader.bool("changes") ?? false
        diagnostics += reader.finish()
        guard let name, let action else { return nil }
        return PlaybookTask(
            name: name, action: action, register: register, expect: expect, ignoreErrors: ignore, timeout: timeout,
            changes: changes)
    }

    private mutating func action(_ reader: inout MapReader) -> PlaybookTask.Action? {
        let kinds = ["command", "script", "fetch"]
        let present = kinds.filter { kind in
            // Asked for even when absent, so that the hint for a misspelt key knows all three.
            reader.node(kind) != nil
        }
        guard present.count == 1, let kind = present.first, let node = reader.map[kind] else {
            reader.fail(
                reader.map.position,
                present.isEmpty ? "the task does nothing" : "the task has \(present.joined(separator: " and "))",
                "write exactly one of \(kinds.joined(separator: ", "))")
            return nil
        }
        guard let written = reader.text(kind) else { return nil }
        let text = substitute(written, node.position, &reader)
        func refuse(_ problem: String, _ remedy: String) -> PlaybookTask.Action? {
            reader.fail(node.position, problem, remedy)
            return nil
        }
        if text.allSatisfy(\.isWhitespace) { return refuse("\(kind) is empty", "write what to run") }
        if text.utf8.contains(0) { return refuse("\(kind) holds a NUL character", "remove it") }
        switch kind {
        case "command":
            if text.contains(where: \.isNewline) {
                return refuse("command has several lines", "use script: | for several lines")
            }
            return .command(text)
        case "script": return .script(text)
        default:
            if !text.hasPrefix("/") || text.contains(where: \.isNewline) {
                return refuse("fetch \"\(text)\" is not an absolute path", "write the path from / on")
            }
            return .fetch(text)
        }
    }

    private mutating func expectation(_ map: YAMLMap?, subject: String) -> PlaybookTask.Expectation {
        guard let map else { return .init(exits: [0], contains: []) }
        var reader = MapReader(map, subject: subject)
        var exits: [Int] = []
        for node in reader.list("exit") {
            if let code = node.int, (0...255).contains(code) {
                exits.append(Int(code))
            } else {
                reader.fail(node.position, "exit is not a status", "write 0 to 255, or a list of such")
            }
        }
        let contains = reader.texts("stdout_contains")
        if let node = map["stdout_contains"], contains.contains("") {
            reader.fail(
                node.position, "stdout_contains is empty, every output contains that", "write the text to look for")
        }
        diagnostics += reader.finish()
        return .init(exits: exits.isEmpty ? [0] : exits, contains: contains)
    }

    private mutating func readVars(_ reader: inout MapReader) {
        guard let map = reader.mapping("vars") else { return }
        for entry in map.entries {
            if !Self.isVariable(entry.key) {
                reader.fail(entry.keyPosition, "\"\(entry.key)\" is no variable name", "use letters, digits and _")
            } else if let value = entry.value.text, !value.isEmpty, value.unicodeScalars.allSatisfy(Self.isHarmless) {
                vars[entry.key] = value
            } else {
                reader.fail(
                    entry.value.position, "the value of \(entry.key) could be read as shell syntax, or is no text",
                    "use letters, digits and _ . / : @ % + , = - only, or write the text in the command itself")
            }
        }
    }

    /// Puts in the variables; each unknown one is an error with the nearest name.
    private func substitute(_ text: String, _ position: SourcePosition, _ reader: inout MapReader) -> String {
        var out = ""
        var rest = Substring(text)
        while let open = rest.range(of: "{{") {
            out += rest[..<open.lowerBound]
            rest = rest[open.upperBound...]
            guard let close = rest.range(of: "}}") else {
                reader.fail(position, "\"{{\" without \"}}\"", "close it: {{ name }}")
                return out
            }
            let name = String(rest[..<close.lowerBound].drop(while: \.isWhitespace).prefix { !$0.isWhitespace })
            if let value = vars[name] {
                out += value
            } else {
                reader.fail(
                    position, "variable \"\(name)\" is not under vars:",
                    NearestName.hint(name, in: vars.keys, otherwise: "add it there"))
            }
            rest = rest[close.upperBound...]
        }
        return out + rest
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
    }

    private static func isVariable(_ text: String) -> Bool {
        guard let first = text.utf8.first, !(48...57).contains(first) else { return false }
        return text.utf8.allSatisfy {
            (97...122).contains($0) || (65...90).contains($0) || (48...57).contains($0) || $0 == 95
        }
    }

    private static func isHarmless(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII
            && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)
                || "_./:@%+,=-".unicodeScalars.contains(scalar))
    }
}

extension Substring {
    fileprivate func range(of text: String) -> Range<Index>? { firstRange(of: text) }
}
