import Remote
import Synchronization

/// The User-based Security Model on the manager's side (RFC 3414 section 3), with all state per device.
extension Worker {
    /// How often one request may begin anew because the agent's engine or clock is another than we thought.
    private static let maxRestarts = 3

    /// Why a credential cannot be used at all; nil when it can.
    static func problem(with credential: USMCredential) -> String? {
        if credential.user.utf8.count > 32 { return "the SNMPv3 user name has more than 32 bytes" }
        if credential.user.isEmpty { return "the SNMPv3 user name is empty" }
        if credential.auth == nil, credential.priv != nil {
            return "SNMPv3 privacy needs authentication as well; give the credential both"
        }
        for (what, secret) in [
            ("authentication", credential.auth?.passphrase), ("privacy", credential.priv?.passphrase),
        ] {
            if let secret, secret.count < 8 {
                return "the SNMPv3 \(what) pass phrase has fewer than 8 bytes (RFC 3414 section 11.2)"
            }
        }
        return nil
    }

    /// What is kept for `credential` at `agent`, with the engine that we know from an earlier run if there is none yet.
    func site(of credential: USMCredential, _ agent: Agent) -> SecuredSite {
        let number = vault.number(of: credential)
        let site: SecuredSite
        if let known = agent.sites.first, known.number == number {
            site = known
        } else {
            site = agent.site(number, user: Array(credential.user.utf8))
        }
        if site.engine == nil, let hint = hints[agent.peer] {
            let age = max(0, realtimeSeconds() - hint.observedAt)
            let time = Int32(clamping: Int64(hint.time) + age)
            site.engine = AgentEngine(
                engineID: hint.engineID, guessedBoots: hint.boots, time: time, now: seconds)
        }
        if let engine = site.engine, site.session == nil { localise(credential, site, engine) }
        return site
    }

    /// Forgets the engine: the next request discovers it anew.
    func dropEngine(of exchange: Exchange) {
        exchange.site?.engine = nil
        exchange.site?.session = nil
        hints[exchange.agent.peer] = nil
    }

    /// Makes the keys for `engine`; without them the site stays undiscovered.
    private func localise(_ credential: USMCredential, _ site: SecuredSite, _ engine: AgentEngine) {
        let before = vault.derivations
        let keys = vault.keys(credential, number: site.number, engineID: engine.engineID)
        site.session = keys.map { USMSession(engineID: engine.engineID, keys: $0) }
        if vault.derivations != before {
            counters.keyDerivations.add(UInt64(vault.derivations - before), ordering: .relaxed)
            // Hashing took milliseconds: deadlines count from now.
            now = monotonicNanoseconds()
        }
    }

    /// Whether silence may come from the privacy pass phrase: the agent never proved that it can read us.
    func mayDiagnose(_ exchange: Exchange) -> Bool {
        guard let site = exchange.site, !exchange.isDiagnosing, exchange.session?.keys.privacy != nil else {
            return false
        }
        return site.engine?.isAuthentic == false
    }

    /// Writes the probe or the request with the message id of this try.
    func writeSecured(_ exchange: Exchange, _ question: PDUBody, to link: UDPLink) -> Bool {
        guard let site = exchange.site else { return false }
        var envelope = USMEnvelope(
            messageID: exchange.id, maxSize: Int32(clamping: configuration.maxResponseBytes), engineID: [], boots: 0,
            time: 0, user: [], context: [])
        var body = PDUBody(kind: .get, names: [])
        var keys: USMKeys?
        if let session = exchange.session, let engine = site.engine {
            envelope.engineID = session.engineID
            envelope.boots = engine.boots
            envelope.time = engine.estimatedTime(now: seconds)
            envelope.user = site.user
            envelope.context = exchange.context
            keys = session.keys
            if exchange.isDiagnosing {
                keys = USMKeys(authentication: session.keys.authentication, privacy: nil)
            } else {
                body = question
            }
        }
        salt &+= 1
        return link.enqueue(to: exchange.agent.peer, owner: exchange.id) { writer in
            envelope.write(keys: keys, salt: salt, scratch: scratch, to: &writer) {
                body.write(requestID: exchange.requestID, to: &$0)
            }
        }
    }

    func receiveSecured(_ frame: MessageFrame, from peer: WireAddress) throws(BERError) {
        let message = try USMMessage(frame.rest)
        guard let exchange = outstanding[message.messageID], let site = exchange.site, exchange.agent.peer == peer
        else {
            counters.droppedUnmatched.add(1, ordering: .relaxed)
            return
        }
        if message.flags.contains(.auth) {
            try receiveSigned(frame, message, exchange, site)
        } else {
            try receiveUnsigned(frame, message, exchange, site)
        }
    }

    /// Without a signature only three things count: the answer to discovery, a refusal, and an answer to a question
    /// that was itself asked without one.
    private func receiveUnsigned(
        _ frame: MessageFrame, _ message: USMMessage, _ exchange: Exchange, _ site: SecuredSite
    ) throws(BERError) {
        let pdu = try USMMessage.openScoped(message.plain)
        if pdu.kind == PDUKind.report.rawValue {
            guard let report = USMReport(try pdu.varBinds(limit: configuration.maxResponseBindings)) else {
                throw .truncated
            }
            if report == .unknownEngineID {
                try discovered(message, exchange)
            } else if exchange.isDiagnosing, report == .unsupportedSecurityLevel {
                fail(exchange, .timeout, exchange.silence)
            } else if let failure = report.failure {
                fail(exchange, failure.code, failure.message)
            } else {
                // notInTimeWindows without a signature: anybody could set our clock with it.
                dropUnauthenticated(exchange)
            }
            return
        }
        guard pdu.kind == PDUKind.response.rawValue, let session = exchange.session, session.keys.level.isEmpty,
            isFromEngine(message, session, site)
        else { return dropUnauthenticated(exchange) }
        guard pdu.requestID == exchange.requestID else { return dropUnmatched() }
        deliver(pdu, to: exchange, size: frame.whole.count)
    }

