import Addressing
import ArgumentParser
import CMDB
import Discovery
import Endpoints
import Evidence
import Notation
import Remote
import SNMP
import SSH
import Storage

/// What stands in a network, and what of it the inventory does not know.
struct DiscoverCommand: SuiteCommand {
    static let configuration = CommandConfiguration(
        commandName: "discover", abstract: "Sweep a network, identify what answers, propose it to the inventory.",
        discussion: """
            Each address is asked with one echo request, one SNMP question per credential until one is taken, and \
            connections to a few TCP ports. What takes a credential is asked what it is: maker, model, system and \
            version, serial number, role, interfaces with addresses and VLANs, neighbours, storage, memory, processors, \
            sensors, batteries, outlets. The answers are kept as facts; nothing is written to the inventory: `hatang \
            inventory drift` shows what differs, `hatang inventory accept` writes down what you decide.

            Only private networks, loopback and prefixes of the inventory are asked, unless --outside says otherwise.

            Examples:
              hatang discover 10.10.20.0/24 --community secret://snmp-ro
              hatang discover 10.10.20.0/24 --snmp-user monitor --snmp-auth-secret secret://a --snmp-priv-secret secret://p
              hatang discover 10.10.0.0/22 --exclude 10.10.1.0/24 --community file:ro.txt --site ls-dc --dry-run
              hatang discover 127.0.0.0/24 --community public --port 1161 --format json

            Exit codes: 0 everything that answered was identified, 3 some of it was not (named), or the signs contradict \
            each other, 6 nothing answered, 7 an address outside of what may be asked, 64 unreadable targets, \
            65 a secret that is not there, 130 interrupted (what was found is kept).
            """)
    @Argument(help: "Addresses, prefixes, ranges: 192.0.2.7, 192.0.2.0/24, 192.0.2.10-192.0.2.20, 2001:db8::/120.")
    var targets: [String]
    @OptionGroup(title: "Credentials") var credentials: DiscoverCredentials
    @Option(help: "Leave these out: addresses, prefixes, ranges; may be repeated.") var exclude: [String] = []
    @Option(help: "TCP port to try; may be repeated. Default 22 and 443.") var tcp: [UInt16] = []
    @Flag(help: "Send no echo requests.") var noPing = false
    @Option(help: "Seconds to wait for each answer, 0.05 to 60.") var timeout = 1.0
    @Option(help: "Further tries of an SNMP question.") var retries = 1
    @Option(help: "Addresses asked at the same time.") var concurrency = 256
    @Option(help: "Addresses at most.") var max = 65_536
    @Option(help: "Slug of the site of new devices.") var site: String?
    @Option(help: "Slug of the tenant of new devices.") var tenant: String?
    @Option(help: "Slug of the role of new devices that do not tell theirs.") var role: String?
    @Option(help: "How long the facts may be believed.") var validFor = "7d"
    @Flag(help: "Also ask public addresses that no prefix of the inventory covers.") var outside = false
    @Flag(help: "Show what was found and keep nothing.") var dryRun = false
    @Option(help: "Why, for the ledger.") var reason = "discover"
    @OptionGroup(title: "Everywhere") var global: GlobalOptions

    func validate() throws {
        if targets.isEmpty { throw ValidationError("name at least one address, prefix or range") }
        if !(0.05...60).contains(timeout) { throw ValidationError("--timeout must be from 0.05 to 60") }
        if !(0...10).contains(retries) { throw ValidationError("--retries must be from 0 to 10") }
        if !(1...4_096).contains(concurrency) { throw ValidationError("--concurrency must be from 1 to 4096") }
        if !(1...1_048_576).contains(max) { throw ValidationError("--max must be from 1 to 1048576") }
        if tcp.contains(0) { throw ValidationError("port 0 is no port") }
        for (name, slug) in [("--site", site), ("--tenant", tenant), ("--role", role)] {
            if let slug, !Slug.isValid(slug) { throw ValidationError("\(name) \(slug) is no slug") }
        }
        guard let span = DurationText.parse(validFor), span > .zero else {
            throw ValidationError("--valid-for \"\(validFor)\" is no duration: write 12h or 7d")
        }
    }

