import Foundation
import Notation
import TestSupport
import Testing

@testable import Automation

@Suite("Playbook parsing", .tags(.small))
struct ParseTests {
    func parse(_ text: String) throws -> Playbook { try Playbook.parse(text, file: "p.yaml") }

    func problems(_ text: String) throws -> [String] {
        try #require(throws: InputErrors.self) { try parse(text) }.diagnostics.map(\.description)
    }

    @Test("a full playbook is read with its defaults, and its digest names its bytes")
    func full() throws {
        let text = """
            name: check
            description: Looks around
            hosts: device status=active
            vars: {file: /etc/hosts, lines: 3}
            tasks:
              - name: Head
                command: head -n {{ lines }} {{file}}
                register: head
                expect: {exit: [0, 1], stdout_contains: [a, b]}
                ignore_errors: true
                timeout: 5s
              - {name: Get, fetch: "{{ file }}"}
              - name: Script
                changes: true
                script: |
                  echo one
                  echo two
            """
        let book = try parse(text)
        #expect(
            book.tasks.map(\.action) == [
                .command("head -n 3 /etc/hosts"), .fetch("/etc/hosts"), .script("echo one\necho two"),
            ])
        #expect(book.tasks[0].expect == .init(exits: [0, 1], contains: ["a", "b"]))
        #expect(book.tasks[0].ignoreErrors && book.tasks[0].timeout == .seconds(5) && book.tasks[0].register == "head")
        #expect(book.tasks[1].expect.exits == [0] && book.tasks[1].timeout == .seconds(30) && !book.tasks[1].changes)
        #expect(book.changesHosts && book.digest.count == 64)
        #expect(try parse(text + "\n# more").digest != book.digest)
    }

    @Test("all errors of a playbook come at once, with place and the nearest name")
    func allAtOnce() throws {
        let found = try problems(
            """
            name: Bad Name
            host: all
            vars:
              evil: "a; rm -rf /"
            tasks:
              - name: One
                comand: ls
              - name: One
                command: ls {{ evul }}
                timeout: 2 minutes
                expect: {exit: 300, stdout_contain: x}
              - name: Three
                command: ls
                script: ls
              - just text
            """)
        let all = found.joined(separator: "\n")
        for part in [
            "p.yaml:1:7", "hosts is missing",
            "p.yaml:2:1: playbook/Bad Name: unknown key \"host\": did you mean \"hosts\"?",
            "p.yaml:4:9", "could be read as shell syntax", "unknown key \"comand\": did you mean \"command\"?",
            "the task does nothing", "p.yaml:8:11", "name \"One\" stands in line 6 already",
            "variable \"evul\" is not under vars:", "timeout is not a duration", "p.yaml:11:20", "exit is not a status",
            "unknown key \"stdout_contain\": did you mean \"stdout_contains\"?", "the task has command and script",
            "task 4 is a text",
        ] { #expect(all.contains(part), "missing: \(part) in\n\(all)") }
    }

    @Test(
        "what would run nothing, or could run something else, is refused",
        arguments: [
            ("", "the playbook is empty"), ("# nothing\n", "the playbook is empty"), ("- a", "a playbook is a mapping"),
            ("name: a\nhosts: device\ntasks: []", "tasks is empty"), ("name: a\nhosts: device", "tasks is missing"),
            ("name: a\nhosts: ' '\ntasks: [{name: a, command: ls}]", "hosts is no selector"),
            ("name: a\nhosts: device\ntasks: [{name: a, command: ' '}]", "command is empty"),
            ("name: a\nhosts: device\ntasks: [{name: a, command: \"a\\nb\"}]", "command has several lines"),
            ("name: a\nhosts: device\ntasks: [{name: a, fetch: etc/hosts}]", "not an absolute path"),
            ("name: a\nhosts: device\ntasks: [{name: a, command: 'ls {{ x'}]", "without \"}}\""),
            ("name: a\nhosts: device\ntasks: [{name: a, command: ls, timeout: 0s}]", "out of range"),
            ("name: a\nhosts: device\ntasks: [{name: a, command: ls, expect: {stdout_contains: ''}}]", "every output"),
            ("name: a\nhosts: device\ntasks: [{name: a, command: ls, changes: maybe}]", "changes is not a truth value"),
            ("name: a\n\thosts: x", "a tab"),
            ("name: a\nhosts: device siet=x\ntasks: [{name: a, command: ls}]", "did you mean \"site\"?"),
            ("name: a\nhosts: rack\ntasks: [{name: a, command: ls}]", "no machines"),
        ])
    func refused(text: String, problem: String) throws {
        let all = try problems(text).joined(separator: "\n")
        #expect(all.contains(problem), "\(all)")
    }

    @Test("every playbook of the house parses, changes nothing, and bears its file's name")
    func shipped() throws {
        let folder = repositoryRoot + "/Playbooks"
        let files = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yaml") }
        #expect(files.contains("collect-baseline.yaml"))
        for file in files {
            let text = try String(contentsOfFile: "\(folder)/\(file)", encoding: .utf8)
            let book = try Playbook.parse(text, file: file)
            #expect(book.name + ".yaml" == file && !book.changesHosts && !book.description.isEmpty)
        }
    }

    @Test(
        "text of hosts is harmless on a terminal",
        arguments: [
            ("plain\ttext\n", "plain\ttext\n"), ("\u{1B}[31mred\u{1B}[0m", "red"), ("\u{1B}]0;title\u{7}x", "x"),
            ("\u{1B}]0;title\u{1B}\\x", "x"), ("a\rb\u{8}c\u{7}", "abc"), ("\u{9B}2Jx", "x"), ("\u{202E}abc", "abc"),
            ("Lạng Sơn", "Lạng Sơn"), ("\u{1B}", ""), ("\u{1B}(Bx", "x"),
        ])
    func cleaned(text: String, shown: String) { #expect(DisplayText.clean(text) == shown) }
}
