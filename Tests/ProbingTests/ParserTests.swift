import Notation
import Probing
import TestSupport
import Testing

@Suite(.tags(.small)) struct ParserTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let parser: ParserName
        let output: String
        let value: JSONValue
        init(_ name: String, _ parser: ParserName, _ output: String, _ value: JSONValue) {
            testDescription = name
            self.parser = parser
            self.output = output
            self.value = value
        }
    }

    static let plain: [Case] = [
        Case("text", .text, "6.1.0-18-amd64\n", "6.1.0-18-amd64"),
        Case("text without escapes", .text, "a\u{1B}[31mred\u{202E}\u{7}\n", "a[31mred"),
        Case("int", .int, " 93144\n", 93144),
        Case("lines", .lines, "one\n\n two \n", ["one", "two"]),
        Case("key-value", .keyValue, "# c\nA=1\nB two words\n", ["a": "1", "b": "two words"]),
        Case("json", .json, "{\"a\": [1, \"x\\u001b\"]}", ["a": [1, "x"]]),
        Case(
            "os-release", .osRelease,
            "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nID=debian\nVERSION_ID=\"12\"\n",
            ["pretty_name": "Debian GNU/Linux 12 (bookworm)", "id": "debian", "version_id": "12"]),
        Case("os-release without pretty name", .osRelease, "ID='alpine'\n", ["id": "alpine", "pretty_name": "alpine"]),
        Case(
            "sshd -T joins what is repeated", .sshd,
            "port 22\nPermitRootLogin without-password\nlistenaddress 0.0.0.0:22\nlistenaddress [::]:22\nciphers a,b\n",
            [
                "port": "22", "permitrootlogin": "without-password", "listenaddress": "0.0.0.0:22 [::]:22",
                "ciphers": "a,b",
            ]),
        Case("empty passwords: none", .accountNames, "", []),
        Case("empty passwords: some", .accountNames, "zoe\nanna\nanna\n", ["anna", "zoe"]),
        Case(
            "disk", .diskUsage,
            "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda1 41 20 18 53% /var log\n",
            ["used_percent": 53]),
        Case("tmout unset", .tmout, "", 0),
        Case("tmout commented", .tmout, "#TMOUT=300\n", 0),
        Case("tmout last wins", .tmout, "TMOUT=900\nreadonly TMOUT=600; export TMOUT\n", 600),
        Case("tmout is no number", .tmout, "TMOUT=$SECONDS\n", 0),
    ]

    static let accounts: [Case] = [
        Case(
            "accounts with ageing", .loginAccounts,
            """
            @@ passwd
            root:x:0:0:root:/root:/bin/bash
            daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
            anna:x:1000:1000:Anna,,,:/home/anna:/bin/zsh
            sync:x:4:65534:sync:/bin:/bin/sync
            broken line
            evil:x:notanumber:1::/:/bin/sh
            @@ shadow
            root:1:19700:99999
            anna:0:19999:90
            """,
            [
                [
                    "name": "root", "uid": 0, "shell": "/bin/bash", "locked": true, "last_change": "2023-12-09",
                    "max_days": 99999,
                ],
                [
                    "name": "anna", "uid": 1000, "shell": "/bin/zsh", "locked": false, "last_change": "2024-10-03",
                    "max_days": 90,
                ],
            ]),
        Case(
            "last logins: the newest of all records, never an invented one", .loginAccounts,
            """
            @@ passwd
            root:x:0:0:root:/root:/bin/bash
            anna:x:1000:1000:Anna,,,:/home/anna:/bin/zsh
            binh:x:1001:1001::/home/binh:/bin/sh
            chi:x:1002:1002::/home/chi:/bin/sh
            dung:x:1003:1003::/home/dung:/bin/sh
            @@ lslogins
            USER LAST-LOGIN
            root 2026-11-16T20:24:21+07:00
            anna
            chi 2026-13-40T99:99:99+07:00
            @@ last
            anna     pts/0        2026-11-01T08:00:00+0000 - 2026-11-01T09:00:00+0000  (01:00)
            anna     pts/0        2026-11-02T08:00:00+0000   still logged in
            reboot   system boot  2026-11-20T00:00:00+0000   still running

            wtmp begins 2025-05-20T00:00:00+0000
            @@ lastlog
            Username         Port     From             Latest
            root             pts/0    10.0.0.1         Mon Nov 16 13:24:20 +0000 2026
            binh             pts/1                     Sun Nov  1 00:30:00 +0700 2026
            chi                                        **Never logged in**
            dung             pts/1                     Thu Jan  1 00:00:00 +0000 1970
            """,
            [
                ["name": "root", "uid": 0, "shell": "/bin/bash", "last_login": 1_794_835_461],
                ["name": "anna", "uid": 1000, "shell": "/bin/zsh", "last_login": 1_793_606_400],
                ["name": "binh", "uid": 1001, "shell": "/bin/sh", "last_login": 1_793_467_800],
                ["name": "chi", "uid": 1002, "shell": "/bin/sh"], ["name": "dung", "uid": 1003, "shell": "/bin/sh"],
            ]),
        Case(
            "accounts where shadow may not be read", .loginAccounts, "@@ passwd\nroot:x:0:0::/root:\n",
            [["name": "root", "uid": 0, "shell": "/bin/sh"]]),
        Case(
            "policy with pwquality and faillock", .passwordPolicy,
            """
            @@ logindefs
            # PASS_MAX_DAYS 1
            PASS_MAX_DAYS	90
            PASS_MIN_DAYS   1
            PASS_WARN_AGE 7
            @@ pwquality
            minlen = 12
            # minclass = 4
            @@ faillock
            deny = 5
            unlock_time = never
            @@ pam
            auth required pam_faillock.so preauth deny=4
            password requisite pam_pwquality.so retry=3 minclass=3
            """,
            [
                "pass_max_days": 90, "pass_min_days": 1, "pass_warn_age": 7, "minlen": 12, "minclass": 3,
                "faillock_deny": 4, "faillock_unlock_time": 0, "faillock_fail_interval": 900,
            ]),
        Case(
            "files that PAM does not load are not in force", .passwordPolicy,
            """
            @@ logindefs
            PASS_MAX_DAYS 99999
            @@ pwquality
            minlen = 14
            @@ faillock
            deny = 3
            @@ pam
            # password requisite pam_pwquality.so
            password [success=1 default=ignore] pam_unix.so obscure yescrypt
            """, ["pass_max_days": 99999]),
    ]

    static let system: [Case] = [
        Case(
            "ss -tulpn", .listeningSockets,
            """
            Netid State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process
            udp   UNCONN 0      0          127.0.0.1:323       0.0.0.0:*     users:(("chronyd",pid=612,fd=5))
            tcp   LISTEN 0      128          0.0.0.0:22        0.0.0.0:*     users:(("sshd",pid=701,fd=3),("x",pid=1,fd=2))
            tcp   LISTEN 0      4096   127.0.0.53%lo:53        0.0.0.0:*
            tcp   LISTEN 0      128             [::]:22           [::]:*     users:(("sshd",pid=701,fd=4))
            tcp   LISTEN 0      511                *:443             *:*
            """,
            [
                ["proto": "tcp", "address": "0.0.0.0", "port": 22, "process": "sshd"],
                ["proto": "tcp", "address": "::", "port": 22, "process": "sshd"],
                ["proto": "tcp", "address": "127.0.0.53", "port": 53],
                ["proto": "tcp", "address": "*", "port": 443],
                ["proto": "udp", "address": "127.0.0.1", "port": 323, "process": "chronyd"],
            ]),
        Case(
            "netstat -tulpn", .listeningSockets,
            """
            Active Internet connections (only servers)
            Proto Recv-Q Send-Q Local Address Foreign Address State PID/Program name
            tcp 0 0 0.0.0.0:22 0.0.0.0:* LISTEN 701/sshd
            udp6 0 0 :::123 :::* -
            """,
            [
                ["proto": "tcp", "address": "0.0.0.0", "port": 22, "process": "sshd"],
                ["proto": "udp", "address": "::", "port": 123],
            ]),
        Case("no sockets at all", .listeningSockets, "\n", []),
        Case(
            "chrony", .timeSync,
            """
            @@ timedatectl
            NTPSynchronized=no
            @@ chrony
            C0A80001,192.168.0.1,3,1732.1,-0.000012,0.00001,0.00002,-1.5,0.0,0.1,0.01,0.002,64.2,Normal
            @@ services
            chronyd
            """, ["synchronized": true, "source": "192.168.0.1", "offset_s": -0.000012, "service": "chronyd"]),
        Case(
            "chrony without source", .timeSync,
            "@@ chrony\n00000000,,0,0.0,0.0,0.0,0.0,0.0,0.0,0.0,1.0,1.0,0.0,Not synchronised\n",
            ["synchronized": false, "offset_s": 0.0, "service": "chrony"]),
        Case(
            "ntpq", .timeSync,
            """
            @@ ntpq
                 remote           refid      st t when poll reach   delay   offset  jitter
            ==============================================================================
            +10.0.0.2        .GPS.            1 u   33   64  377    0.512    0.031   0.020
            *10.0.0.1        .GPS.            1 u   12   64  377    0.412   -2.500   0.010
            @@ services
            ntpd
            """, ["synchronized": true, "source": "10.0.0.1", "offset_s": -0.0025, "service": "ntpd"]),
        Case(
            "timesyncd", .timeSync, "@@ timedatectl\nNTP=yes\nNTPSynchronized=yes\n@@ services\nsystemd-timesyn\n",
            ["synchronized": true, "service": "systemd-timesyncd"]),
        Case(
            "nothing keeps the time", .timeSync, "@@ services\n",
            ["service": "none", "synchronized": false, "reason": "no time service is running"]),
        Case(
            "the kernel says no and nothing keeps the time", .timeSync,
            "@@ timedatectl\nNTPSynchronized=no\n@@ services\n",
            ["service": "none", "synchronized": false, "reason": "no time service is running"]),
        Case(
            "the kernel was synchronised by something we do not know", .timeSync,
            "@@ timedatectl\nNTPSynchronized=yes\n@@ services\n", ["service": "unknown", "synchronized": true]),
        Case(
            "processes are hidden: only the kernel is believed", .timeSync, "@@ timedatectl\nNTPSynchronized=no\n",
            ["service": "unknown", "synchronized": false]),
        Case("a service that does not tell", .timeSync, "@@ services\nptp4l\n", ["service": "ptp4l"]),
        Case(
            "ufw", .firewall, "@@ ufw\nStatus: active\n@@ iptables\n-P INPUT DROP\n",
            ["active": true, "kind": "ufw", "input_policy": "drop"]),
        Case(
            "nftables that drops", .firewall,
            """
            @@ ufw missing
            @@ nft
            table inet filter {
            	chain input {
            		type filter hook input priority filter; policy drop;
            		iif "lo" accept
            	}
            }
            @@ iptables missing
            """, ["active": true, "kind": "nftables", "input_policy": "drop"]),
        Case(
            "nftables with empty chains", .firewall,
            "@@ nft\ntable inet filter {\n\tchain input {\n\t\ttype filter hook input priority 0; policy accept;\n\t}\n}\n",
            ["active": false, "kind": "nftables", "input_policy": "accept"]),
        Case(
            "iptables with a rule", .firewall,
            "@@ nft missing\n@@ iptables\n-P INPUT ACCEPT\n-A INPUT -p tcp -j DROP\n",
            ["active": true, "kind": "iptables", "input_policy": "accept"]),
        Case(
            "no tool at all", .firewall, "@@ ufw missing\n@@ firewalld missing\n@@ nft missing\n@@ iptables missing\n",
            ["active": false, "kind": "none"]),
        Case(
            "firewalld", .firewall, "@@ firewalld\nrunning\n@@ nft denied\n\n", ["active": true, "kind": "firewalld"]),
    ]

    static let logs: [Case] = [
        Case(
            "logs kept and sent on", .logRetention,
            """
            @@ journald
            [Journal]
            #Storage=volatile
            MaxRetentionSec=3month
            @@ journaldir
            persistent
            @@ logrotate
            weekly
            rotate 4
            include /etc/logrotate.d
            /var/log/apt/term.log {
              rotate 12
              monthly
            }
            /var/log/syslog
            /var/log/mail.log
            {
            	rotate 90
            	daily
            	postrotate
            		rotate 1
            	endscript
            }
            @@ oldest
            1795000000
            1787224000
            @@ rsyslog
            rsyslogd
            @@ remote
            # *.* @old.example
            *.* @@10.0.0.9:6514
            action(type="omfwd" Target="10.0.0.8" Port="514" Protocol="udp")
            """,
            [
                "journald_storage": "persistent", "journald_max_retention_days": 91, "logrotate_days": 90,
                "oldest_days": 90, "rsyslog_active": true, "remote_targets": ["10.0.0.8:514", "10.0.0.9:6514"],
            ]),
        Case(
            "automatic journal without folder", .logRetention,
            "@@ journald\n[Journal]\n@@ journaldir\n@@ rsyslog\n@@ remote\n",
            ["journald_storage": "volatile", "rsyslog_active": false, "remote_targets": []]),
        Case(
            "hourly rotation is not counted as days", .logRetention, "@@ logrotate\nhourly\nrotate 48\n",
            ["logrotate_days": 2]),
        Case("maxage limits", .logRetention, "@@ logrotate\nweekly\nrotate 52\nmaxage 30\n", ["logrotate_days": 30]),
        Case(
            "audit", .audit, "@@ auditd\nauditd\n@@ rules\n-w /etc/passwd -p wa\n-a always,exit -S all\n",
            ["auditd_active": true, "rules": 2]),
        Case("audit rules may not be read", .audit, "@@ auditd\n@@ rules denied\n\n", ["auditd_active": false]),
        Case(
            "audit without rules", .audit, "@@ auditd\nauditd\n@@ rules\nNo rules\n",
            ["auditd_active": true, "rules": 0]),
    ]

    static let software: [Case] = [
        Case(
            "apt", .packageUpdates,
            """
            @@ apt
            Inst libc6 [2.36-9] (2.36-9+deb12u4 Debian-Security:12/stable-security [amd64])
            Inst tzdata [2023c-5] (2024a-0+deb12u1 Debian:12.5/stable [all])
            """, ["total": 2, "security": 1]),
        Case("apt: all up to date", .packageUpdates, "@@ apt\n", ["total": 0, "security": 0]),
        Case(
            "apt: nothing known, from old lists", .packageUpdates, "@@ apt\n@@ lists\n1795000000 1786360000\n",
            ["total": 0, "security": 0, "lists_age_h": 2400]),
        Case(
            "dnf", .packageUpdates,
            """
            @@ dnf

            kernel.x86_64  5.14.0-400  baseos
            openssl.x86_64 3.0.7-25    baseos
            Obsoleting Packages
            a.noarch 1 baseos
            @@ dnfsec
            RHSA-2024:1 Important/Sec. openssl-3.0.7-25.x86_64
            """, ["total": 2, "security": 1]),
        Case(
            "no agent", .malwareAgents, "@@ processes\nsystemd\nsshd\n@@ installed\n@@ signatures\n",
            ["name": "none", "active": false]),
        Case(
            "clamd with signatures", .malwareAgents,
            "@@ processes\nsystemd\nclamd\nfreshclam\n@@ installed\nclamav\n@@ signatures\nclamav 1795000000 1794985600\n",
            ["name": "clamav", "active": true, "signature_age_h": 4]),
        Case(
            "a loader of signatures guards nothing", .malwareAgents, "@@ processes\nfreshclam\n@@ installed\nclamav\n",
            ["name": "clamav", "active": false]),
        Case(
            "a running one wins over an installed one", .malwareAgents,
            "@@ processes\nwdavdaemon\n@@ installed\nclamav\n", ["name": "microsoft-defender", "active": true]),
    ]

    @Test("real-looking output gives the agreed shapes", arguments: plain + accounts + system + logs + software)
    func reads(_ item: Case) throws { #expect(try item.parser.parse(item.output) == item.value) }

    @Test(
        "what is no such output gives no value",
        arguments: [
            (ParserName.text, "", true), (.int, "12 apples", false), (.int, "", false), (.json, "{", false),
            (.osRelease, "PRETTY_NAME=x\n", false), (.sshd, "sshd: no hostkeys available\n", false),
            (.accountNames, "a b c\n", false), (.loginAccounts, "", false), (.passwordPolicy, "@@ pam\n", true),
            (.listeningSockets, "ss: not found\n", false), (.timeSync, "@@ chrony\n", true),
            (.firewall, "hello\n", false), (.firewall, "@@ nft denied\n\n@@ iptables denied\n", true),
            (.logRetention, "", true), (.audit, "", false), (.diskUsage, "df: x\n", false),
            (.packageUpdates, "", true), (.malwareAgents, "@@ processes\n", true),
        ] as [(ParserName, String, Bool)]) func refuses(_ parser: ParserName, _ output: String, _ unavailable: Bool)
    {
        let problem = #expect(throws: ParseProblem.self) { try parser.parse(output) }
        #expect(problem?.unavailable == unavailable)
        #expect(problem?.message.isEmpty == false)
    }

    @Test("hostile output never traps, and never brings control characters in", arguments: ParserName.allCases)
    func hostile(_ parser: ParserName) throws {
        var random = SeededGenerator("hostile \(parser.rawValue)")
        let samples = (Self.plain + Self.accounts + Self.system + Self.logs + Self.software)
            .filter { $0.parser == parser }.map { Array($0.output.utf8) }
        let seeds = samples + [Array("@@ passwd\n@@ apt\n:::::::\n=\n{{}}\n".utf8)]
        for _ in 0..<200 {
            var bytes = seeds.randomElement(using: &random) ?? []
            for _ in 0..<Int.random(in: 1...12, using: &random) where !bytes.isEmpty {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.removeSubrange(place..<min(bytes.count, place + 9))
                case 2: bytes.insert(contentsOf: [27, 91, 72, 10, 64, 64, 32], at: place)
                default: bytes.insert(contentsOf: Array("9999999999999999999".utf8), at: place)
                }
            }
            guard let value = try? parser.parse(String(decoding: bytes, as: UTF8.self)) else { continue }
            #expect(!value.canonical.contains("\\u00"), "\(bytes)")
        }
        let long = String(repeating: "a", count: 300_000)
        for text in [long, "@@ " + long, String(repeating: "x=1\n", count: 50_000), "\0\0\0", "{\"a\":".padded(600)] {
            _ = try? parser.parse(text)
        }
    }
}

extension String {
    fileprivate func padded(_ times: Int) -> String { String(repeating: self, count: times) }
}