    func run(in session: Session) async throws {
        let plan: SweepPlan
        do throws(SweepError) {
            plan = try SweepPlan(targets, excluding: exclude, limit: max)
        } catch {
            throw CommandFailure(error.code == .nothingToDo ? .nothingToDo : .usage, error.message)
        }
        let lock = try dryRun ? nil : session.writerLock("discover")
        defer { lock?.release() }
        let database = try session.database(.creating)
        let snapshot = try session.state(database)
        try guardPublic(plan, snapshot, session)
        try checkHints(snapshot)
        let store = session.secrets(database)
        let known = try credentials.resolve(store, session)
        if credentials.written > 0 {
            session.console.warn(
                "--community written out can be read in the process list of this machine: use secret://NAME, env:NAME or file:PATH"
            )
        }
        let door = DiscoverShell(
            login: try credentials.shell(store, session), port: credentials.sshPort, timeout: .seconds(timeout),
            hostKeys: session.hostKeys(database), matcher: InventoryMatcher(snapshot))
        var found = try await survey(plan, known.map(\.0), door, session)
        found.judge(snapshot)
        let monitoring = Dictionary(known.map { ($0.0.label, $0.monitoring) }) { first, _ in first }
        var kept = 0
        if !dryRun {
            kept = try keep(found, monitoring, database, session)
        }
        show(found, kept: kept, plan, session)
        try conclude(found)
    }

    // MARK: Guards

    private func guardPublic(_ plan: SweepPlan, _ snapshot: Snapshot, _ session: Session) throws {
        if outside { return }
        let covered = AddressSet(
            snapshot.objects(.prefix).compactMap { $0.text("prefix").flatMap { try? Prefix($0) } }
                .filter { $0.length > 0 })
        let strangers = plan.addresses.filter { $0.isGloballyReachable && !covered.contains($0) }
        guard let first = strangers.first else { return }
        throw CommandFailure(
            .refused,
            "\(strangers.count) of \(plan.addresses.count) addresses are public and in no prefix of the inventory, such as \(first): "
                + "asking other people's machines is not ours to do; correct the target, add the prefix to the inventory, or say --outside"
        )
    }

    private func checkHints(_ snapshot: Snapshot) throws {
        for (kind, slug) in [(Kind.site, site), (.tenant, tenant)] {
            guard let slug, snapshot.count(kind) > 0, snapshot[ObjectID(kind, slug)] == nil else { continue }
            let known = snapshot.objects(kind).map(\.id.key)
            throw CommandFailure(
                .badInput,
                "there is no \(kind.rawValue) \(slug): "
                    + NearestName.hint(slug, in: known, otherwise: "see `hatang inventory list \(kind.rawValue)`"))
        }
    }

    // MARK: Asking

    private func survey(
        _ plan: SweepPlan, _ known: [SweepCredential], _ door: DiscoverShell, _ session: Session
    ) async throws -> DiscoverFindings {
        var options = Sweep.Options()
        options.credentials = known
        options.snmpPort = credentials.port
        options.ports = tcp.isEmpty ? Array(Set([credentials.sshPort, 443])).sorted() : tcp
        options.timeout = .seconds(timeout)
        options.retries = retries
        options.concurrency = concurrency
        let snmp = try SNMPEngine()
        let loops = EndpointLoops()
        let ssh = SSHClient()
        let echoer = noPing ? nil : ICMPProber()
        let loopbackOnly = session.loopbackOnly
        let sweep = Sweep(
            snmp: snmp, echoer: echoer, connector: TCPProber(loops), options: options,
            allowed: { !loopbackOnly || $0.isLoopback })
        let console = session.console
        let sweeping = Progress(
            console.pick(vi: "quét", en: "sweeping"), total: plan.addresses.count, console: console)
        let swept = await sweep.run(plan) { sweeping.update(done: $0) }
        sweeping.finish()
        let identifying = Progress(
            console.pick(vi: "nhận dạng", en: "identifying"), total: swept.alive.count, console: console)
        var found = DiscoverFindings(swept: swept)
        await found.identify(snmp: snmp, ssh: ssh, door: door) { identifying.update(done: $0) }
        identifying.finish()
        echoer?.shutdown()
        snmp.shutdown()
        await ssh.shutdown()
        await loops.shutdown()
        return found
    }

