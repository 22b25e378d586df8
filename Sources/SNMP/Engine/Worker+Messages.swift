import Glibc
import Remote
import Synchronization

/// Sending, and receiving up to the point where a message's security matters.
extension Worker {
    /// Sends the exchange's current question, as one more try.
    func transmit(_ exchange: Exchange) {
        guard let link = exchange.agent.peer.isV6 ? v6 : v4 else { return }
        if link.isFull { flush(link) }
        exchange.triesUsed += 1
        exchange.messages += 1
        let body = exchange.bodyOfThisTry
        let written: Bool
        if let identity = exchange.community {
            // Retries keep the id: a late answer to the first try serves the second one.
            if exchange.id == 0 {
                exchange.requestID = freeID(exchange.requestID)
                exchange.id = exchange.requestID
                outstanding[exchange.id] = exchange
            }
            let id = exchange.requestID
            written = link.enqueue(to: exchange.agent.peer, owner: id) { writer in
                CommunityMessage.write(body, requestID: id, identity, to: &writer)
                return true
            }
        } else {
            if exchange.id != 0 { exchange.olderIDs.append(exchange.id) }
            exchange.id = freeID(random.identifier())
            outstanding[exchange.id] = exchange
            written = writeSecured(exchange, body, to: link)
        }
        guard written || link.isFull else {
            return fail(exchange, .local, "the request does not fit into a message; ask fewer or shorter names")
        }
        // A message that found no room because the socket is blocked counts as lost: its deadline sends it again.
        exchange.sentAt = now
        exchange.dueAt = now + exchange.timeoutNanoseconds
        deadlines.push(exchange.id, due: exchange.dueAt)
    }

    /// `wanted`, or another number if that is taken.
    private func freeID(_ wanted: Int32) -> Int32 {
        var id = wanted
        while outstanding[id] != nil { id = random.identifier() }
        return id
    }

    func flush() {
        flush(v4)
        if let v6 { flush(v6) }
    }

    private func flush(_ link: UDPLink) {
        guard link.hasUnsent else { return }
        let (sent, refused) = link.flush()
        counters.sent.add(UInt64(sent), ordering: .relaxed)
        for (owner, reason) in refused {
            guard let exchange = outstanding[owner], exchange.id == owner else { continue }
            let text = "cannot send to \(exchange.target.endpoint): \(String(cString: strerror(reason)))"
            let isRoute = [ENETUNREACH, EHOSTUNREACH, ENETDOWN, EADDRNOTAVAIL, EINVAL].contains(reason)
            fail(exchange, isRoute ? .unreachable : .local, text + "; check the route and the firewall of this machine")
        }
    }

    func receive(_ datagram: UnsafeRawBufferPointer, from peer: WireAddress, isTruncated: Bool) {
        do throws(BERError) {
            guard !isTruncated else { throw .truncated }
            let frame = try MessageFrame(datagram)
            switch frame.version {
            case CommunityMessage.firstVersion, CommunityMessage.version: try receiveCommunity(frame, from: peer)
            case USMMessage.version: try receiveSecured(frame, from: peer)
            default: throw .badInteger
            }
        } catch {
            counters.droppedMalformed.add(1, ordering: .relaxed)
        }
    }

    private func receiveCommunity(_ frame: MessageFrame, from peer: WireAddress) throws(BERError) {
        let (community, pdu) = try CommunityMessage.read(frame.rest)
        guard pdu.kind == PDUKind.response.rawValue, let exchange = outstanding[pdu.requestID],
            let identity = exchange.community, identity.version == frame.version, exchange.agent.peer == peer,
            community.equals(identity.community)
        else {
            counters.droppedUnmatched.add(1, ordering: .relaxed)
            return
        }
        deliver(pdu, to: exchange, size: frame.whole.count)
    }

    /// An answer that is meant for `exchange` and whose sender is who it must be.
    func deliver(_ pdu: PDUHead, to exchange: Exchange, size: Int) {
        let microseconds = noteAnswer(to: exchange)
        guard size <= configuration.maxResponseBytes else {
            return fail(
                exchange, .tooLarge,
                "the answer has \(size) bytes, more than \(configuration.maxResponseBytes); ask for fewer objects at a time"
            )
        }
        let bindings: [VarBind]
        do throws(BERError) {
            bindings = try pdu.varBinds(limit: configuration.maxResponseBindings)
        } catch {
            counters.droppedMalformed.add(1, ordering: .relaxed)
            return fail(
                exchange, .protocolViolation,
                "the answer's variable bindings break the encoding rules (\(error)); the agent needs an update")
        }
        noteRows(of: exchange, status: pdu.first, bindings: bindings.count)
        switch exchange.conversation.take(status: pdu.first, index: pdu.second, bindings: bindings) {
        case .ask(let body):
            exchange.body = body
            ask(exchange)
        case .done(let rows):
            if let lesson = exchange.conversation.walk?.lesson { exchange.agent.tables.note(lesson) }
            complete(exchange, .success(rows), microseconds: microseconds)
        case .failed(let code, let message): fail(exchange, code, message)
        }
    }

    /// The agent lives. Gives the round trip in microseconds if it is known for sure (Karn's rule), else -1.
    private func noteAnswer(to exchange: Exchange) -> Int64 {
        let agent = exchange.agent
        agent.hasAnswered = true
        agent.isSilent = false
        guard exchange.triesUsed == 1 else { return -1 }
        let microseconds = Int64((now - exchange.sentAt) / 1_000)
        agent.roundTrip.take(microseconds: microseconds)
        return microseconds
    }

    /// Learns from an answer to a walk how many rows the agent can bear.
    private func noteRows(of exchange: Exchange, status: Int32, bindings: Int) {
        guard let walk = exchange.conversation.walk, status == ErrorStatus.noError else { return }
        let agent = exchange.agent
        // The walk was told to ask for less, and that was answered: the agent said tooBig or genErr and meant it.
        if walk.ceiling < agent.repetitions.ceiling {
            agent.repetitions.choked(at: 2 * walk.ceiling + (walk.ceiling == 0 ? 1 : 0))
        }
        guard exchange.body.kind == .getBulk || walk.ceiling == 0 else { return }
        let sent = Int(exchange.bodyOfThisTry.maxRepetitions)
        if exchange.triesUsed == 1 {
            agent.repetitions.succeeded(at: walk.ceiling == 0 ? 0 : walk.askedRows)
        } else if sent < walk.askedRows, bindings <= sent * exchange.body.names.count {
            // The try before this one was the smallest that it was silent to.
            let silentTo = max(2, walk.askedRows >> min(30, exchange.triesUsed - 2))
            if exchange.isProbingRows {
                agent.repetitions.choked(at: silentTo)
            } else {
                agent.repetitions.suspect(at: silentTo)
            }
            // Whether it chokes or messages are lost: the rest of this walk does not wait for it again.
            exchange.conversation.lower(to: exchange.isProbingRows ? silentTo / 2 : sent)
        }
    }
}

extension Exchange {
    /// The question; each further try of a walk asks for half as many rows, in case it was too many for the agent.
    var bodyOfThisTry: PDUBody {
        guard triesUsed > 1, body.kind == .getBulk, conversation.walk != nil else { return body }
        var smaller = body
        smaller.maxRepetitions = isProbingRows ? 1 : max(1, body.maxRepetitions >> min(30, Int32(triesUsed - 1)))
        return smaller
    }
}
