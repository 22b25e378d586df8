import Glibc
import Remote
import Synchronization

/// Sending, and receiving up to the point where a message's security matters.
extension Worker {
    /// Sends the exchange's current question, as one more try.
    func transmit(_ exchange: Exchange) {
        guard let link = exchange.peer.isV6 ? v6 : v4 else { return }
        if link.isFull { flush(link) }
        let written: Bool
        if exchange.secured != nil {
            written = writeSecured(exchange, to: link)
        } else {
            if exchange.ids.isEmpty { register(exchange, exchange.requestID) }
            // Retries keep the id: a late answer to the first try serves the second one.
            let id = exchange.requestID
            written = link.enqueue(to: exchange.peer, owner: id) { writer in
                CommunityMessage.write(exchange.body, requestID: id, community: exchange.community, to: &writer)
                return true
            }
        }
        guard written || link.isFull, let id = exchange.ids.last else {
            return fail(exchange, .local, "the request does not fit into a message; ask fewer or shorter names")
        }
        // A message that found no room because the socket is blocked counts as lost: its deadline sends it again.
        deadlines.push(id, due: now + exchange.timeoutNanoseconds)
    }

    /// Lets answers that carry `wanted`, or another number if that is taken, reach the exchange.
    func register(_ exchange: Exchange, _ wanted: Int32) {
        var id = wanted
        while outstanding[id] != nil { id = random.identifier() }
        if exchange.secured == nil { exchange.requestID = id }
        outstanding[id] = exchange
        exchange.ids.append(id)
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
            guard let exchange = outstanding[owner] else { continue }
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
            case CommunityMessage.version: try receiveCommunity(frame, from: peer)
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
            exchange.secured == nil, exchange.peer == peer, community.rest.elementsEqual(exchange.community)
        else {
            counters.droppedUnmatched.add(1, ordering: .relaxed)
            return
        }
        deliver(pdu, to: exchange, size: frame.whole.count)
    }

    /// An answer that is meant for `exchange` and whose sender is who it must be.
    func deliver(_ pdu: PDUHead, to exchange: Exchange, size: Int) {
        guard size <= configuration.maxResponseBytes else {
            return fail(
                exchange, .tooLarge,
                "the answer has \(size) bytes, more than \(configuration.maxResponseBytes); ask for fewer objects at a time"
            )
        }
        let step: Conversation.Step
        do throws(BERError) {
            let bindings = try pdu.varBinds(limit: configuration.maxResponseBindings)
            step = exchange.conversation.take(status: pdu.first, index: pdu.second, bindings: bindings)
        } catch {
            counters.droppedMalformed.add(1, ordering: .relaxed)
            return fail(
                exchange, .protocolViolation,
                "the answer's variable bindings break the encoding rules (\(error)); the agent needs an update")
        }
        switch step {
        case .ask(let body):
            exchange.body = body
            ask(exchange)
        case .done(let rows): complete(exchange, .success(rows))
        case .failed(let code, let message): fail(exchange, code, message)
        }
    }
}
