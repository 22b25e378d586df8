import Glibc
import Remote
import Synchronization

/// What other machines say by ICMP about our messages: a closed port is known at once instead of after every try.
extension Worker {
    func readRefusals(_ link: UDPLink) {
        link.takeErrors { peer, code in
            counters.refusals.add(1, ordering: .relaxed)
            refused(peer, code)
        }
    }

    /// Anybody who guesses our port can send such a message, so it counts only for what is being asked of this very
    /// endpoint, and where an agent has answered before, it must come twice: the question is sent again at once.
    private func refused(_ peer: WireAddress, _ code: Int32) {
        let verdict: (RemoteError.Code, String)
        switch code {
        case ECONNREFUSED:
            verdict = (.refused, "refuses: nothing listens on this UDP port; check the port and that the agent runs")
        case EHOSTUNREACH, ENETUNREACH, EACCES:
            verdict = (.unreachable, "cannot be reached, says a router; check the route and the firewalls on the way")
        default: return
        }
        for exchange in underWay where exchange.agent.peer == peer {
            exchange.refusals += 1
            if exchange.agent.hasAnswered, exchange.refusals < 2 {
                counters.retried.add(1, ordering: .relaxed)
                transmit(exchange)
            } else {
                fail(exchange, verdict.0, "\(exchange.target.endpoint) \(verdict.1)")
            }
        }
    }
}
