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

    /// Gives a v3 exchange its state, with the engine that we know from before if we do.
    func prepare(_ exchange: Exchange, _ credential: USMCredential) {
        let number = vault.number(of: credential)
        exchange.secured = Exchange.Secured(
            credential: credential, number: number, user: Array(credential.user.utf8),
            context: Array(credential.context.utf8))
        let place = DeviceKey(peer: exchange.peer, credential: number)
        if devices[place] == nil, let hint = hints[exchange.peer] {
            let age = max(0, realtimeSeconds() - hint.observedAt)
            let time = Int32(clamping: Int64(hint.time) + age)
            remember(
                AgentEngine(engineID: hint.engineID, guessedBoots: hint.boots, time: time, now: seconds), at: place)
        }
        if let engine = devices[place] { adopt(engine, exchange) }
    }

    private func remember(_ engine: AgentEngine, at place: DeviceKey) {
        if devices.count >= configuration.maxDevices, devices[place] == nil { devices.removeAll() }
        devices[place] = engine
    }

    private func place(of exchange: Exchange) -> DeviceKey {
        DeviceKey(peer: exchange.peer, credential: exchange.secured?.number ?? 0)
    }

    /// Forgets the engine: the next request discovers it anew.
    func dropEngine(of exchange: Exchange) {
        devices[place(of: exchange)] = nil
        hints[exchange.peer] = nil
    }

    /// Takes the keys for `engine`; without them the exchange stays in discovery.
    private func adopt(_ engine: AgentEngine, _ exchange: Exchange) {
        guard let secured = exchange.secured else { return }
        let before = vault.derivations
        exchange.secured?.keys = vault.keys(secured.credential, number: secured.number, engineID: engine.engineID)
        exchange.secured?.engineID = engine.engineID
        if vault.derivations != before {
            counters.keyDerivations.add(UInt64(vault.derivations - before), ordering: .relaxed)
            // Hashing took milliseconds: deadlines count from now.
            now = monotonicNanoseconds()
        }
    }

    /// Whether silence may come from the privacy pass phrase: the agent never proved that it can read us.
    func mayDiagnose(_ exchange: Exchange) -> Bool {
        guard let secured = exchange.secured, !secured.isDiagnosing, secured.keys?.privacy != nil else { return false }
        return devices[place(of: exchange)]?.isAuthentic == false
    }

    /// Writes the probe or the request with a message id of its own.
    func writeSecured(_ exchange: Exchange, to link: UDPLink) -> Bool {
        guard let secured = exchange.secured else { return false }
        register(exchange, random.identifier())
        guard let id = exchange.ids.last else { return false }
        var envelope = USMEnvelope(
            messageID: id, maxSize: Int32(clamping: configuration.maxResponseBytes), engineID: [], boots: 0, time: 0,
            user: [], context: [])
        var body = PDUBody(kind: .get, names: [])
        if secured.keys != nil, let engine = devices[place(of: exchange)] {
            envelope.engineID = secured.engineID
            envelope.boots = engine.boots
            envelope.time = engine.estimatedTime(now: seconds)
            envelope.user = secured.user
            envelope.context = secured.context
            if !secured.isDiagnosing { body = exchange.body }
        }
        var keys = envelope.engineID.isEmpty ? nil : secured.keys
        if secured.isDiagnosing { keys = USMKeys(authentication: keys?.authentication, privacy: nil) }
        salt &+= 1
        return link.enqueue(to: exchange.peer, owner: id) { writer in
            envelope.write(keys: keys, salt: salt, scratch: scratch, to: &writer) {
                body.write(requestID: exchange.requestID, to: &$0)
            }
        }
    }

    func receiveSecured(_ frame: MessageFrame, from peer: WireAddress) throws(BERError) {
        let message = try USMMessage(frame.rest)
        guard let exchange = outstanding[message.messageID], let secured = exchange.secured, exchange.peer == peer
        else {
            counters.droppedUnmatched.add(1, ordering: .relaxed)
            return
        }
        if message.flags.contains(.auth) {
            try receiveSigned(frame, message, exchange, secured)
        } else {
            try receiveUnsigned(frame, message, exchange, secured)
        }
    }

    /// Without a signature only three things count: the answer to discovery, a refusal, and an answer to a question
    /// that was itself asked without one.
    private func receiveUnsigned(
        _ frame: MessageFrame, _ message: USMMessage, _ exchange: Exchange, _ secured: Exchange.Secured
    ) throws(BERError) {
        let pdu = try USMMessage.openScoped(message.plain)
        if pdu.kind == PDUKind.report.rawValue {
            guard let report = USMReport(try pdu.varBinds(limit: configuration.maxResponseBindings)) else {
                throw .truncated
            }
            if report == .unknownEngineID {
                try discovered(message, exchange)
            } else if secured.isDiagnosing, report == .unsupportedSecurityLevel {
                fail(exchange, .timeout, exchange.silence)
            } else if let failure = report.failure {
                fail(exchange, failure.code, failure.message)
            } else {
                // notInTimeWindows without a signature: anybody could set our clock with it.
                dropUnauthenticated(exchange)
            }
            return
        }
        guard pdu.kind == PDUKind.response.rawValue, let keys = secured.keys, keys.level.isEmpty,
            isFromEngine(message, secured)
        else { return dropUnauthenticated(exchange) }
        guard pdu.requestID == exchange.requestID else { return dropUnmatched() }
        deliver(pdu, to: exchange, size: frame.whole.count)
    }

    private func receiveSigned(
        _ frame: MessageFrame, _ message: USMMessage, _ exchange: Exchange, _ secured: Exchange.Secured
    ) throws(BERError) {
        let place = place(of: exchange)
        guard let keys = secured.keys, let authentication = keys.authentication, var engine = devices[place],
            isFromEngine(message, secured), engine.engineID == secured.engineID,
            authentication.verify(frame.whole, mac: message.authParameters)
        else { return dropUnauthenticated(exchange) }
        let isInside = engine.accept(boots: message.boots, time: message.time, now: seconds)
        devices[place] = engine
        guard isInside else {
            exchange.secured?.outsideWindow += 1
            counters.droppedOutsideWindow.add(1, ordering: .relaxed)
            return
        }
        guard let pdu = try open(message, keys, exchange) else { return }
        if pdu.kind == PDUKind.report.rawValue {
            try receiveSignedReport(pdu, exchange)
            return
        }
        if secured.isDiagnosing {
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
        let restarts = (exchange.secured?.resynchronisations ?? 0) + 1
        exchange.secured?.resynchronisations = restarts
        exchange.secured?.isDiagnosing = false
        guard restarts <= Self.maxRestarts else {
            dropEngine(of: exchange)
            return fail(
                exchange, .protocolViolation, "the agent refuses its own clock again and again (notInTimeWindows)")
        }
        ask(exchange)
    }

    /// A Report of usmStatsUnknownEngineIDs: the answer to our probe, or an agent whose engine id has changed.
    private func discovered(_ message: USMMessage, _ exchange: Exchange) throws(BERError) {
        guard message.engineID.count >= 5 else { throw .badInteger }
        let restarts = (exchange.secured?.discoveries ?? 0) + 1
        exchange.secured?.discoveries = restarts
        guard restarts <= Self.maxRestarts else {
            dropEngine(of: exchange)
            return fail(
                exchange, .protocolViolation, "the agent names engine ids that it then does not know; discovery gave up"
            )
        }
        let engineID = message.engineID.bytes()
        let place = place(of: exchange)
        // Another request to the device may have authenticated this engine meanwhile: keep that clock.
        if devices[place]?.engineID != engineID || devices[place]?.isAuthentic != true {
            remember(
                AgentEngine(engineID: engineID, guessedBoots: message.boots, time: message.time, now: seconds),
                at: place)
        }
        if let engine = devices[place] { adopt(engine, exchange) }
        guard exchange.secured?.keys != nil else {
            return fail(
                exchange, .unsupported, "libsnmp cannot make keys for this authentication and privacy protocol")
        }
        ask(exchange)
    }

    private func isFromEngine(_ message: USMMessage, _ secured: Exchange.Secured) -> Bool {
        message.engineID.rest.elementsEqual(secured.engineID) && message.user.rest.elementsEqual(secured.user)
    }

    private func dropUnmatched() { counters.droppedUnmatched.add(1, ordering: .relaxed) }

    private func dropUnauthenticated(_ exchange: Exchange) {
        exchange.secured?.unauthenticated += 1
        counters.droppedUnauthenticated.add(1, ordering: .relaxed)
    }
}
