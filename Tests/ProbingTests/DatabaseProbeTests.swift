import Evidence
import Foundation
import Glibc
import Notation
import TestSupport
import Testing

@testable import Probing

@Suite(.tags(.small)) struct DatabaseParserTests {
    private func postgreSQL(_ text: String) throws -> JSONValue { try ParserName.postgreSQLStatus.parse(text) }
    private func mySQL(_ text: String) throws -> JSONValue { try ParserName.mySQLStatus.parse(text) }

    @Test("PostgreSQL: a primary, its standbys and a slot that nobody reads") func primary() throws {
        let value = try postgreSQL(
            """
            @@ status-5432
            {"version":"15.6 (Debian)","in_recovery":false,"started":1000,"now":4600,"connections":41,"max_connections":50,"databases":[{"name":"a\\u001b[2J","bytes":7},{"name":"b","bytes":5}]}
            @@ replication-5432
            {"in_recovery":false,"standbys":[{"name":"s1","address":"10.0.0.2","state":"streaming","sync":"async","lag_bytes":1024,"lag_s":2.5},{"name":"s2","address":null,"state":"streaming","sync":"sync","lag_bytes":0,"lag_s":null}],"slots":[{"name":"gone","active":false},{"name":"used","active":true}],"receiver":null,"paused":null,"unreplayed_bytes":null,"replay_age_s":null}
            @@ none

            """)
        let server = try #require(value["status"]?["servers"]?.array?.first)
        #expect(server["role"] == "primary" && server["uptime_s"] == 3600 && server["bytes"] == 12)
        #expect(server["databases"]?.array?.first?["name"] == "a[2J")
        #expect(value["status"]?["running"] == true)
        #expect(value["status"]?["connections_used_percent"]?.number == 82)
        let node = try #require(value["replication"]?["servers"]?.array?.first)
        #expect(node["lag_s"]?.number == 2.5 && node["lag_bytes"] == 1024)
        #expect(node["idle_slots"] == ["gone"])
        #expect(value["replication"]?["healthy"] == false)
    }

    @Test("PostgreSQL: on a standby, silence of the primary is no lag, a lost connection is not health") func standby()
        throws
    {
        func node(_ receiver: String, _ unreplayed: Int, paused: Bool = false) throws -> JSONValue? {
            try postgreSQL(
                """
                @@ status-5433
                {"version":"15","in_recovery":true}
                @@ replication-5433
                {"in_recovery":true,"standbys":[],"slots":[],"receiver":\(receiver),"paused":\(paused),"unreplayed_bytes":\(unreplayed),"replay_age_s":900.5}

                """)["replication"]
        }
        let quiet = try node("\"streaming\"", 0)
        #expect(quiet?["lag_s"]?.number == 0 && quiet?["lag_bytes"] == 0 && quiet?["healthy"] == true)
        let behind = try node("\"streaming\"", 77)
        #expect(behind?["lag_s"]?.number == 900.5 && behind?["lag_bytes"] == 77 && behind?["healthy"] == true)
        let cut = try node("null", 0)
        #expect(cut?["lag_s"]?.number == 900.5 && cut?["healthy"] == false)
        #expect(try node("\"streaming\"", 0, paused: true)?["healthy"] == false)
    }

    @Test("PostgreSQL: not there, not running and not willing are three things") func absent() throws {
        let none = try postgreSQL("@@ none\n")
        #expect(none["status"]?["servers"] == [] && none["status"]?["running"] == nil)
        #expect(none["replication"]?["healthy"] == nil)
        let dead = try postgreSQL(
            "@@ failed-5432\npsql: error: connection to server on socket failed: Connection refused\n@@ none\n")
        #expect(dead["status"]?["running"] == false)
        let down = try postgreSQL("@@ down-5432\n@@ none\n")
        #expect(down["status"]?["running"] == false)
        let one = try postgreSQL("@@ status-5432\n{\"version\":\"15\"}\n@@ down-5433\n@@ none\n")
        #expect(one["status"]?["running"] == false && one["status"]?["servers"]?.array?.count == 2)
        let error = #expect(throws: ParseProblem.self) {
            try postgreSQL("@@ failed-5432\nFATAL:  Peer authentication failed for user \"monitor\"\n@@ none\n")
        }
        #expect(error?.unavailable == true)
        for bad in ["", "hello\n", "@@ status-5432\nno json\n", "@@ status-5432\n[1]\n", "@@ status-5432\n"] {
            let error = #expect(throws: ParseProblem.self, "\(bad)") { try postgreSQL(bad) }
            #expect(error?.unavailable == false)
        }
        // Numbers and types that no server sends.
        _ = try postgreSQL(
            "@@ status-1\n{\"connections\":-5,\"max_connections\":0,\"started\":-9223372036854775808,\"now\":9223372036854775807,\"databases\":{}}\n@@ replication-1\n{\"standbys\":[1,null,{\"lag_bytes\":1e300}],\"slots\":7,\"in_recovery\":\"x\"}\n"
        )
    }

    private static let status =
        "@@ status\nversion\t10.11.6-MariaDB\nread_only\t1\nmax_connections\t151\nbytes\t4096\nThreads_connected\t3\nUptime\t99\nbinlog_dumps\t2\n"

    @Test("MySQL: a replica's threads and lag, under the old names and the new") func replica() throws {
        let old = try mySQL(
            Self.status + """
                @@ replica
                *************************** 1. row ***************************
                            Connection_name: east
                             Slave_IO_State: Waiting
                                Master_Host: 10.0.0.1
                           Slave_IO_Running: Yes
                          Slave_SQL_Running: No
                              Last_SQL_Error: Error 'Duplicate entry'
                      Seconds_Behind_Master: NULL

                """)
        #expect(old["status"]?["running"] == true && old["status"]?["read_only"] == true)
        #expect(old["status"]?["connections_used_percent"]?.number == 2)
        let replica = try #require(old["replication"]?["replicas"]?.array?.first)
        #expect(replica["name"] == "east" && replica["source"] == "10.0.0.1" && replica["lag_s"] == nil)
        #expect(replica["sql_error"] == "Error 'Duplicate entry'")
        #expect(old["replication"]?["healthy"] == false && old["replication"]?["readers"] == 2)
        let new = try mySQL(
            Self.status
                + "@@ replica\n*** 1. row ***\nSource_Host: a\nReplica_IO_Running: Yes\nReplica_SQL_Running: Yes\nSeconds_Behind_Source: 7\n"
        )
        #expect(new["replication"]?["healthy"] == true && new["replication"]?["lag_s"] == 7)
        let single = try mySQL(Self.status + "@@ replica\n")
        #expect(single["replication"]?["replicas"] == [] && single["replication"]?["healthy"] == nil)
        #expect(try mySQL(Self.status + "@@ denied\nERROR 1227\n")["replication"] == nil)
    }

    @Test("MySQL: not there, not running, full and not willing are four things") func missing() throws {
        #expect(try mySQL("@@ none\n")["status"] == [:])
        #expect(try mySQL("@@ down\n")["status"]?["running"] == false)
        let gone = "@@ failed\nERROR 2002 (HY000): Can't connect to local server through socket\n@@ denied\n"
        #expect(try mySQL(gone)["status"]?["running"] == false)
        let full = try mySQL("@@ failed\nERROR 1040 (HY000): Too many connections\n@@ denied\n")
        #expect(full["status"]?["running"] == true && full["status"]?["connections_used_percent"] == 100)
        let error = #expect(throws: ParseProblem.self) {
            try mySQL("@@ failed\nERROR 1045 (28000): Access denied for user 'x'@'localhost'\n@@ denied\n")
        }
        #expect(error?.unavailable == true)
        for bad in ["", "x\n", "@@ status\nnothing\n"] { #expect(throws: ParseProblem.self) { try mySQL(bad) } }
    }
}

