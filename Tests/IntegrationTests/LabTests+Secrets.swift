import Foundation
import Notation
import TestSupport
import Testing

extension LabTests.MainJobTests {
    @Test("no pass phrase and no key is in the data folder, the reports, the backup or anything that was said")
    func noSecretAnywhere() throws {
        let needles = try MainJob.secretValues(job.lab).flatMap { name, value in
            Self.forms(of: value).map { (name: name, bytes: Data($0.utf8)) }
        }
        #expect(needles.count >= 16)
        var searched = 0
        func search(_ place: String, _ bytes: Data) {
            searched += 1
            for needle in needles where bytes.range(of: needle.bytes) != nil {
                Issue.record("\(needle.name) stands in \(place)")
            }
        }
        for results in [job.first, job.second] {
            for (step, result) in results {
                search("stdout of \(step)", Data(result.text.utf8))
                search("stderr of \(step)", Data(result.errorText.utf8))
            }
        }
        for folder in ["data", "out", "repository", "restore-1", "restore-2"] {
            let walk = try #require(FileManager.default.enumerator(atPath: job.world.folder.file(folder)))
            for case let name as String in walk where name != "secret.key" {
                let path = job.world.folder.file(folder + "/" + name)
                var isFolder: ObjCBool = false
                guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                    continue
                }
                search(folder + "/" + name, try Data(contentsOf: URL(fileURLWithPath: path)))
            }
        }
        #expect(searched > 38 + 10, "only \(searched) places were searched")
    }

    @Test("the search finds what it looks for") func searchWorks() throws {
        let key = try job.lab.read("user_key")
        let forms = Self.forms(of: key)
        #expect(forms.count > 3 && forms.allSatisfy { key.contains($0) })
        // Where the lab itself keeps them, all of them are found.
        let files = try ["snmpd.conf", "snmp_community", "user_key"].map { Data(try job.lab.read($0).utf8) }
        for (name, value) in try MainJob.secretValues(job.lab) where name != "lab-restic" {
            let needle = Data((Self.forms(of: value).first ?? "").utf8)
            #expect(needle.count > 16 && files.contains { $0.range(of: needle) != nil }, "\(name)")
        }
        #expect(Self.forms(of: "abcdefgh") == ["abcdefgh", "6162636465666768", "YWJjZGVmZ2g="])
    }

    /// A secret as it may turn up: as it is, in hexadecimal, in base64; of a key file every line that tells something.
    static func forms(of secret: String) -> [String] {
        let lines = secret.split(separator: "\n").map(String.init)
        guard lines.count == 1 else { return lines.filter { !$0.hasPrefix("-----") && $0.count > 16 } }
        let bytes = Array(secret.utf8)
        let hex = bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
        return [secret, hex, Data(bytes).base64EncodedString()]
    }

    @Test("data and keys are the owner's alone") func permissions() throws {
        let data = job.world.data
        for name in ["", "/hatang.sqlite", "/secret.key", "/ledger.key"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: data + name)
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0, "\(data)\(name) has mode \(String(mode, radix: 8))")
        }
    }

    @Test(
        "with --format json, stdout is one JSON value and nothing else",
        arguments: [
            ["inventory", "list", "device"], ["inventory", "list", "system", "security_level__gte=3"],
            ["inventory", "show", "system/lgsp"], ["inventory", "history", "system/lgsp"],
            ["inventory", "validate", repositoryRoot + "/Inventory/langson"],
            ["inventory", "plan", repositoryRoot + "/Inventory/langson"], ["inventory", "drift"],
            ["fact", "list", "device/lab-01"], ["series", "list"], ["probe", "list"], ["secret", "list"],
            ["host-key", "list"], ["compliance", "list"], ["compliance", "controls", "--level", "3"],
            ["backup", "duties"], ["ipv6", "plan", "--parent", MainJob.parent], ["audit", "log", "--last", "5"],
            ["audit", "verify"], ["doctor"],
            ["playbook", "check", repositoryRoot + "/Playbooks/collect-baseline.yaml"],
        ])
    func pureJSON(arguments: [String]) async throws {
        let result = try await job.world.run(arguments + ["--format", "json", "-v"])
        #expect([0, 2, 3].contains(result.status), "\(result.status): \(result.errorText.suffix(500))")
        let value = try JSONValue.parse(result.text)
        #expect((value.array?.count ?? value.object?.count ?? 0) > 0)
        #expect(!result.text.contains("\u{1B}"))
    }

    @Test(
        "a reader that goes away early ends the program quietly",
        arguments: [
            ["fact", "list"], ["audit", "log", "--last", "100000", "--format", "json"], ["backup", "duties"],
        ])
    func closedPipe(arguments: [String]) async throws {
        let whole = try await job.world.run(arguments)
        // More than a pipe holds, or the program would never notice.
        if arguments[0] != "backup" { #expect(whole.stdout.count > 65_536) }
        // `head -c 1` closes its end at once; the program's own status comes back over descriptor 3.
        let script = #"{ { "$@"; echo "status=$?" >&3; } | head -c 1 >/dev/null; } 3>&1"#
        let result = try await runProcess(
            "/bin/sh", ["-c", script, "sh", Built.path] + arguments, env: job.world.environment)
        let expected = arguments[0] == "backup" ? ["status=0\n", "status=\(whole.status)\n"] : ["status=0\n"]
        #expect(expected.contains(result.text), "\(result.text)")
        #expect(!result.errorText.lowercased().contains("fatal") && !result.errorText.contains("signal"))
    }

    @Test("serve answers over HTTP and stops on SIGTERM, leaving no process") func serve() async throws {
        let server = try job.world.start("serve", "--port", "0")
        try await server.waitForOutput("(Ctrl-C stops)", within: .seconds(30))
        let base = try #require(server.output.firstMatch(of: /http:\/\/127\.0\.0\.1:(\d+)/)).0
        let health = try JSONValue.parse(try await Self.get("\(base)/healthz"))
        #expect(health["status"] == "ok")
        #expect(try #require(health["objects"]?.int) > 300)
        let devices = try #require(try JSONValue.parse(try await Self.get("\(base)/api/v1/objects/device")).array)
        #expect(devices.count == job.objects[1]["device"])
        let one = try JSONValue.parse(try await Self.get("\(base)/api/v1/objects/device/lab-01"))
        #expect(one["name"] == "lab-01")
        let facts = try JSONValue.parse(try await Self.get("\(base)/api/v1/facts?subject=device/lab-01"))
        #expect(try #require(facts.array).count > 10)
        let assessment = try JSONValue.parse(try await Self.get("\(base)/api/v1/assessment"))
        #expect(assessment["schema"] == "hatang.assessment/1")
        #expect(try await Self.get("\(base)/").contains("<html"))
        let metrics = try await Self.get("\(base)/metrics")
        #expect(metrics.split(separator: "\n").contains { $0.hasPrefix("hatang_") }, "\(metrics.prefix(500))")
        #expect(try await Self.get("\(base)/api/v1/objects/nonsense", expecting: 404).contains("unknown kind"))
        // A writer is not kept out by readers.
        #expect(try await job.world.secret("while-serving", "x1234567").status == 0)
        server.signal(SIGTERM)
        let status = try await server.waitForExit(within: .seconds(20))
        #expect([0, 130].contains(status), "\(status): \(server.output)")
        #expect(!acceptsTCP("127.0.0.1", UInt16(base.split(separator: ":").last.map(String.init) ?? "") ?? 0))
        #expect(!FileManager.default.fileExists(atPath: "/proc/\(server.processID)"))
    }

    /// The body behind `url`, asked for by another program.
    private static func get(_ url: String, expecting status: Int = 200) async throws -> String {
        let script = """
            import sys, urllib.error, urllib.request
            opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
            try:
                answer = opener.open(sys.argv[1], timeout=20)
            except urllib.error.HTTPError as error:
                answer = error
            print(answer.status)
            sys.stdout.write(answer.read().decode())
            """
        let result = try await runProcess("python3", ["-I", "-c", script, url])
        guard let end = result.text.firstIndex(of: "\n"), result.text[..<end] == "\(status)" else {
            throw ProcessFailure("\(url): \(result.text.prefix(300)) \(result.errorText.suffix(300))")
        }
        return String(result.text[result.text.index(after: end)...])
    }
}
