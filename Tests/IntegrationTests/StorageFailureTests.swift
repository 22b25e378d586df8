import Foundation
import Notation
import TestSupport
import Testing

/// Storage that is locked, read-only, damaged or full.
@Suite("Storage failures of the built program", .tags(.large)) struct StorageFailureTests {
    private func filled(_ label: String) async throws -> (World, String) {
        let world = try World(label)
        let folder = try WriterTests.inventory(world, "first", 20, network: 60)
        let applied = try await world.run("inventory", "apply", folder, "--reason", "first")
        try #require(applied.status == 0, "\(applied.errorText)")
        return (world, try WriterTests.inventory(world, "more", 20, network: 61))
    }

    @Test("a database that another program holds is refused with 7 and left as it is") func locked() async throws {
        let (world, more) = try await filled("locked")
        let script = """
            import sqlite3, sys, time
            base = sqlite3.connect(sys.argv[1], isolation_level=None)
            # As while somebody writes: the log is not empty.
            base.execute("PRAGMA user_version = 0")
            base.execute("BEGIN EXCLUSIVE")
            print("held", flush=True)
            time.sleep(600)
            """
        let holder = try ChildProcess("python3", ["-I", "-c", script, world.database])
        try await holder.waitForOutput("held")
        let refused = try await world.run("inventory", "apply", more, "--reason", "second")
        #expect(refused.status == 7, "\(refused.errorText)")
        #expect(refused.errorText.contains("nothing was changed") && refused.errorText.contains("try again"))
        #expect(refused.errorText.contains(world.database))
        // Readers are not held up.
        #expect(try await world.keys("device").count == 20)
        holder.kill()
        #expect(try await world.run("inventory", "apply", more, "--reason", "second").status == 0)
        #expect(try await world.keys("device").count == 40)
    }

    @Test("a damaged file is a storage failure that says to restore a backup, and is not written to")
    func damaged() async throws {
        let (world, more) = try await filled("damaged")
        var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: world.database)))
        try #require(bytes.count > 40_000)
        for place in 4_096..<bytes.count - 8_192 where place % 4_096 < 512 { bytes[place] = 0xA5 }
        try world.folder.write(bytes, to: "data/hatang.sqlite")
        for arguments in [
            ["inventory", "apply", more, "--reason", "x"], ["inventory", "list", "device"], ["audit", "verify"],
            ["compliance", "assess"], ["doctor"],
        ] {
            let result = try await world.run(arguments)
            #expect(result.status == 74, "\(arguments): \(result.status) \(result.errorText)")
            let told = result.text + result.errorText
            #expect(told.contains("restore"), "\(arguments): \(told)")
        }
        let now = [UInt8](try Data(contentsOf: URL(fileURLWithPath: world.database)))
        #expect(now == bytes, "a damaged file is evidence and stays as it is")
        try world.folder.write(String(repeating: "no database\n", count: 4_000), to: "data/hatang.sqlite")
        let text = try await world.run("inventory", "list", "device")
        #expect(text.status == 74 && text.errorText.contains("not a database"), "\(text.errorText)")
    }

    /// Runs `script` where it may mount; nothing of it outlives the script.
    private func mounting(_ script: String, _ world: World, _ arguments: [String]) async throws -> [String: String] {
        let whole = """
            mount -t tmpfs -o size=64m tmpfs "$HATANG_DATA" || { echo unmountable=1; exit 0; }
            run() { name=$1; shift; "$@" >"$LOGS/$name.out" 2>"$LOGS/$name.err"; echo "$name=$?"; }
            \(script)
            """
        try FileManager.default.createDirectory(atPath: world.data, withIntermediateDirectories: true)
        try world.folder.write("", to: "logs/.keep")
        var environment = world.environment
        environment["LOGS"] = world.folder.file("logs")
        environment["HATANG"] = Built.path
        let result = try await runProcess(
            "unshare", ["-m", "/bin/sh", "-c", whole, "sh"] + arguments, env: environment, timeout: .seconds(120))
        var values: [String: String] = [:]
        for line in result.text.split(separator: "\n") {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        if values["unmountable"] != nil || result.errorText.contains("unshare failed") {
            try Test.cancel("no file system can be mounted here: \(result.errorText)")
        }
        try #require(!values.isEmpty, "\(result.text) \(result.errorText)")
        return values
    }

    @Test(
        "a full disk is 74, says so, and nothing is half applied", .enabled(if: geteuid() == 0, "mounting needs root"))
    func full() async throws {
        let world = try World("full")
        let small = try WriterTests.inventory(world, "small", 10, network: 62)
        let large = try WriterTests.inventory(world, "large", 2_000, network: 63)
        let values = try await mounting(
            """
            run small "$HATANG" inventory apply "$1" --reason first
            mount -o remount,size=1m "$HATANG_DATA"
            run large "$HATANG" inventory apply "$2" --reason too-much
            run kept "$HATANG" inventory list device --quiet
            run verify "$HATANG" audit verify
            mount -o remount,size=64m "$HATANG_DATA"
            run again "$HATANG" inventory apply "$2" --reason room
            run all "$HATANG" inventory list device --quiet
            run verified "$HATANG" audit verify
            """, world, [small, large])
        func log(_ name: String) -> String { (try? world.folder.read("logs/" + name)) ?? "" }
        #expect(values["small"] == "0", "\(log("small.err"))")
        #expect(values["large"] == "74", "\(log("large.err"))")
        #expect(log("large.err").contains("disk is full") && log("large.err").contains("nothing was changed"))
        #expect(log("kept.out").split(separator: "\n").count == 10, "\(log("kept.err"))")
        #expect(values["verify"] == "0", "\(log("verify.err"))")
        #expect(values["again"] == "0", "\(log("again.err"))")
        #expect(log("all.out").split(separator: "\n").count == 2_010)
        #expect(values["verified"] == "0", "\(log("verified.err"))")
    }

    @Test("a read-only file system is 77 and names the place", .enabled(if: geteuid() == 0, "mounting needs root"))
    func readOnlyFileSystem() async throws {
        let world = try World("read-only")
        let small = try WriterTests.inventory(world, "small", 10, network: 64)
        let more = try WriterTests.inventory(world, "more", 10, network: 65)
        let values = try await mounting(
            """
            run small "$HATANG" inventory apply "$1" --reason first
            mount -o remount,ro "$HATANG_DATA"
            run more "$HATANG" inventory apply "$2" --reason second
            printf 12345678 | run secret "$HATANG" secret set name
            run doctor "$HATANG" doctor
            mount -o remount,rw "$HATANG_DATA"
            run kept "$HATANG" inventory list device --quiet
            run verify "$HATANG" audit verify
            """, world, [small, more])
        func log(_ name: String) -> String { (try? world.folder.read("logs/" + name)) ?? "" }
        #expect(values["small"] == "0", "\(log("small.err"))")
        for name in ["more", "secret"] {
            #expect(values[name] == "77", "\(name): \(log(name + ".err"))")
            #expect(log(name + ".err").contains(world.data), "\(log(name + ".err"))")
        }
        #expect(values["doctor"] == "74", "\(log("doctor.out"))")
        #expect(log("kept.out").split(separator: "\n").count == 10)
        #expect(values["verify"] == "0", "\(log("verify.err"))")
    }

    @Test("a folder that the user may not write to is 77", .enabled(if: geteuid() != 0, "root may write everywhere"))
    func readOnlyFolder() async throws {
        let (world, more) = try await filled("permissions")
        let manager = FileManager.default
        try manager.setAttributes([.posixPermissions: 0o400], ofItemAtPath: world.database)
        try manager.setAttributes([.posixPermissions: 0o500], ofItemAtPath: world.data)
        defer { try? manager.setAttributes([.posixPermissions: 0o700], ofItemAtPath: world.data) }
        let refused = try await world.run("inventory", "apply", more, "--reason", "second")
        #expect(refused.status == 77, "\(refused.errorText)")
        #expect(refused.errorText.contains(world.data))
    }
}