    // MARK: Keeping

    /// Facts and the ledger's record; gives the number of facts.
    private func keep(
        _ found: DiscoverFindings, _ monitoring: [String: [String: JSONValue]], _ database: Database, _ session: Session
    ) throws -> Int {
        let now = session.now()
        let proposal = ProposalFacts(at: now, validFor: DurationText.parse(validFor) ?? .seconds(604_800))
        var facts: [Fact] = []
        for entry in found.entries {
            guard let subject = entry.subject else { continue }
            var hints = ProposalFacts.Hints()
            hints.site = site
            hints.tenant = tenant
            hints.role = role
            hints.monitoring = entry.credential.flatMap { monitoring[$0] } ?? [:]
            let address = entry.device.endpoints.first.map { Endpoint(address: $0, port: credentials.port).description }
            facts += proposal.facts(
                entry.device, subject: subject, source: "discover@\(address ?? "-")", hints: hints)
        }
        try database.store(facts)
        try database.append([
            LedgerEntry(
                action: "discover.run", subject: nil, actor: session.actor, reason: reason, at: now,
                payload: found.ledger(targets: targets, facts: facts))
        ])
        return facts.count
    }

    // MARK: Telling

    private func show(_ found: DiscoverFindings, kept: Int, _ plan: SweepPlan, _ session: Session) {
        let console = session.console
        if let problem = found.swept.echoProblem, !noPing { console.warn("no echo requests: \(problem)") }
        if found.swept.refusedByGuard > 0 {
            console.warn("\(found.swept.refusedByGuard) addresses were not asked: HATANG_LOOPBACK_ONLY is set")
        }
        for entry in found.entries {
            if case .ambiguous(let ids, let why) = entry.match {
                console.warn(
                    "\(entry.addresses): \(why): nothing was kept; look at \(ids.map(\.description).joined(separator: ", "))"
                )
            }
            for note in entry.device.notes where note.reason != .absent {
                console.detail("\(entry.addresses): \(note.part): \(note.message)")
            }
        }
        for problem in found.problems { console.warn(problem) }
        console.emit(found.answer)
        let counts = found.counts
        console.say(
            vi:
                "Hỏi \(found.swept.asked)/\(plan.addresses.count) địa chỉ: trả lời \(found.swept.alive.count), im lặng \(found.swept.silent); nhận dạng \(counts.identified) thiết bị (mới \(counts.new), đã có \(counts.known), mâu thuẫn \(counts.ambiguous)), \(found.unidentified.count) địa chỉ chưa nhận dạng; giữ \(kept) dữ kiện.",
            en:
                "Asked \(found.swept.asked) of \(plan.addresses.count) addresses: \(found.swept.alive.count) answered, \(found.swept.silent) silent; \(counts.identified) devices identified (\(counts.new) new, \(counts.known) known, \(counts.ambiguous) contradictory), \(found.unidentified.count) addresses not identified; \(kept) facts kept."
        )
        if kept > 0 {
            console.say(
                vi: "Xem sai khác: hatang inventory drift; ghi nhận: hatang inventory accept ID.",
                en: "See the differences: hatang inventory drift; write them down: hatang inventory accept ID.")
        }
    }

    private func conclude(_ found: DiscoverFindings) throws {
        if found.swept.notAsked > 0 || found.interrupted { throw ExitStatus.interrupted }
        guard !found.swept.alive.isEmpty else {
            throw CommandFailure(
                .nothingToDo,
                "none of \(found.swept.asked) addresses answered: check the network, the ports and the credentials")
        }
        if !found.unidentified.isEmpty || found.counts.ambiguous > 0 || !found.problems.isEmpty {
            throw ExitStatus.partial
        }
    }
}