    private func receiveSigned(
        _ frame: MessageFrame, _ message: USMMessage, _ exchange: Exchange, _ site: SecuredSite
    ) throws(BERError) {
        // A session that is not the site's any more belongs to an engine that has gone.
        guard let session = exchange.session, session === site.session, site.engine != nil,
            let authentication = session.keys.authentication, isFromEngine(message, session, site),
            authentication.verify(frame.whole, mac: message.authParameters)
        else { return dropUnauthenticated(exchange) }
        let keys = session.keys
        guard site.engine?.accept(boots: message.boots, time: message.time, now: seconds) == true else {
            exchange.outsideWindow += 1
            counters.droppedOutsideWindow.add(1, ordering: .relaxed)
            return
        }
        guard let pdu = try open(message, keys, exchange) else { return }
        if pdu.kind == PDUKind.report.rawValue {
            try receiveSignedReport(pdu, exchange)
            return
        }
        if exchange.isDiagnosing {
            return fail(
                exchange, .authentication,
                "the agent answers signed questions but is silent to enciphered ones; "
                    + "check the privacy pass phrase and protocol")
        }
        // An answer must be protected as the question was.
        guard pdu.kind == PDUKind.response.rawValue, message.flags.level == keys.level else {
            return dropUnauthenticated(exchange)
        }
        guard pdu.requestID == exchange.requestID else { return dropUnmatched() }
        deliver(pdu, to: exchange, size: frame.whole.count)
    }

    /// The PDU inside a message whose signature is right; nil when the exchange failed over it.
    private func open(_ message: USMMessage, _ keys: USMKeys, _ exchange: Exchange) throws(BERError) -> PDUHead? {
        guard message.flags.contains(.priv) else { return try USMMessage.openScoped(message.plain) }
        let unreadable =
            "the agent's answer cannot be deciphered although its signature is right; "
            + "check the privacy pass phrase and protocol"
        let length = keys.privacy?.decrypt(
            message.data.rest, boots: message.boots, time: message.time, salt: message.privParameters.rest,
            into: scratch)
        guard let length else {
            fail(exchange, .authentication, unreadable)
            return nil
        }
        do throws(BERError) {
            let plain = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(scratch)[..<length])
            return try USMMessage.openScoped(BERReader(plain))
        } catch {
            fail(exchange, .authentication, unreadable)
            return nil
        }
    }

    private func receiveSignedReport(_ pdu: PDUHead, _ exchange: Exchange) throws(BERError) {
        guard let report = USMReport(try pdu.varBinds(limit: configuration.maxResponseBindings)) else {
            throw .truncated
        }
        if let failure = report.failure { return fail(exchange, failure.code, failure.message) }
        guard report == .notInTimeWindow else { return dropUnmatched() }
        // The clock has been set from the Report's header already: ask again at once.
        exchange.resynchronisations += 1
        exchange.isDiagnosing = false
        guard exchange.resynchronisations <= Self.maxRestarts else {
            dropEngine(of: exchange)
            return fail(
                exchange, .protocolViolation, "the agent refuses its own clock again and again (notInTimeWindows)")
        }
        ask(exchange)
    }

    /// A Report of usmStatsUnknownEngineIDs: the answer to our probe, or an agent whose engine id has changed.
    private func discovered(_ message: USMMessage, _ exchange: Exchange) throws(BERError) {
        guard message.engineID.count >= 5 else { throw .badInteger }
        guard let site = exchange.site, case .v3(let credential) = exchange.target.credential else { return }
        exchange.discoveries += 1
        guard exchange.discoveries <= Self.maxRestarts else {
            dropEngine(of: exchange)
            return fail(
                exchange, .protocolViolation, "the agent names engine ids that it then does not know; discovery gave up"
            )
        }
        let engineID = message.engineID.bytes()
        // Another request to the device may have authenticated this engine meanwhile: keep that clock.
        if site.engine?.engineID != engineID || site.engine?.isAuthentic != true {
            site.engine = AgentEngine(
                engineID: engineID, guessedBoots: message.boots, time: message.time, now: seconds)
        }
        if site.session?.engineID != engineID, let engine = site.engine { localise(credential, site, engine) }
        exchange.session = site.session
        guard exchange.session != nil else {
            return fail(
                exchange, .unsupported, "libsnmp cannot make keys for this authentication and privacy protocol")
        }
        ask(exchange)
    }

    private func isFromEngine(_ message: USMMessage, _ session: USMSession, _ site: SecuredSite) -> Bool {
        message.engineID.equals(session.engineID) && message.user.equals(site.user)
    }

    private func dropUnmatched() { counters.droppedUnmatched.add(1, ordering: .relaxed) }

    private func dropUnauthenticated(_ exchange: Exchange) {
        exchange.unauthenticated += 1
        counters.droppedUnauthenticated.add(1, ordering: .relaxed)
    }
}