/// The very scripts of the two probes, run by this machine's own sh against real servers.
@Suite(.tags(.large), .serialized, .timeLimit(.minutes(5))) struct DatabaseProbeTests {
    private func collect(_ probe: String, _ env: [String: String]) async throws -> JSONValue {
        let definition = try #require(try World.shipped()[probe])
        guard case .ssh(let steps) = definition.collection, let step = steps.first else { throw NoSteps() }
        let script = ShellScript.text(step, timeout: .seconds(30))
        let result = try await runProcess("sh", ["-s"], input: Array(script.utf8), env: env)
        guard result.status == 0 else { throw ScriptFailure(text: result.errorText) }
        return try step.parser.parse(result.text)
    }
    private struct NoSteps: Error {}
    private struct ScriptFailure: Error { let text: String }

    private func waitFor(
        _ process: ChildProcess, _ what: String, _ value: () async throws -> JSONValue, _ holds: (JSONValue) -> Bool
    ) async throws -> JSONValue {
        var last: JSONValue = .null
        do {
            try await process.wait(until: what, within: .seconds(30)) {
                last = try await value()
                return holds(last)
            }
        } catch {
            Issue.record("\(what): \(last.canonical)")
            throw error
        }
        return last
    }

    @Test("PostgreSQL: a primary and its standby, paused, resumed, cut off and dead") func postgreSQL() async throws {
        let primary = try await PostgreSQLServer()
        let standby = try await PostgreSQLServer(standbyOf: primary)
        func ask(_ server: PostgreSQLServer) async throws -> JSONValue {
            try await collect("ssh-postgresql", ["PGHOST": server.folder.path, "PGUSER": "postgres"])
        }
        let started = try await waitFor(primary.process, "is followed", { try await ask(primary) }) {
            $0["replication"]?["healthy"] == true
        }
        let server = try #require(started["status"]?["servers"]?.array?.first)
        #expect(server["role"] == "primary" && server["running"] == true)
        #expect(server["version"]?.string == (try await primary.sql("show server_version")))
        #expect((server["bytes"]?.int ?? 0) > 1_000_000)
        let names = try #require(server["databases"]?.array?.compactMap { $0["name"]?.string })
        #expect(names.contains("postgres"))
        #expect(server["max_connections"] == 100)
        #expect(started["replication"]?["servers"]?.array?.first?["standbys"]?.array?.first?["state"] == "streaming")
        let follower = try await waitFor(standby.process, "has caught up", { try await ask(standby) }) {
            $0["replication"]?["lag_bytes"] == 0
        }
        #expect(follower["status"]?["servers"]?.array?.first?["role"] == "standby")
        #expect(follower["replication"]?["healthy"] == true && follower["replication"]?["lag_s"]?.number == 0)
        // Replay stands still while the log goes on.
        try await primary.sql("create table t (a text)")
        try await standby.sql("select pg_wal_replay_pause()")
        try await primary.sql("insert into t select repeat('x', 1000) from generate_series(1, 5000)")
        let paused = try await waitFor(standby.process, "lags", { try await ask(standby) }) {
            ($0["replication"]?["lag_bytes"]?.int ?? 0) > 1_000_000
        }
        #expect(paused["replication"]?["healthy"] == false)
        #expect((paused["replication"]?["lag_s"]?.number ?? 0) > 0)
        let seen = try await waitFor(primary.process, "sees the lag", { try await ask(primary) }) {
            ($0["replication"]?["lag_bytes"]?.int ?? 0) > 1_000_000
        }
        #expect(seen["replication"]?["healthy"] == true, "it still streams")
        try await standby.sql("select pg_wal_replay_resume()")
        _ = try await waitFor(standby.process, "has caught up again", { try await ask(standby) }) {
            $0["replication"]?["lag_bytes"] == 0 && $0["replication"]?["lag_s"]?.number == 0
        }
        // A slot without a reader; then the primary dies and leaves its socket behind.
        try await primary.sql("select pg_create_physical_replication_slot('gone')")
        #expect(try await ask(primary)["replication"]?["healthy"] == false)
        primary.process.kill()
        let dead = try await ask(primary)
        #expect(dead["status"]?["running"] == false, "\(dead.canonical)")
        _ = try await waitFor(standby.process, "is alone", { try await ask(standby) }) {
            $0["replication"]?["healthy"] == false
        }
        if getuid() == 0 {
            // As root without a role: the questions are put as the account postgres.
            let own = try await collect("ssh-postgresql", ["PGHOST": standby.folder.path])
            #expect(own["status"]?["running"] == true, "\(own.canonical)")
        }
    }

    @Test("MariaDB: a source and its replica, stopped and started, and a server that will not talk") func mariaDB()
        async throws
    {
        let source = try await MariaDBServer(options: ["--log-bin=binlog", "--server-id=1"])
        let replica = try await MariaDBServer(options: ["--server-id=2", "--read-only=1"])
        let home = try TemporaryFolder("home")
        try home.write("[client]\nuser=root\n", to: ".my.cnf")
        func ask(_ server: MariaDBServer) async throws -> JSONValue {
            try await collect("ssh-mysql", ["MYSQL_UNIX_PORT": server.socket, "HOME": home.path])
        }
        let alone = try await ask(source)
        #expect(alone["status"]?["running"] == true && alone["status"]?["read_only"] == false)
        #expect(alone["status"]?["version"]?.string == (try await source.sql("select version()")))
        #expect((alone["status"]?["bytes"]?.int ?? 0) > 0 && (alone["status"]?["connections"]?.int ?? 0) >= 1)
        #expect(alone["replication"]?["replicas"] == [] && alone["replication"]?["healthy"] == nil)
        try await source.sql(
            "create user repl@'127.0.0.1' identified by 'lab'; grant replication slave on *.* to repl@'127.0.0.1'; create database shop; create table shop.t (a int)"
        )
        try await replica.sql(
            "change master to master_host='127.0.0.1', master_port=\(source.port), master_user='repl', "
                + "master_password='lab', master_use_gtid=slave_pos; start slave")
        let running = try await waitFor(replica.process, "replicates", { try await ask(replica) }) {
            $0["replication"]?["healthy"] == true && $0["replication"]?["lag_s"] == 0
        }
        #expect(running["status"]?["read_only"] == true)
        #expect(running["replication"]?["replicas"]?.array?.first?["source"] == "127.0.0.1")
        _ = try await waitFor(source.process, "is read", { try await ask(source) }) {
            $0["replication"]?["readers"] == 1
        }
        try await replica.sql("stop slave sql_thread")
        let stopped = try await ask(replica)
        #expect(stopped["replication"]?["healthy"] == false)
        #expect(stopped["replication"]?["replicas"]?.array?.first?["sql_running"] == "No")
        #expect(stopped["replication"]?["lag_s"] == nil, "the server itself does not know then")
        // The source is killed and leaves its socket behind; the replica gets a password that nobody told us.
        source.process.kill()
        #expect(try await ask(source)["status"]?["running"] == false)
        try await replica.sql("alter user root@localhost identified by 'secret'")
        let error = await #expect(throws: ParseProblem.self) { try await ask(replica) }
        #expect(error?.unavailable == true)
    }
}
