import Foundation
import Testing

/// The house plan held against the sources: who may import whom does not depend on anyone's memory.
@Suite struct HouseTests {
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static let ground = ["Notation", "Addressing", "CMDB", "Topology", "IPAM", "Evidence", "Regulation", "Remote"]
    static let wings = ["Probing", "Discovery", "Automation", "Transition", "Continuity", "Compliance"]
    static let adapters = [
        "SNMP", "SSH", "Endpoints", "DNS", "Engines", "Exchange", "Drawing", "Storage", "TimeSeries", "Reporting",
        "Web",
    ]
    static let roof = ["Commands", "hatang"]
    static let shims = [
        "CNetIO": "SNMP", "CNetSNMP": "SNMP", "CLibSSH": "SSH", "CLibZip": "Exchange", "CLibXML2": "CXMLReader",
        "CXMLReader": "Exchange",
        "CLibXLSXWriter": "Exchange", "CLibUnbound": "DNS",
    ]

    /// What each ground room may stand on; they are not all equal.
    static let groundMayImport: [String: Set<String>] = [
        "Notation": [], "Addressing": [], "CMDB": ["Addressing", "Notation"],
        "Topology": ["Addressing", "CMDB", "Notation"], "IPAM": ["Addressing", "CMDB", "Notation"],
        "Evidence": ["CMDB", "Notation"],
        "Regulation": ["Notation"], "Remote": ["Addressing"],
    ]
    /// The wing whose protocols an adapter implements.
    static let adapterMayImport: [String: Set<String>] = [
        "SNMP": [], "SSH": [], "Endpoints": [], "Engines": ["Continuity"],
        "Storage": [], "TimeSeries": [],
        "Reporting": ["Compliance"], "Web": [],
    ]

    static func mayImport(_ room: String) -> Set<String> {
        if let allowed = groundMayImport[room] { return allowed }
        if wings.contains(room) { return Set(ground) }
        if adapters.contains(room) {
            let own = shims.filter { $0.value == room }.map(\.key)
            return Set(ground).union(adapterMayImport[room] ?? []).union(own)
        }
        if room == "Commands" { return Set(ground + wings + adapters) }
        if room == "hatang" { return ["Commands"] }
        return []
    }

    static func swiftFiles(_ folder: String) throws -> [URL] {
        let base = root.appending(path: folder)
        let all = FileManager.default.enumerator(at: base, includingPropertiesForKeys: nil)?.allObjects as? [URL] ?? []
        return all.filter { $0.pathExtension == "swift" }.sorted { $0.path < $1.path }
    }

    static func imports(_ text: String) -> [String] {
        // The expression is slow in a debug build: only lines that may match meet it.
        text.split(separator: "\n").filter { $0.utf8.count < 200 && $0.contains("import") }.compactMap { line in
            let match = line.firstMatch(
                of:
                    /^\s*(?:@\w+(?:\([^)]*\))?\s+)*(?:(?:public|package|internal|fileprivate|private)\s+)?import\s+(?:(?:struct|class|enum|protocol|func|var|let|typealias)\s+)?(\w+)/
            )
            return match.map { String($0.1) }
        }
    }

    @Test("every target imports only what its floor allows", arguments: ground + wings + adapters + roof)
    func importsRunDown(room: String) throws {
        let files = try Self.swiftFiles("Sources/\(room)")
        try #require(!files.isEmpty, "Sources/\(room) has no Swift file")
        let known = Set(Self.ground + Self.wings + Self.adapters + Self.roof + Self.shims.keys)
        let allowed = Self.mayImport(room)
        for file in files {
            for module in Self.imports(try String(contentsOf: file, encoding: .utf8))
            where known.contains(module) && module != room {
                #expect(allowed.contains(module), "\(file.lastPathComponent) of \(room) imports \(module)")
            }
        }
    }

    @Test("the reader of imports sees every spelling") func importReader() {
        let text = """
            import A
            public import B
            @testable import C
            @preconcurrency internal import D
            import struct E.F
            // import G
            let x = "import H"
            """
        #expect(Self.imports(text) == ["A", "B", "C", "D", "E"])
    }

    @Test("every room of the sources is named in this plan") func noUnknownRooms() throws {
        let folders = try FileManager.default.contentsOfDirectory(atPath: Self.root.appending(path: "Sources").path)
        let known = Set(Self.ground + Self.wings + Self.adapters + Self.roof + Self.shims.keys)
        #expect(Set(folders) == known)
    }

    @Test("every target of the manifest has a line that says what it is for") func manifestSpeaks() throws {
        let lines = try String(contentsOf: Self.root.appending(path: "Package.swift"), encoding: .utf8)
            .split(separator: "\n", omittingEmptySubsequences: false).map { $0.trimmingCharacters(in: .whitespaces) }
        var targets = 0
        for (number, line) in lines.enumerated()
        where line.hasPrefix(".target(") || line.hasPrefix(".executableTarget(") || line.hasPrefix(".systemLibrary(") {
            targets += 1
            #expect(number > 0 && lines[number - 1].hasPrefix("//"), "line \(number + 1): \(line)")
        }
        #expect(targets >= 24)
    }

    @Test("nothing in the sources ends the process on input") func noTraps() throws {
        for room in Self.ground + Self.wings + Self.adapters + Self.roof {
            for file in try Self.swiftFiles("Sources/\(room)") {
                // Doors for fuzzing trap on purpose: that is how a fuzzer sees that something does not hold.
                if file.lastPathComponent.hasPrefix("FuzzDoor") { continue }
                let lines = try String(contentsOf: file, encoding: .utf8).split(
                    separator: "\n", omittingEmptySubsequences: false)
                for (number, line) in lines.enumerated() {
                    let code = line.split(separator: "//", maxSplits: 1, omittingEmptySubsequences: false)[0]
                    let traps = ["try!", "fatalError(", " as! ", "preconditionFailure("]
                    let trap = code.utf8.count > 4 && traps.contains { code.contains($0) }
                    #expect(!trap, "\(file.lastPathComponent):\(number + 1): \(line)")
                    if code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)") {
                        let above = lines[max(0, number - 6)..<number].joined(separator: "\n")
                        #expect(above.contains("//"), "\(file.lastPathComponent):\(number + 1) has no proof above it")
                    }
                }
            }
        }
    }

    @Test("files stay readable: none is longer than 600 lines") func lengths() throws {
        for folder in ["Sources", "Tests"] {
            // Embedded files are data, made from a file beside them.
            for file in try Self.swiftFiles(folder) where !file.path.contains("/Embedded/") {
                let count = try String(contentsOf: file, encoding: .utf8).split(
                    separator: "\n", omittingEmptySubsequences: false
                ).count
                #expect(count <= 600, "\(file.lastPathComponent) has \(count) lines")
            }
        }
    }

    @Test("the papers are there and the README names both commands") func papers() throws {
        for name in [
            "README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", ".ci/run", "Scripts/demo", "Scripts/test",
            "Scripts/lab",
        ] {
            #expect(FileManager.default.fileExists(atPath: Self.root.appending(path: name).path), "\(name) is missing")
        }
        let readme = try String(contentsOf: Self.root.appending(path: "README.md"), encoding: .utf8)
        #expect(readme.contains("Scripts/demo") && readme.contains("Scripts/test"))
    }
}
