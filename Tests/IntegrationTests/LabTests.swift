import Foundation
import Notation
import TestSupport
import Testing

/// The built program against a real snmpd, sshd and HTTPS server on loopback.
@Suite("Built program and lab", .lab, .tags(.large)) struct LabTests {
    @Suite("Main job", .mainJob) struct MainJobTests {
        let job: MainJob

        init() throws { job = try #require(Shared.job) }

        @Test("every step ends as the demo expects, in both runs") func statuses() {
            let allowed: [String: Set<Int32>] = [
                "drift": [0, 2], "ipv6 saved": [0, 3], "ipv6 again": [0, 3], "ipv6 third": [0, 3],
                "duties": [0, 2, 3], "assess": [0, 2, 3], "doctor": [0, 3],
            ]
            for (run, results) in [job.first, job.second].enumerated() {
                #expect(results.count == 19, "run \(run + 1) had \(results.count) steps")
                for (name, result) in results {
                    #expect(
                        allowed[name, default: [0]].contains(result.status),
                        "run \(run + 1), \(name): \(result.status): \(result.errorText.suffix(2_000))")
                }
            }
        }

        @Test("the probes ask all eight machines, each answers, and what was seen is stored") func probe() async throws
        {
            let report = try JSONValue.parse(job["probe"].text)
            #expect(report["verdict"] == "done")
            let asked = try #require(report["asked"]?.int)
            let facts = try #require(report["facts"]?.int)
            #expect(report["failed"] == 0 && report["partial"] == 0 && report["interrupted"] == 0)
            #expect(report["reached"] == report["ok"])
            // Two SNMP probes and one SSH probe for each of eight machines, TLS on two, TCP on ten ports.
            #expect(report["ok"] == 36 && asked >= 36, "asked \(asked), ok \(String(describing: report["ok"]))")
            #expect(facts > 8 * 20, "\(facts) facts")
            let stored = try #require(try await job.world.json("fact", "list").array)
            #expect(stored.count >= Int(facts) - 16 && stored.count <= Int(facts) + 16)
            #expect(job["probe"].errorText.contains("Asked \(asked)"))
        }

        @Test("a fact is current once: subject and name never stand twice, also after the second run")
        func currentFacts() async throws {
            let facts = try #require(try await job.world.json("fact", "list").array)
            let names = facts.map { "\($0["subject"]?.string ?? "") \($0["name"]?.string ?? "")" }
            #expect(names.count > 160)
            #expect(Set(names).count == names.count)
            let second = try JSONValue.parse(try #require(job.second["probe"]).text)
            // Not the same number to the last one: what a busy machine could not tell in time is no fact.
            #expect(try #require(second["facts"]?.int) > 160)
        }

        @Test("the second apply changes nothing, and no object comes or goes") func applyAgain() throws {
            let first = try JSONValue.parse(job["apply"].text)
            let second = try JSONValue.parse(try #require(job.second["apply"]).text)
            let created = try #require(first["create"]?.int)
            #expect(created > 300 && first["unchanged"] == 0)
            #expect(second["create"] == 0 && second["update"] == 0 && second["delete"] == 0)
            #expect(second["unchanged"]?.int == created)
            #expect(second["changes"]?.array?.isEmpty == true)
            #expect(job.objects[0] == job.objects[1])
            #expect(job.objects[0]["device", default: 0] > 8 && job.objects[0]["system", default: 0] > 20)
        }

        @Test("drift states how much it compared") func drift() throws {
            let report = try JSONValue.parse(job["drift"].text)
            #expect(report["observed"]?.array?.count == 8)
            #expect(report["not_observed"]?.array?.isEmpty == true)
            #expect(try #require(report["compared"]?.int) >= 8)
            #expect(job["drift"].errorText.contains("8 machines: 8 observed, 0 without facts"))
        }

        @Test("the same question gives the same IPv6 plan, and a saved plan is kept") func ipv6() throws {
            #expect(job["ipv6 again"].text == job["ipv6 third"].text)
            func given(_ result: Said) throws -> [String: String] {
                let rows = try #require(try JSONValue.parse(result.text)["rows"]?.array)
                return Dictionary(
                    rows.compactMap { row in
                        row["ipv6"]?.string.map { (row["segment"]?.string ?? "", $0) }
                    }, uniquingKeysWith: { $1 })
            }
            let saved = try given(job["ipv6 saved"])
            #expect(saved.count > 5, "\(saved.count) segments have a prefix")
            #expect(Set(saved.values).count == saved.count)
            #expect(try given(job["ipv6 again"]) == saved)
            #expect(try given(try #require(job.second["ipv6 third"])) == saved)
        }

        @Test("every system has its backup duties, and one restore is proven byte by byte") func backup() throws {
            let duties = try JSONValue.parse(job["duties"].text)
            #expect(job["duties"].errorText.contains("systems: duties of"))
            #expect(duties.object?.isEmpty == false)
            for results in [job.first, job.second] {
                let proof = try JSONValue.parse(try #require(results["prove"]).text)
                #expect(proof["proven"] == true && proof["repository_sound"] == true)
                #expect(proof["files"] == 3)
            }
            for name in ["devices.yaml", "site.yaml", "systems.yaml"] {
                let source = try job.world.folder.read("lab/" + name)
                let walk = try #require(FileManager.default.enumerator(atPath: job.world.folder.file("restore-1")))
                let restored = walk.compactMap { $0 as? String }.filter { $0.hasSuffix("/" + name) || $0 == name }
                #expect(restored.count == 1)
                #expect(try job.world.folder.read("restore-1/" + (restored.first ?? "")) == source)
            }
        }

        @Test("the assessment's four files are there and hold what they should") func reports() throws {
            let html = try job.world.folder.read("out/assessment.vi.html")
            #expect(html.contains("<html lang=\"vi\"") && html.contains("Cổng thử nghiệm (lab)"))
            let title = try #require(html.firstMatch(of: /<title>([^<]*)<\/title>/)).1
            #expect(title.contains("Đánh giá") || title.contains("đánh giá"), "title: \(title)")
            #expect(try job.world.folder.read("out/assessment.en.html").contains("<html lang=\"en\""))
            let json = try JSONValue.parse(try job.world.folder.read("out/assessment.json"))
            #expect(json["schema"] == "hatang.assessment/1")
            #expect(try job.world.folder.read("out/assessment.csv").split(separator: "\r\n").count > 500)
            #expect(try FileManager.default.contentsOfDirectory(atPath: job.out).count == 4)
        }

        @Test("at least 30 controls of the lab's level-3 system are decided with real facts") func decided()
            async throws
        {
            let findings = try #require(
                try await job.world.json("compliance", "list", "--system", "cong-thu-nghiem").array)
            #expect(findings.count > 60, "\(findings.count) controls of level 3")
            var byStatus: [String: Set<String>] = [:]
            for finding in findings {
                byStatus[finding["status"]?.string ?? "?", default: []].insert(finding["control"]?.string ?? "?")
            }
            let decided = ["pass", "fail", "partial", "not-applicable"].reduce(into: Set<String>()) {
                $0.formUnion(byStatus[$1, default: []])
            }
            print("controls decided: \(decided.count) of \(findings.count):", byStatus.mapValues(\.count))
            #expect(decided.count >= 30, "\(byStatus.mapValues(\.count))")
            // Facts of machines decided some, not the inventory alone.
            let hosts = try #require(
                try await job.world.json("compliance", "explain", "cong-thu-nghiem/SRV-AUTH-02").object)
            #expect(JSONValue.object(hosts).canonical.contains("ssh-linux-baseline"))
        }

        @Test("a finding is explained by clause and evidence") func explain() {
            let text = job["explain"].text
            #expect(text.contains("SRV-AUTH-02"))
            #expect(text.contains("device/lab-0"), "\(text)")
        }

        @Test("the playbook runs on the limited hosts and nowhere else") func playbook() throws {
            let run = try JSONValue.parse(job["playbook"].text)
            let hosts = try #require(run["hosts"]?.array)
            #expect(hosts.compactMap { $0["host"]?.string } == ["device/lab-01", "device/lab-02"])
            #expect(job["playbook"].errorText.contains("2 hosts, 6 tasks; 2 ok"))
        }

        @Test("the ledger holds every run and is intact") func ledger() async throws {
            for results in [job.first, job.second] {
                let verdict = try JSONValue.parse(try #require(results["verify"]).text)
                #expect(verdict["faults"]?.array?.isEmpty == true)
                #expect(try #require(verdict["checked"]?.int) > 300)
            }
            let log = try #require(try await job.world.json("audit", "log", "--last", "100000").array)
            let actions = Dictionary(grouping: log) { $0["action"]?.string ?? "?" }.mapValues(\.count)
            #expect(actions["probe.run"] == 2)
            #expect(actions["compliance.assessment"] == 2)
            #expect(actions["ipv6.plan", default: 0] >= 1)
            #expect(actions.keys.contains { $0.hasPrefix("playbook") }, "\(actions)")
            #expect(actions.keys.contains { $0.hasPrefix("backup") || $0.hasPrefix("restore") }, "\(actions)")
        }
    }
}
